"""Statements of other open documents that use the same names as the one being written."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from sureql.prompt import plain, snippets, words
from sureql.prompt.model import Neighbour, Place
from sureql.prompt.piece import Here, Piece
from sureql.syntax import script
from sureql.syntax.dialects import Dialect

DEADLINE = 0.1

_MOST = 4
_DOCUMENTS = 20
_LONGEST_DOCUMENT = 10_000
_NEW_AT_ONCE = 3  # Documents read for the first time: others are read by the next keystroke.
_LEAST_ALIKE = 0.12

_read: set[int] = set()


async def parts(place: Place, here: Here) -> tuple[Piece, ...]:
    """Whole statements, most alike first; names are compared, keywords are in all of them."""
    wanted = words.identifiers(here.settled, here.dialect)
    if not wanted:
        return ()
    found: list[tuple[float, str, Neighbour]] = []
    for neighbour in _ready(place.neighbours[:_DOCUMENTS], here.dialect):
        for statement, names in _statements(neighbour.text, here.dialect):
            alike = _alike(wanted, names)
            if alike >= _LEAST_ALIKE:
                found.append((alike, statement, neighbour))
    found.sort(key=lambda one: -one[0])
    pieces: list[Piece] = []
    for alike, statement, neighbour in found:
        told = snippets.told(statement, f"From {_name(neighbour)}")
        if told and not here.hides(told):
            pieces.append(Piece(told, min(0.99, alike), f"statement of {_name(neighbour)}"))
        if len(pieces) == _MOST:
            break
    return tuple(pieces)


def _ready(neighbours: tuple[Neighbour, ...], dialect: Dialect) -> Iterator[Neighbour]:
    new = 0
    for neighbour in neighbours:
        if len(neighbour.text) > _LONGEST_DOCUMENT:
            continue
        key = hash((neighbour.text, dialect.name))
        if key not in _read:
            new += 1
            if new > _NEW_AT_ONCE:
                return
            if len(_read) > 1000:
                _read.clear()
            _read.add(key)
        yield neighbour


@lru_cache(maxsize=64)
def _statements(text: str, dialect: Dialect) -> tuple[tuple[str, frozenset[str]], ...]:
    """The statements of a document that are not too long, each with the names in it."""
    found = (one.text for one in script.of(text, dialect).statements)
    return tuple(
        (one, words.identifiers(one, dialect)) for one in found if len(one) <= snippets.LONGEST
    )


def _alike(wanted: frozenset[str], there: frozenset[str]) -> float:
    common = len(wanted & there)
    return common / (len(wanted) + len(there) - common) if common else 0.0


def _name(neighbour: Neighbour) -> str:
    return plain.line(neighbour.path, 80) or "another tab"
