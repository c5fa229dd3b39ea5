"""What a statement's own ORDER BY and LIMIT fix: the order of rows but for ties, and which rows come.

A companion query gives all rows without the LIMIT, with the values they are ordered by. Rows with
the same values are tied: they may come in any order, and a LIMIT may take any of them. A result is
allowed if it can be cut from that. So no difference is ever claimed that another run of the first
query could show as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlglot import exp

from sureql.equivalence import results
from sureql.ports.executor import Outcome, Row
from sureql.syntax.dialects import Dialect


@dataclass(frozen=True, slots=True)
class Ordering:
    """`ordered` and `limited` say what the statement has. `companion` is the query that tells the
    ties, '' if there is none to be made; the last `keys` columns and those in `places` (from 0,
    or by name) are what it is ordered by. `count` None: no limit."""

    ordered: bool = False
    limited: bool = False
    companion: str = ""
    keys: int = 0
    places: tuple[int | str, ...] = ()
    offset: int = 0
    count: int | None = None


def of(tree: exp.Query, dialect: Dialect) -> Ordering:
    """What the outermost ORDER BY and LIMIT of `tree` demand."""
    order = tree.args.get("order")
    limits = [tree.args.get(name) for name in ("limit", "offset")]
    ordered, limited = order is not None, any(limit is not None for limit in limits)
    if not ordered and not limited:
        return Ordering()
    cut = _cut(tree)
    if cut is None:
        return Ordering(ordered, limited)
    bare = tree.copy()
    for name in ("limit", "offset"):
        bare.set(name, None)
    terms = [
        term.this if isinstance(term, exp.Ordered) else term
        for term in (order or exp.Order()).expressions
    ]
    simple = (
        isinstance(tree, exp.Select) and not tree.args.get("distinct") and not tree.args.get("kind")
    )
    starred = tree.is_star
    places: list[int | str] = []
    added: list[exp.Expr] = []
    for term in terms:
        place = _place(term, tree)
        if place is not None and not (starred and not _ordinal(term)):
            places.append(place)
        elif simple:
            added.append(term)
        elif starred and isinstance(term, exp.Column) and not term.table:
            places.append(term.name.lower())
        else:
            return Ordering(ordered, limited)
    if added:
        assert isinstance(bare, exp.Select)
        for index, term in enumerate(added):
            bare.append("expressions", exp.alias_(term.copy(), f"sureql_key_{index}"))
    if not _ordinals_hold(terms):
        return Ordering(ordered, limited)
    text = bare.sql(dialect.sqlglot or None)
    return Ordering(ordered, limited, text, len(added), tuple(places), cut[0], cut[1])


def allowed(ordering: Ordering, every: Outcome, rows: Sequence[Row], dialect: str) -> bool:
    """True if `rows` may be what the statement returns; `every` came from the companion query."""
    names = [name.lower() for name in every.columns]
    indexes = [
        names.index(place) if isinstance(place, str) else place
        for place in ordering.places
        if place in names or (isinstance(place, int) and place < len(names))
    ]
    if len(indexes) < len(ordering.places):
        return False
    bare = [(_keys(ordering, row, indexes, dialect), _shown(ordering, row)) for row in every.rows]
    start, position = ordering.offset, 0
    end = len(bare) if ordering.count is None else start + ordering.count
    taken = 0
    for _, group in (
        groupby(bare, key=lambda one: one[0]) if ordering.ordered else [((), iter(bare))]
    ):
        members = [shown for _, shown in group]
        first, last = max(start, position), min(end, position + len(members))
        position += len(members)
        count = max(0, last - first)
        part = rows[taken : taken + count]
        if len(part) < count or results.extra(part, members, dialect):
            return False
        taken += count
    return taken == len(rows)


def bites(ordering: Ordering, all_rows: Sequence[Row]) -> bool:
    """True if the LIMIT or OFFSET leaves rows out."""
    return ordering.offset > 0 < len(all_rows) or (
        ordering.count is not None and len(all_rows) > ordering.offset + ordering.count
    )


def flipped(tree: exp.Query) -> list[exp.Query]:
    """`tree` with the direction of one of its ORDER BY terms turned round, for each of them."""
    found = []
    order = tree.args.get("order")
    for index in range(len(order.expressions) if order is not None else 0):
        made = tree.copy()
        term = made.args["order"].expressions[index]
        if isinstance(term, exp.Ordered):
            term.set("desc", not term.args.get("desc"))
            term.set("nulls_first", None)
            found.append(made)
    return found


def odd_terms(first: exp.Expr, second: exp.Expr) -> list[int]:
    """The places in the ORDER BY of `first` where `second` is ordered by something else, or nothing."""
    mine, other = _meant(first), _meant(second)
    return [place for place in range(len(mine)) if mine[: place + 1] != other[: place + 1]]


def _meant(tree: exp.Expr) -> list[tuple[object, ...]]:
    order = tree.args.get("order")
    found: list[tuple[object, ...]] = []
    for term in order.expressions if order is not None else ():
        inner = term.this if isinstance(term, exp.Ordered) else term
        place = _place(inner, tree) if isinstance(tree, exp.Query) else None
        ways = (bool(term.args.get("desc")), term.args.get("nulls_first"))
        found.append((inner if place is None else place, *ways))
    return found


def _keys(ordering: Ordering, row: Row, places: Sequence[int], dialect: str) -> results.Key:
    added = row[len(row) - ordering.keys :]
    return results.key((*(row[place] for place in places), *added), dialect)


def _shown(ordering: Ordering, row: Row) -> Row:
    return row[: -ordering.keys] if ordering.keys else row


def _ordinal(term: exp.Expr) -> bool:
    return isinstance(term, exp.Literal) and term.is_int


def _ordinals_hold(terms: Sequence[exp.Expr]) -> bool:
    return all(int(term.name) >= 1 for term in terms if _ordinal(term))


def _place(term: exp.Expr, tree: exp.Query) -> int | None:
    # The output column that the term names, by number, alias or as the same expression.
    outputs = tree.selects
    if _ordinal(term):
        return int(term.name) - 1
    name = term.name.lower() if isinstance(term, exp.Column) and not term.table else None
    for index, output in enumerate(outputs):
        if name is not None and output.alias_or_name.lower() == name:
            return index
        if output.unalias() == term:
            return index
    return None


def _cut(tree: exp.Query) -> tuple[int, int | None] | None:
    # Offset and count, None if they are not plain numbers.
    limit, offset = tree.args.get("limit"), tree.args.get("offset")
    start: int | None = 0
    count: int | None = None
    if offset is not None:
        start = _number(offset.expression)
    if isinstance(limit, exp.Fetch):
        if limit.args.get("limit_options") is not None:
            return None
        count = _number(limit.args.get("count")) if limit.args.get("count") is not None else 1
    elif limit is not None:
        if limit.args.get("limit_options") is not None or limit.expressions:
            return None
        if isinstance(limit.expression, exp.Null):
            return (start, None) if start is not None else None
        count = _number(limit.expression)
        if limit.args.get("offset") is not None:
            start = _number(limit.args["offset"])
    if start is None or (limit is not None and count is None):
        return None
    return start, count


def _number(node: exp.Expr | None) -> int | None:
    inner = node.unnest() if node is not None else None
    return int(inner.name) if isinstance(inner, exp.Literal) and inner.is_int else None
