"""Brings a query into its normal form: every step is a rule of its own, applied until none changes it."""

from __future__ import annotations

from dataclasses import replace

from sureql.equivalence.prove import algebra, grouping, joining, keys, logic, merging
from sureql.equivalence.prove.algebra import Attached, Block, Combined, Leaf, Query, Term
from sureql.equivalence.prove.facts import Facts
from sureql.equivalence.prove.naming import UnreadableError

_ROUNDS = 12
_ONE = Term("constant", text="n:1")


def formed(
    query: Query,
    facts: Facts,
    notes: list[str],
    around: frozenset[int] = frozenset(),
    root: bool = True,
) -> Query:
    """The normal form. `around` are the leaves of outer queries that always give a row, `notes` gets
    a sentence for each rule that relies on the schema. Only the `root` is ordered."""
    if isinstance(query, Combined):
        parts = tuple(formed(part, facts, notes, around, root=False) for part in query.parts)
        order = query.order if root or query.limit else ()
        return _flat(replace(query, parts=parts, order=order))
    if not root and not query.limit:
        query = replace(query, order=())
    for _ in range(_ROUNDS):
        before = query
        query = _round(query, facts, notes, around)
        if query == before:
            break
    return query


def _round(block: Block, facts: Facts, notes: list[str], around: frozenset[int]) -> Block:
    block = replace(
        block,
        leaves=tuple(_leaf(one, facts, notes, around) for one in block.leaves),
        attached=tuple(_leaves(one, facts, notes, around) for one in block.attached),
    )
    solid = around | algebra.solid(block)
    block = algebra.changed(block, lambda term: _nested(term, facts, notes, solid))
    block = algebra.changed(block, lambda term: logic.simplified(term, facts, solid))
    block = replace(
        block,
        where=logic.kept(block.where, facts, solid),
        having=logic.kept(block.having, facts, solid),
        attached=tuple(_kept(one, facts, solid) for one in block.attached),
    )
    conditions = (*block.where, *_on(block.attached), *block.having)
    single = len(conditions) == 1 and len(list(algebra.all_leaves(block))) == 1
    block = replace(block, fixed=not single and any(map(facts.may_fail, conditions)))
    block = merging.merged(block, facts)
    if block.fixed:
        return block
    block = replace(block, where=tuple(_exists(one, facts) for one in block.where))
    block = joining.inner(block, facts, notes)
    block = joining.semijoins(block, facts, notes)
    block = grouping.settled(block, facts, notes)
    rows = any(part.op == "window" for one in block.outputs for part in algebra.parts(one))
    bag = rows or not block.distinct or block.group is not None or bool(block.limit)
    return joining.needed(block, facts, notes, bag)


def _leaf(one: Leaf, facts: Facts, notes: list[str], around: frozenset[int]) -> Leaf:
    if one.query is None:
        return one
    return replace(one, query=formed(one.query, facts, notes, around, root=False))


def _leaves(one: Attached, facts: Facts, notes: list[str], around: frozenset[int]) -> Attached:
    return replace(
        one,
        leaves=tuple(_leaf(each, facts, notes, around) for each in one.leaves),
        attached=tuple(_leaves(each, facts, notes, around) for each in one.attached),
    )


def _kept(one: Attached, facts: Facts, around: frozenset[int]) -> Attached:
    # In its own condition the inner side is a real row.
    solid = around | frozenset(leaf.number for leaf in one.leaves)
    attached = tuple(_kept(each, facts, solid) for each in one.attached)
    return replace(one, attached=attached, on=logic.kept(one.on, facts, solid))


def _on(attached: tuple[Attached, ...]) -> tuple[Term, ...]:
    return tuple(term for one in attached for term in (*one.on, *_on(one.attached)))


def _nested(term: Term, facts: Facts, notes: list[str], solid: frozenset[int]) -> Term:
    """The term with its sub-queries in normal form."""
    args = tuple(_nested(one, facts, notes, solid) for one in term.args)
    if args != term.args:
        term = replace(term, args=args)
    if term.query is None:
        return term
    query = formed(term.query, facts, notes, solid, root=False)
    if term.op == "exists" and isinstance(query, Block):
        query = _asked_for_rows(query, facts)
    single = isinstance(query, Block) and (
        query.group == () or keys.determined(query, facts) >= _numbers(query)
    )
    if term.op == "scalar" and facts.dialect == "sqlite" and not single:
        raise UnreadableError  # Of several rows SQLite takes whichever comes first.
    return replace(term, query=query)


def _numbers(query: Block) -> set[int]:
    return {leaf.number for leaf in algebra.all_leaves(query)}


def _asked_for_rows(query: Block, facts: Facts) -> Block:
    """What EXISTS looks at: whether there is a row, not what is in it."""
    if query.limit not in ("", "limit 1") or any(map(facts.may_fail, query.outputs)):
        return query
    group = query.group
    if group == () or query.having:
        return query
    return replace(
        query, outputs=(_ONE,), names=("",), distinct=False, order=(), limit="", group=None
    )


def _exists(term: Term, facts: Facts) -> Term:
    """`x IN (SELECT y …)` as `EXISTS (… WHERE x = y)`, where NULL counts as false."""
    query = term.query
    if term.op in ("and", "or"):
        return replace(term, args=tuple(_exists(one, facts) for one in term.args))
    if term.op != "in query" or not isinstance(query, Block) or query.fixed:
        return term
    if query.group is not None or query.limit or facts.may_fail(term.args[0]):
        return term
    if any(map(facts.may_fail, query.outputs)):
        return term
    condition = Term("=", (term.args[0], query.outputs[0]))
    inner = replace(query, where=(*query.where, condition), distinct=False)
    return Term("exists", query=_asked_for_rows(inner, facts))


def _flat(query: Combined) -> Combined:
    """UNION of UNION as one."""
    if query.op not in ("union", "union all"):
        return query
    parts: list[Query] = []
    for part in query.parts:
        same = isinstance(part, Combined) and part.op == query.op and not part.limit
        parts += part.parts if same and isinstance(part, Combined) else [part]
    return replace(query, parts=tuple(parts))
