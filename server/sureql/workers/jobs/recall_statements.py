"""Finds statements that were written before and are like what is being written."""

from __future__ import annotations

from sureql.ports.recall import Snippet
from sureql.workers import kept_statements
from sureql.workers.context import Context
from sureql.workers.requests import RecallStatements as Request

__all__ = ["Request", "run"]


def run(request: Request, context: Context) -> tuple[Snippet, ...]:
    """Best first; () where nothing is known."""
    index = kept_statements.of(request.cache, request.root)
    return index.similar(request.text, request.most) if index is not None else ()
