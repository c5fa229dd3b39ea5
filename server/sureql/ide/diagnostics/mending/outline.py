"""Where the clauses of a query level stand, from tokens alone: also in text that does not parse."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.ide.diagnostics.context import Context
from sureql.syntax import shape
from sureql.syntax.shape import Shape
from sureql.text.span import Span

_HEADS = frozenset({"SELECT", "UPDATE", "DELETE", "INSERT"})
_CLAUSES = frozenset(
    """FROM WHERE GROUP HAVING WINDOW QUALIFY ORDER LIMIT OFFSET FETCH FOR RETURNING SET
    """.split()  # noqa: SIM905
)
_ENDS = frozenset({"UNION", "INTERSECT", "EXCEPT"})
_BEFORE_NAME = frozenset({"AS", "FROM", "JOIN", "UPDATE", "INTO"})


@dataclass(frozen=True, slots=True)
class Level:
    """One SELECT, UPDATE or DELETE: tokens `start` to before `end`, its head first.

    `clauses` are the clauses as (word, index of its first token), in order.
    """

    found: Shape
    start: int
    end: int
    clauses: tuple[tuple[str, int], ...]

    def has(self, word: str) -> bool:
        return any(name == word for name, _ in self.clauses)

    def clause(self, word: str) -> tuple[int, int] | None:
        """The tokens of a clause, its keyword first, as a half-open range; None if there is none."""
        for place, (name, index) in enumerate(self.clauses):
            if name == word:
                after = self.clauses[place + 1 : place + 2]
                return index, after[0][1] if after else self.end
        return None

    def items(self, start: int, stop: int) -> list[tuple[int, int]]:
        """The comma-separated items between two tokens of this level."""
        items, first = [], start
        for index in range(start, stop):
            own = self.found.opener[index] == self.found.opener[self.start]
            if own and self.found.text(index) == ",":
                items.append((first, index))
                first = index + 1
        if first < stop:
            items.append((first, stop))
        return items

    def selected(self) -> list[tuple[int, int]]:
        """The items of the select list."""
        first = self.start + 1
        while self.found.word(first) in ("DISTINCT", "ALL"):
            first += 1
        return self.items(first, self.clauses[0][1] if self.clauses else self.end)

    def span(self, start: int, stop: int) -> Span:
        """The text of the tokens `start` to before `stop`."""
        return Span(self.found.tokens[start].start, self.found.tokens[stop - 1].end)

    def end_of(self, *words: str) -> int:
        """The offset behind the last clause before the first one named by none of `words`."""
        for name, index in self.clauses:
            if name not in words:
                return self.found.tokens[index - 1].end
        return self.found.tokens[self.end - 1].end


def at(context: Context, offset: int) -> Level | None:
    """The innermost query level around `offset`."""
    found = shape.of(context.tokens, context.dialect)
    place = next((i for i, token in enumerate(found.tokens) if token.end > offset), -1)
    while place >= 0:
        opener = found.opener[place]
        for index in range(place, opener, -1):
            if found.opener[index] == opener and found.word(index) in _HEADS:
                if found.word(index) == "UPDATE" and found.word(index - 1) in ("FOR", "DO"):
                    continue
                return _level(found, index)
        place = opener
    return None


def top(context: Context) -> Level | None:
    """The level of the whole statement."""
    found = shape.of(context.tokens, context.dialect)
    for index in range(len(found.tokens)):
        if found.opener[index] < 0 and found.word(index) in _HEADS:
            return _level(found, index)
    return None


def _level(found: Shape, start: int) -> Level:
    opener = found.opener[start]
    clauses: list[tuple[str, int]] = []
    end = start + 1
    while end < len(found.tokens):
        text = found.text(end)
        if text == ")" and found.partner[end] == opener and opener >= 0:
            break
        if text == ";" or (found.opener[end] == opener and found.word(end) in _ENDS):
            break
        if found.opener[end] == opener and _begins(found, end):
            clauses.append((found.word(end), end))
        end += 1
    return Level(found, start, end, tuple(clauses))


def _begins(found: Shape, index: int) -> bool:
    word = found.word(index)
    if word not in _CLAUSES or found.word(index - 1) in _BEFORE_NAME:
        return False
    if word in ("GROUP", "ORDER"):
        return found.word(index + 1) == "BY"
    if word == "FROM":
        return found.word(index - 1) != "DISTINCT"
    return True
