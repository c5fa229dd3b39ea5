"""Keeps what statements mean, and says of which that is not known yet."""

from __future__ import annotations

from pathlib import Path

from sureql.storage import blending, vectors
from sureql.workers import kept_statements
from sureql.workers.context import Context
from sureql.workers.requests import MeasureStatements as Request

__all__ = ["Request", "run"]


def run(request: Request, context: Context) -> tuple[str, ...]:
    """The newest statements without a vector."""
    folder = Path(request.cache)
    if request.vectors:
        vectors.put(folder, request.model, request.vectors)
    index = kept_statements.of(request.cache, request.root)
    if index is None:
        return ()
    texts = dict.fromkeys(one.text for one in index.newest(blending.NEWEST))
    known = vectors.get(folder, request.model, texts)
    return tuple(text for text in texts if text not in known)[: request.most]
