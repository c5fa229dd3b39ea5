"""Folders whose own configuration may name endpoints and connections, because the user said so.

Trust holds for the folder that was named, as a workspace's root, and for roots below it. Paths are
compared as they really are, links resolved: neither a link in a trusted folder to somewhere else nor a
trusted path that has become a link extends it. The list is a file in the user's own configuration folder.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

from sureql.ports.errors import ConfigurationError

FILE = "trusted.toml"


def file_beside(user_file: Path) -> Path:
    """Where the list is, given the user's own configuration file."""
    return user_file.with_name(FILE)


def holds_for(root: Path, config: Path, file: Path) -> bool:
    """True if `config`, a file in the workspace `root`, is trusted by the list in `file`."""
    folders = _read(file)
    if not folders:
        return False
    try:
        real = root.resolve(strict=True)
        inside = config.resolve(strict=True)
    except (OSError, RuntimeError):
        return False
    # The file may be a link to somewhere else.
    return any(real.is_relative_to(one) and inside.is_relative_to(one) for one in folders)


def is_inside(root: Path, config: Path) -> bool:
    """True if `config` really is in `root`, and no link to somewhere else: trust ends there."""
    try:
        return config.resolve(strict=True).is_relative_to(root.resolve(strict=True))
    except (OSError, RuntimeError):
        return False


def folders(file: Path) -> tuple[Path, ...]:
    """The trusted folders."""
    return _read(file)


def add(folder: Path, file: Path) -> Path:
    """Trust `folder`; its real path. Raises ConfigurationError."""
    real = _real(folder)
    if not real.is_dir():
        raise ConfigurationError(f"There is no folder {folder}.")
    if real.parent == real or real == Path.home().resolve():
        raise ConfigurationError(f"{real} holds too much: trust single projects.")
    known = _read(file)
    if real not in known:
        _write(file, [*known, real])
    return real


def remove(folder: Path, file: Path) -> Path | None:
    """Trust `folder` no longer: its real path, or None if it was not in the list."""
    known = _read(file)
    # The folder may be gone, or have become a link.
    gone = [one for one in known if one in (_real(folder), Path(os.path.abspath(folder)))]  # noqa: PTH100
    if not gone:
        return None
    _write(file, [one for one in known if one not in gone])
    return gone[0]


def trusting(folder: Path, file: Path) -> Path | None:
    """The folder in the list that makes `folder` trusted."""
    real = _real(folder)
    return next((one for one in _read(file) if real.is_relative_to(one)), None)


def _real(folder: Path) -> Path:
    try:
        return folder.expanduser().resolve()
    except (OSError, RuntimeError) as problem:
        raise ConfigurationError(f"{folder} cannot be found: {problem}.") from problem


def _read(file: Path) -> tuple[Path, ...]:
    try:
        status = file.stat()
        # Whoever else can write to it could trust in the user's name.
        if not stat.S_ISREG(status.st_mode) or _is_foreign(status):
            return ()
        listed = tomllib.loads(file.read_bytes().decode()).get("folders")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return ()
    if not isinstance(listed, list):
        return ()
    return tuple(Path(one) for one in listed if isinstance(one, str) and Path(one).is_absolute())


def _is_foreign(status: os.stat_result) -> bool:
    if sys.platform == "win32":
        return False
    return bool(status.st_mode & 0o022) or status.st_uid not in (os.geteuid(), 0)


def _write(file: Path, listed: Sequence[Path]) -> None:
    lines = "".join(f"  {_quoted(one)},\n" for one in listed)
    text = f"# Written by `sureql trust`.\nfolders = [\n{lines}]\n"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Made with mode 0600, and never half written.
        descriptor, name = tempfile.mkstemp(prefix=FILE, dir=file.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)
        Path(name).replace(file)
    except (OSError, UnicodeEncodeError) as problem:
        raise ConfigurationError(f"{file} cannot be written: {problem}.") from problem


def _quoted(path: Path) -> str:
    return json.dumps(str(path), ensure_ascii=False).replace("\x7f", "\\u007f")
