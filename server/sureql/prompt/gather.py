"""All sources asked, each within its deadline: half a second together at most."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sureql.prompt import snippets
from sureql.prompt.model import Place, Within
from sureql.prompt.piece import Here, Piece
from sureql.prompt.sources import edits, host, neighbours, problems, schema, similar


class Source(Protocol):
    """A module of `prompt.sources`."""

    @property
    def DEADLINE(self) -> float: ...  # noqa: N802

    def parts(self, place: Place, here: Here) -> Awaitable[tuple[Piece, ...]]: ...


SCHEMA = "schema"
SNIPPETS = ("similar", "neighbours")
"""Statements of others: told once, by whichever source comes first."""
_MOST_SNIPPETS = 4

ORDER: tuple[tuple[str, Source], ...] = (
    (SCHEMA, schema),
    ("similar", similar),
    ("neighbours", neighbours),
    ("host", host),
    ("edits", edits),
    ("problems", problems),
)
"""What changes rarely stands first."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """`pieces` by source, in the order of `ORDER`; `missing` says which gave none, and why."""

    pieces: tuple[tuple[str, tuple[Piece, ...]], ...]
    missing: tuple[str, ...]

    def of(self, source: str) -> tuple[Piece, ...]:
        return next((pieces for name, pieces in self.pieces if name == source), ())


async def gathered(place: Place, here: Here, within: Within) -> Gathered:
    """What the sources have to tell of a place."""
    found: list[tuple[str, tuple[Piece, ...]]] = []
    missing: list[str] = []
    for name, source in ORDER:
        pieces = await within(source.parts(place, here), source.DEADLINE)
        if pieces is None:
            missing.append(f"{name}: failed, or not there in time")
        found.append((name, tuple(pieces or ())))
    return Gathered(_once(found, here), tuple(missing))


def _once(
    found: Sequence[tuple[str, tuple[Piece, ...]]], here: Here
) -> tuple[tuple[str, tuple[Piece, ...]], ...]:
    """Snippets that do not stand in the window, each once; the best ones."""
    known = {snippets.same(text) for text in (here.text, *here.window.before, *here.window.after)}
    best = sorted(
        (-piece.worth, piece.text) for name, pieces in found if name in SNIPPETS for piece in pieces
    )
    chosen: set[str] = set()
    for _, text in best:
        body = snippets.same(text.partition("\n")[2])
        if body not in known and len(chosen) < _MOST_SNIPPETS:
            known.add(body)
            chosen.add(text)
    return tuple(
        (name, tuple(one for one in pieces if name not in SNIPPETS or one.text in chosen))
        for name, pieces in found
    )
