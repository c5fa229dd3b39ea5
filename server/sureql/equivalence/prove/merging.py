"""Queries in FROM that only pick, join and filter become part of the query around them."""

from __future__ import annotations

from dataclasses import replace

from sureql.equivalence.prove import algebra
from sureql.equivalence.prove.algebra import Attached, Block, Leaf, Term
from sureql.equivalence.prove.facts import Facts

_Meant = dict[tuple[int, str], Term]


def merged(block: Block, facts: Facts) -> Block:
    """The block with its mergeable queries in FROM merged, one level of them."""
    if block.fixed:
        return block
    meant: _Meant = {}
    alone = len(block.leaves) == 1 and not block.attached and not block.where
    used = set(algebra.inside(block))
    leaves: list[Leaf] = []
    attached = list(block.attached)
    where = list(block.where)
    for leaf in block.leaves:
        inner = _plain(leaf, used, facts, alone, outer=False)
        if inner is None:
            leaves.append(leaf)
            continue
        leaves += inner.leaves
        attached += inner.attached
        where += inner.where
        meant |= _meant(leaf, inner)
    hung = tuple(_inside(one, used, facts, meant) for one in attached)
    block = replace(block, leaves=tuple(leaves), attached=hung, where=tuple(where))
    if not meant:
        return block
    return algebra.changed(block, lambda term: algebra.substituted(term, meant))


def _inside(one: Attached, used: set[Term], facts: Facts, meant: _Meant) -> Attached:
    leaves: list[Leaf] = []
    attached = [_inside(each, used, facts, meant) for each in one.attached]
    on = list(one.on)
    for leaf in one.leaves:
        inner = _plain(leaf, used, facts, alone=False, outer=True)
        if inner is None:
            leaves.append(leaf)
            continue
        leaves += inner.leaves
        attached += inner.attached
        on += inner.where
        meant |= _meant(leaf, inner)
    return Attached(tuple(leaves), tuple(attached), tuple(on))


def _plain(leaf: Leaf, used: set[Term], facts: Facts, alone: bool, outer: bool) -> Block | None:
    """The query of a leaf if it can be merged. `alone`: nothing else stands around it. `outer`: an
    outer join fills its columns with NULLs."""
    query = leaf.query
    if not isinstance(query, Block) or query.group is not None or query.distinct or query.limit:
        return None
    if query.fixed or not query.leaves:
        return None
    if not alone and any(map(facts.may_fail, query.where)):
        return None
    own = {one.number for one in algebra.all_leaves(query)}
    for at, term in enumerate(query.outputs):
        if algebra.column(leaf.number, str(at)) not in used:
            if facts.may_fail(term):
                return None  # It might have failed; merged it is not there.
            continue
        if term.op == "column" and term.source in own:
            continue
        # A bare constant takes its type from where it stands.
        kinds = {one.op for one in algebra.parts(term)}
        odd = term.op == "constant" or kinds & {"window", "cast", "scalar"} or outer
        if odd or (facts.may_fail(term) and not alone):
            return None
    return query


def _meant(leaf: Leaf, inner: Block) -> _Meant:
    return {(leaf.number, str(at)): term for at, term in enumerate(inner.outputs)}
