"""Finds statements that were written before and are like what is being written."""

from __future__ import annotations

from pathlib import Path

from sureql.ports.recall import Snippet
from sureql.storage import blending, vectors
from sureql.workers import kept_statements
from sureql.workers.context import Context
from sureql.workers.requests import RecallStatements as Request

__all__ = ["Request", "run"]

_CANDIDATES = 20


def run(request: Request, context: Context) -> tuple[Snippet, ...]:
    """Best first; () where nothing is known."""
    index = kept_statements.of(request.cache, request.root)
    if index is None:
        return ()
    if not request.vector:
        return index.similar(request.text, request.most)
    words = index.similar(request.text, _CANDIDATES)
    newest = index.newest(blending.NEWEST)
    known = vectors.get(Path(request.cache), request.model, (one.text for one in newest))
    meant = blending.by_meaning(request.vector, newest, known)
    return blending.blended(words, meant, request.most)
