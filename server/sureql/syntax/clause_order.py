"""The order of a query's clauses, and joins without a condition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sureql.syntax.problem import SyntaxProblem
from sureql.syntax.shape import Shape

_RANKS = {
    "WHERE": 1,
    "GROUP": 2,
    "HAVING": 3,
    "WINDOW": 4,
    "QUALIFY": 4,
    "ORDER": 5,
    "LIMIT": 6,
    "OFFSET": 6,
    "FETCH": 6,
}
_ONCE = frozenset({"WHERE", "GROUP", "HAVING", "ORDER", "LIMIT"})
_SET_OPERATIONS = frozenset({"UNION", "INTERSECT", "EXCEPT"})
_ENDS = frozenset({"CONFLICT", "RETURNING"})
_READ = ("SELECT", "JOIN", "ON", "USING", *_RANKS, *_SET_OPERATIONS, *_ENDS)
_CONDITION_FREE = frozenset({"CROSS", "NATURAL", "POSITIONAL"})


@dataclass(slots=True)
class _Arm:
    """One SELECT: what stood in it so far."""

    rank: int = 0
    word: str = ""
    joins: list[int] = field(default_factory=list)
    conditions: int = 0


def find(found: Shape) -> Iterator[SyntaxProblem]:
    """Clauses in the wrong order or twice, JOIN without ON where the engine wants one."""
    arms: dict[int, _Arm] = {}
    for index in found.at(*_READ):
        token = found.tokens[index]
        word = found.word(index)
        level = found.opener[index]
        if word == "SELECT":
            if level in arms:
                yield from _joins(found, arms[level])
            arms[level] = _Arm()
            continue
        arm = arms.get(level)
        if arm is None or not word or found.word(index - 1) == "AS":
            continue
        if word in _SET_OPERATIONS:
            yield from _joins(found, arm)
            if arm.rank >= 5 and found.dialect.name != "oracle":
                yield SyntaxProblem(
                    token.span, f"{_name(arm.word)} must come after the last query of {word}."
                )
            del arms[level]
        elif word in _ENDS:
            yield from _joins(found, arm)
            del arms[level]
        elif word == "JOIN":
            arm.joins.append(index)
        elif word in ("ON", "USING"):
            arm.conditions += 1
        elif word in _RANKS and _is_clause(found, index, word):
            rank = _RANKS[word]
            if rank < arm.rank:
                yield SyntaxProblem(
                    token.span, f"{_name(word)} must come before {_name(arm.word)}."
                )
                return
            if rank == arm.rank and word == arm.word and word in _ONCE:
                yield SyntaxProblem(token.span, f"{_name(word)} stands twice in this query.")
                return
            arm.rank, arm.word = rank, word
    for arm in arms.values():
        yield from _joins(found, arm)


def _is_clause(found: Shape, index: int, word: str) -> bool:
    """False where the word may be a name: only what follows tells for the words not reserved."""
    following = found.word(index + 1)
    if word in ("GROUP", "ORDER"):
        return following == "BY"
    if word in ("WINDOW", "QUALIFY", "OFFSET", "FETCH"):
        reserved = word.lower() in found.dialect.reserved and found.dialect.name == "postgres"
        return reserved and not found.stops(index + 1)
    return True


def _name(word: str) -> str:
    return f"{word} BY" if word in ("GROUP", "ORDER") else word


def _joins(found: Shape, arm: _Arm) -> Iterator[SyntaxProblem]:
    if found.dialect.name not in ("postgres", "duckdb", "redshift"):
        return
    wanting = [index for index in arm.joins if not _free(found, index)]
    if len(wanting) <= arm.conditions:
        return
    index = _first_without(found, wanting)
    yield SyntaxProblem(
        found.tokens[index].span, "This JOIN has no condition: add ON or USING, or use CROSS JOIN."
    )


def _free(found: Shape, index: int) -> bool:
    """True if the JOIN at `index` takes no condition."""
    return any(found.word(before) in _CONDITION_FREE for before in range(max(0, index - 3), index))


def _first_without(found: Shape, joins: list[int]) -> int:
    """The JOIN that most likely lacks its condition: the first with none before the next JOIN."""
    level = found.opener[joins[0]]
    for index, following in zip(joins, [*joins[1:], len(found.tokens)], strict=True):
        words = (
            found.word(between)
            for between in range(index, following)
            if found.opener[between] == level
        )
        if not any(word in ("ON", "USING") for word in words):
            return index
    return joins[-1]
