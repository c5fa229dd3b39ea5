"""Reads the workspace's statements into an index, for prompts; files that are as they were are not
read again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sureql.privacy import hiding, redaction
from sureql.sources import files
from sureql.storage import statements
from sureql.storage.statements import Stamp
from sureql.syntax import dialects, script
from sureql.syntax.dialects import Dialect
from sureql.workers import kept_statements
from sureql.workers.context import Context
from sureql.workers.requests import Indexed
from sureql.workers.requests import IndexStatements as Request

__all__ = ["Request", "run", "worth_keeping"]

LARGEST_FILE = 1_000_000
"""Bytes; larger files are dumps, and no examples."""
SHORTEST = 20
AT_ONCE = 20
"""Files that are written together."""
_EXAMPLES = frozenset(
    ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "FROM", "CREATE VIEW", "VALUES")
)
"""Kinds of statements that examples are made of; tables are told of by the schema."""
_TEXTS = (".sql", ".pgsql", ".psql")
_VALUES = re.compile(r"'[^']*'|\b\d[\d.]*\b|\s+")


def run(request: Request, context: Context) -> Indexed:
    """Bring the index up to date, as far as nothing more urgent waits."""
    index = kept_statements.of(request.cache, request.root)
    if index is None or not request.root:
        return Indexed(0, False)
    dialect = dialects.get(request.dialect)
    found = dict(_found(Path(request.root), request.hidden))
    known = index.stamps()
    index.forget(path for path in known if path not in found)
    changed = [path for path, stamp in found.items() if known.get(path) != stamp]
    for start in range(0, len(changed), AT_ONCE):
        if context.cancelled() or (start and context.overtaken()):
            return Indexed(index.count(), not context.cancelled())
        read = [
            (path, found[path], _statements(Path(request.root, path), dialect))
            for path in changed[start : start + AT_ONCE]
        ]
        index.replace(read)
    return Indexed(index.count(), False)


def worth_keeping(text: str, dialect: Dialect) -> list[str]:
    """The statements of a text that may serve as examples, secrets taken out."""
    kept: dict[str, str] = {}
    for statement in script.of(redaction.clean(text).text, dialect).statements:
        size = len(statement.text)
        if SHORTEST <= size <= statements.LONGEST and statement.kind in _EXAMPLES:
            # A thousand rows that are inserted one by one are one example.
            kept.setdefault(_form(statement.text), statement.text)
    return list(kept.values())


def _found(root: Path, hidden: tuple[str, ...]) -> Iterator[tuple[str, Stamp]]:
    for path in files.walk(root):
        if path.suffix.lower() not in _TEXTS:
            continue
        name = path.relative_to(root).as_posix()
        if hiding.is_hidden_path(name, hidden) or not _is_own(path, root, hidden):
            continue
        try:
            status = path.stat()
        except OSError:
            continue  # Gone since it was found.
        if status.st_size <= LARGEST_FILE:
            yield name, (status.st_mtime_ns, status.st_size)


def _is_own(path: Path, root: Path, hidden: tuple[str, ...]) -> bool:
    """True unless it is a link to a hidden file, or to one that is not of the workspace."""
    if not path.is_symlink():
        return True
    try:
        name = path.resolve().relative_to(root.resolve()).as_posix()
    except (OSError, ValueError, RuntimeError):
        return False
    return not hiding.is_hidden_path(name, hidden)


def _statements(path: Path, dialect: Dialect) -> list[str]:
    try:
        text = path.read_bytes().decode(errors="replace")
    except OSError:
        return []
    return [] if "\0" in text else worth_keeping(text, dialect)


def _form(text: str) -> str:
    return _VALUES.sub(" ", text).lower()
