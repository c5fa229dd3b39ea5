"""Finds the SQL files of a workspace; ignored ones are left out."""

from __future__ import annotations

from pathlib import Path

from sureql.sources import files
from sureql.workers.context import Context
from sureql.workers.requests import FindFiles as Request

__all__ = ["Request", "run"]

_TEXTS = (".sql", ".pgsql", ".psql", ".ddl")


def run(request: Request, context: Context) -> tuple[str, ...]:
    """Absolute paths in a fixed order."""
    found: dict[str, None] = {}
    for root in request.roots:
        for path in files.walk(Path(root)):
            if context.cancelled():
                return ()
            if path.suffix.lower() in _TEXTS:
                found[str(path)] = None
    return tuple(found)
