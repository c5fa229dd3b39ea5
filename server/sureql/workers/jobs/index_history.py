"""Reads the workspace's own statements, so that ghost text and ranking follow its habits."""

from __future__ import annotations

from pathlib import Path

from sureql.catalog import model as catalog
from sureql.history import tally
from sureql.history.model import History
from sureql.sources import files
from sureql.syntax import dialects, script
from sureql.syntax.dialects import Dialect
from sureql.workers import catalogs
from sureql.workers.context import Context
from sureql.workers.requests import IndexHistory as Request

__all__ = ["Request", "run"]

MOST_STATEMENTS = 5_000
LARGEST_FILE = 1_000_000
"""Bytes; larger files are dumps and teach nothing."""


def run(request: Request, context: Context) -> History:
    """What the statements of all `.sql` files below the root teach."""
    dialect = dialects.get(request.dialect)
    schema = catalogs.opened(request.catalog) or catalog.empty(dialect.name)
    statements: list[str] = []
    for path in files.walk(Path(request.root)):
        if context.cancelled() or len(statements) > MOST_STATEMENTS:
            break
        statements += _statements(path, dialect)
    return tally.build(statements, schema, dialect)


def _statements(path: Path, dialect: Dialect) -> list[str]:
    try:
        if path.suffix.lower() != ".sql" or path.stat().st_size > LARGEST_FILE:
            return []
        text = path.read_bytes().decode(errors="replace")
    except OSError:
        return []  # Gone since it was found.
    return [statement.text for statement in script.of(text, dialect).statements]
