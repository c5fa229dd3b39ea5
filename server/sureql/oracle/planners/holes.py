"""Files of the embedded PostgreSQL, made as long as a table without taking room on the disk."""

from __future__ import annotations

import errno
import itertools
import os
from pathlib import Path

PAGE = 8192
SEGMENT = 131_072
"""Pages of one file; PostgreSQL keeps the rest of a table in `path.1`, `path.2` and so on."""

MOST = 512 * SEGMENT
"""Pages of one table, which are half a terabyte."""


def extend(path: Path, pages: int) -> None:
    """Make the table or index whose first file is `path` at least `pages` long. Raises OSError."""
    owner = path.stat()
    for number, file in _segments(path):
        wanted = min(pages - number * SEGMENT, SEGMENT) * PAGE
        if wanted <= 0:
            return
        if not file.exists():
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, owner.st_mode & 0o777))
            if os.geteuid() == 0:
                os.chown(file, owner.st_uid, owner.st_gid)
        if file.stat().st_size < wanted:
            os.truncate(file, wanted)
            if file.stat().st_blocks * 512 > PAGE * 64 + wanted // 2:
                os.truncate(file, 0)
                raise OSError(errno.EOPNOTSUPP, "the disk keeps no files with holes")


def cut(path: Path) -> None:
    """Make an empty table's files as short as they are without holes."""
    for number, file in _segments(path):
        if not file.exists():
            return
        if number:
            file.unlink()
        else:
            os.truncate(file, 0)


def _segments(path: Path) -> itertools.chain[tuple[int, Path]]:
    rest = ((number, path.with_name(f"{path.name}.{number}")) for number in itertools.count(1))
    return itertools.chain([(0, path)], rest)
