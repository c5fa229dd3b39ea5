"""Remembers statements that the user has accepted or asked for."""

from __future__ import annotations

from sureql.syntax import dialects
from sureql.workers import kept_statements
from sureql.workers.context import Context
from sureql.workers.jobs import index_statements
from sureql.workers.requests import RememberStatements as Request

__all__ = ["Request", "run"]


def run(request: Request, context: Context) -> None:
    """Those that may serve as examples; secrets are taken out."""
    index = kept_statements.of(request.cache, request.root)
    if index is not None:
        dialect = dialects.get(request.dialect)
        found = [
            one for text in request.texts for one in index_statements.worth_keeping(text, dialect)
        ]
        index.remember(found)
