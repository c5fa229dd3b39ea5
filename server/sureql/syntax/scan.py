"""Walks the levels of parentheses from the statement down to the cursor."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.syntax import changes, clauses, parens
from sureql.syntax.context import Clause
from sureql.syntax.expression import stay
from sureql.syntax.layout import Layout
from sureql.syntax.spots import Spot
from sureql.syntax.walk import Arm, Mark, Opening, Walk

STATEMENT = Opening(Clause.START, Spot.START, query=True)
_OPENERS = ("(", "[", "{")
_CLOSERS = (")", "]", "}")
_FRAME_WORDS = ("ROWS", "RANGE", "GROUPS")


@dataclass(frozen=True, slots=True)
class Level:
    """One walked level between the tokens `first` and `last`; `opened` is -1 for the statement."""

    walk: Walk
    mark: Mark
    opened: int
    first: int
    last: int


def levels(layout: Layout, first: int, last: int, stop: int) -> list[Level]:
    """The statement and every parenthesis that the token index `stop` is inside, outermost first."""
    return descend(layout, level(layout, -1, first, last, stop, STATEMENT))


def descend(layout: Layout, top: Level) -> list[Level]:
    """`top` and the levels below it that hold the cursor."""
    found = [top]
    while (child := found[-1].mark.child) is not None:
        opened, opening = child
        outer = found[-1]
        closing = layout.close(opened, outer.last)
        found.append(level(layout, opened, opened + 1, closing, outer.walk.stop, opening))
    return found


def level(layout: Layout, opened: int, first: int, last: int, stop: int, opening: Opening) -> Level:
    """Walk one level from its first token to its last."""
    walk = Walk(layout, last, stop, opening, opening.clause, opening.spot, opening.query)
    walk.arms.append(Arm("select", first))
    walk.compared = opening.compared
    walk.column_target = opening.target
    walk.list_start = walk.item_start = first
    if opening.use == "names" or opening.spot is Spot.COLUMN:
        walk.compared = None
    run(walk, first)
    assert walk.mark is not None
    return Level(walk, walk.mark, opened, first, last)


def run(walk: Walk, index: int) -> None:
    """Step from `index` to the end of the level, keeping the state at the cursor on the way."""
    word = clauses.word if walk.query else _inner_word
    shape = walk.layout.shape
    end, stop = walk.end, walk.stop
    while index < end:
        if index >= stop and walk.mark is None:
            walk.record(index)
        sign = shape[index]
        if sign in _OPENERS:
            index = parens.enter(walk, index)
        elif sign == ",":
            index = parens.comma(walk, index)
        elif sign in _CLOSERS:
            index = _closer(walk, index)
        else:
            after = word(walk, index, sign)
            if after is None and walk.verb == "MERGE":
                after = changes.when_word(walk, index, sign)
            if after is None:
                after = changes.STEPS.get(walk.spot, stay)(walk, index, sign)
            index = after
    walk.close_item(end)
    if walk.mark is None:
        walk.record(end)
    if walk.mark is not None and walk.mark.list_end < 0:
        walk.mark.list_end = end


def _closer(walk: Walk, index: int) -> int:
    """A closing parenthesis at this level ends a group of joins; any other is one too many."""
    if walk.groups and walk.groups[-1] == index:
        walk.groups.pop()
        walk.spot = Spot.AFTER_USING
        if walk.clause is Clause.ON:
            walk.clause = Clause.JOIN
    return index + 1


def _inner_word(walk: Walk, index: int, sign: str) -> int | None:
    """The words that begin a clause inside a call or window, but not in a query."""
    following = walk.at(index + 1)
    if sign in ("ORDER", "PARTITION") and following == "BY" and index + 1 != walk.stop:
        clause = Clause.ORDER_BY if sign == "ORDER" else Clause.WINDOW
        return _inner_clause(walk, index, clause, 2)
    if sign in ("ORDER", "PARTITION") and index + 1 == walk.stop and _may_order(walk):
        walk.spot = Spot.BY
        return index + 1
    use = walk.opening.use
    if use == "window" and sign in _FRAME_WORDS:
        walk.spot = Spot.WINDOW_FRAME
        walk.words = ()
        return index + 1
    if use == "filter" and sign == "WHERE":
        return _inner_clause(walk, index, Clause.WHERE, 1)
    if sign == "FROM" and walk.spot is not Spot.AFTER_IS:
        return _inner_clause(walk, index, walk.clause, 1)
    return None


def _may_order(walk: Walk) -> bool:
    return walk.opening.use != "group" and walk.spot is not Spot.OPERAND


def _inner_clause(walk: Walk, index: int, clause: Clause, width: int) -> int:
    if walk.mark is not None and walk.mark.list_end < 0:
        walk.mark.list_end = index
    walk.clause = clause
    walk.spot = Spot.OPERAND
    walk.item = 0
    walk.list_start = index + width
    walk.new_term()
    return index + width
