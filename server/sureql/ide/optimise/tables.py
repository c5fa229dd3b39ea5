"""The tables in FROM as they stand in the text, and who uses their columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places
from sureql.ide.diagnostics.facts.levels import Item, Level
from sureql.ide.optimise import blocks, formulas, placing
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_JOINING = ("NATURAL", "LEFT", "RIGHT", "FULL", "INNER", "OUTER", "CROSS", "ASOF", "JOIN")
_OTHER = ("SEMI", "ANTI", "STRAIGHT_JOIN", "POSITIONAL", "APPLY", "ANY", "GLOBAL", "LATERAL")


@dataclass(frozen=True, slots=True)
class Placed:
    """`span` is all of an item with the comma or the words that join it, `words` these in upper
    case, `table` the table and its alias, `on` the condition (None if there is none)."""

    item: Item
    span: Span
    words: str
    table: Span
    on: Span | None

    @property
    def inner(self) -> bool:
        """True for a comma, JOIN or CROSS JOIN."""
        return self.words in (",", "JOIN", "INNER JOIN", "CROSS JOIN")

    @property
    def left(self) -> bool:
        return self.words in ("LEFT JOIN", "LEFT OUTER JOIN")


def of(context: Context, level: Level) -> tuple[Placed, ...]:
    """The items of a FROM in order, () if they are nested or not all plain."""
    block = blocks.block(context, level.select)
    body = block.body(context, "FROM") if block is not None else None
    if block is None or body is None:
        return ()
    starts, depth = [places.index(context, body.start)], 0
    end = places.index(context, body.end)
    for here in range(starts[0], end):
        token = context.tokens[here]
        depth += (token.text in "([{") - (token.text in ")]}")
        if depth or here == starts[0]:
            continue
        if token.is_word(*_OTHER):
            return ()
        called = here + 1 < end and context.tokens[here + 1].text == "("
        joins = token.is_word(*_JOINING) and not (called and not token.is_word("JOIN"))
        if token.text == "," or (joins and not context.tokens[here - 1].is_word(*_JOINING)):
            starts.append(here)
    if len(starts) != len(level.items):
        return ()
    found = []
    for item, first, last in zip(level.items, starts, [*starts[1:], end], strict=True):
        placed = _placed(context, item, first, last)
        if placed is None:
            return ()
        found.append(placed)
    return tuple(found)


def resolved(context: Context) -> bool:
    """True if it is known what every name of a column in the statement means."""
    return all(
        context.source(column) is not None or context.is_alias(column)
        for column in context.all(exp.Column)
    )


def users(context: Context, item: Item, but: tuple[exp.Expr, ...]) -> Iterator[exp.Column]:
    """The columns of an item of FROM that are used outside the nodes `but`."""
    for column in context.all(exp.Column):
        if context.source(column) is item.source and not _below(column, but):
            yield column


def plain(level: Level) -> bool:
    """True if no USING, NATURAL or `*` names columns without saying so, and no row is locked."""
    stated = any(
        item.join is not None and (item.join.args.get("using") or item.join.args.get("method"))
        for item in level.items
    )
    return not stated and not level.select.args.get("locks") and not placing.starred(level.select)


def determined(context: Context, level: Level, item: Item) -> bool:
    """True if a grouped query uses columns of a table that are no group keys: engines allow that
    where the primary key is one, but not for a query in place of the table."""
    group = level.select.args.get("group")
    if group is None:
        return False
    keys = {formulas.key(context, one) for one in group.expressions}
    rest = [level.select.args.get(name) for name in ("having", "order", "distinct", "qualify")]
    parts = [*level.select.expressions, *[one for one in rest if one is not None]]
    inside = {
        id(column)
        for part in parts
        for call in levels.aggregates(part)
        for column in call.find_all(exp.Column)
    }
    return any(
        context.source(column) is item.source
        and id(column) not in inside
        and formulas.key(context, column) not in keys
        for part in parts
        for column in part.find_all(exp.Column)
    )


def gone(context: Context, placed: Placed, every: tuple[Placed, ...]) -> list[TextEdit]:
    """Edits that take an item away that is not the first one; none where a comment would be lost."""
    place = every.index(placed)
    span = Span(every[place - 1].span.end, placed.span.end)
    return [] if not place or blocks.commented(context, span) else [TextEdit(span, "")]


def _placed(context: Context, item: Item, first: int, last: int) -> Placed | None:
    tokens = context.tokens
    here, words = first, []
    while here < last and (tokens[here].text == "," or tokens[here].is_word(*_JOINING)):
        words.append(tokens[here].upper)
        here += 1
    depth, on, until = 0, None, last
    for place in range(here, last):
        depth += (tokens[place].text in "([{") - (tokens[place].text in ")]}")
        if not depth and tokens[place].is_word("ON", "USING"):
            until = place
            on = Span(tokens[place + 1].start, tokens[last - 1].end)
            break
    if until <= here or (on is not None and tokens[until].is_word("USING")):
        return None
    table = Span(tokens[here].start, tokens[until - 1].end)
    inside = places.whole(context, item.node)
    if inside is None or inside.start < table.start or inside.start > table.end:
        return None
    span = Span(tokens[first].start, tokens[last - 1].end)
    return Placed(item, span, " ".join(words), table, on)


def _below(node: exp.Expr, tops: tuple[exp.Expr, ...]) -> bool:
    above: exp.Expr | None = node
    while above is not None:
        if any(above is top for top in tops):
            return True
        above = above.parent
    return False
