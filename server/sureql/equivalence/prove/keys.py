"""Which leaves give at most one row, once some columns are known: functional dependency by keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sureql.equivalence.prove import algebra
from sureql.equivalence.prove.algebra import Attached, Block, Leaf, Term
from sureql.equivalence.prove.facts import Facts

_Name = tuple[int, str]


def determined(
    block: Block, facts: Facts, known: Iterable[Term] = (), given: Iterable[int] = ()
) -> set[int]:
    """The leaves of which at most one row goes with fixed values of the columns `known` and fixed
    rows of the leaves `given` and of the queries around."""
    own = {leaf.number: leaf for leaf in algebra.all_leaves(block)}
    fixed: set[_Name] = {(one.source, one.text) for one in known if one.op == "column"}
    found = set(given)
    links = list(_links(block.where, facts))
    for attached in block.attached:
        links += _inner(attached, facts)
    equated: set[_Name] = set()
    while True:
        before = len(found), len(equated)
        for target, other in links:
            settled = other.op == "constant" or other.source in found or other.source not in own
            if settled or {(other.source, other.text)} & (fixed | equated):
                equated.add(target)
        for number, leaf in own.items():
            if number not in found and _is_one(leaf, fixed, equated, facts):
                found.add(number)
        if before == (len(found), len(equated)):
            return found


def _is_one(leaf: Leaf, fixed: set[_Name], equated: set[_Name], facts: Facts) -> bool:
    for key in facts.keys(leaf):
        names = {(leaf.number, column) for column in key}
        if not names <= fixed | equated:
            continue
        if leaf.relation is None:
            return True
        # Several rows may have a NULL in a unique column; an equality lets none of them through.
        columns = [facts.schema.column(leaf.relation, column) for column in key]
        if all(
            column is not None
            and (not column.nullable or (leaf.number, facts.schema.key(column.name)) in equated)
            for column in columns
        ):
            return True
    return False


def _links(
    conditions: Iterable[Term], facts: Facts, inner: frozenset[int] | None = None
) -> Iterator[tuple[_Name, Term]]:
    """Columns and what a condition makes them equal to; of an outer join those of its inner side."""
    for one in conditions:
        if one.op != "=":
            continue
        for left, right in (one.args, one.args[::-1]):
            plain = left.op == "column" and right.op in ("column", "constant")
            if plain and facts.alike(left, right) and (inner is None or left.source in inner):
                yield (left.source, left.text), right


def _inner(attached: Attached, facts: Facts) -> Iterator[tuple[_Name, Term]]:
    own = frozenset(leaf.number for leaf in attached.leaves)
    yield from _links(attached.on, facts, own)
    for one in attached.attached:
        yield from _inner(one, facts)
