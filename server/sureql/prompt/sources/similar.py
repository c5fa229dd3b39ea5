"""Statements of the workspace and of the user's past that are like the one being written."""

from __future__ import annotations

from sureql.prompt import plain, snippets
from sureql.prompt.model import Place
from sureql.prompt.piece import Here, Piece

DEADLINE = 0.15

_MOST = 4
_LEAST_SCORE = 0.05


async def parts(place: Place, here: Here) -> tuple[Piece, ...]:
    """Whole statements, most alike first."""
    if place.recall is None or not here.settled.strip():
        return ()
    found = await place.recall.similar(here.settled, _MOST)
    pieces: list[Piece] = []
    for snippet in found[:_MOST]:
        told = snippets.told(snippet.text, _origin(snippet.origin))
        if snippet.score >= _LEAST_SCORE and told and not here.hides(told):
            worth = min(0.99, max(0.0, snippet.score))
            pieces.append(Piece(told, worth, f"statement of {plain.line(snippet.origin)}"))
    return tuple(pieces)


def _origin(origin: str) -> str:
    return "Written before" if origin == "history" else f"From {plain.line(origin)}"
