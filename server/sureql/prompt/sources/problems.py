"""What is wrong near the cursor, nearest first."""

from __future__ import annotations

from sureql.prompt import plain
from sureql.prompt.model import Place, Problem
from sureql.prompt.piece import Here, Piece

DEADLINE = 0.05

_MOST = 4
_NEAR = 2_500  # Characters.
_LONGEST = 160


async def parts(place: Place, here: Here) -> tuple[Piece, ...]:
    """A comment line for each; not for what is being written, in which something is always wrong."""
    near = [one for one in place.problems if _is_told(one, place, here)]
    near.sort(key=lambda one: _distance(one, place.offset))
    pieces = []
    for rank, problem in enumerate(near[:_MOST]):
        written = plain.line(problem.span.of(place.snapshot.text), 40)
        told = f"-- Wrong at `{written}`: {plain.line(problem.message, _LONGEST)}"
        if not here.hides(told):
            pieces.append(Piece(told, 0.5 / (1 + rank), f"problem {problem.code}"))
    return tuple(pieces)


def _is_told(problem: Problem, place: Place, here: Here) -> bool:
    if _distance(problem, place.offset) > _NEAR:
        return False
    start = place.offset - here.context.offset
    return problem.span.end < start or problem.span.start > start + len(here.text)


def _distance(problem: Problem, offset: int) -> int:
    if problem.span.touches(offset):
        return 0
    return min(abs(problem.span.start - offset), abs(problem.span.end - offset))
