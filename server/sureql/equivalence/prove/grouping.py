"""DISTINCT, GROUP BY, HAVING and counting in one form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sureql.equivalence.prove import algebra, keys
from sureql.equivalence.prove.algebra import Block, Term
from sureql.equivalence.prove.facts import COMPARISONS, Facts


def settled(block: Block, facts: Facts, notes: list[str]) -> Block:
    """The block with conditions where they are tried first, and no DISTINCT that does nothing."""
    return _distinct(_grouped_only(_filtered(_counted(block, facts), facts), facts), facts, notes)


def _counted(block: Block, facts: Facts) -> Block:
    """`count(x)` as `count(*)` where x is never NULL."""
    if block.group is None:
        return block
    solid = algebra.solid(block)

    def change(term: Term) -> Term:
        counts = term.op == "aggregate count" and bool(term.args)
        counts = counts and not facts.nullable(term.args[0], solid)
        return Term("aggregate count") if counts and not facts.may_fail(term.args[0]) else term

    return algebra.changed(block, lambda term: _own(term, change))


def _own(term: Term, change: Callable[[Term], Term]) -> Term:
    """A term changed from the inside, without its sub-queries."""
    args = tuple(_own(one, change) for one in term.args)
    return change(replace(term, args=args) if args != term.args else term)


def _filtered(block: Block, facts: Facts) -> Block:
    """HAVING on what is grouped by as WHERE."""
    if not block.group or any(map(facts.may_fail, (*block.having, *block.where))):
        return block
    free = {one for one in block.group if one.op == "column"}
    own = {leaf.number for leaf in algebra.all_leaves(block)}
    moved = [
        one
        for one in block.having
        if _same_in_group(one)
        and all(each in free or each.source not in own for each in algebra.columns(one))
    ]
    kept = tuple(one for one in block.having if one not in moved)
    return replace(block, where=(*block.where, *moved), having=kept)


def _same_in_group(condition: Term) -> bool:
    """True for what compares columns with constants, by the same rules by which groups are made:
    of values that are equal but not the same, a group has any."""
    if condition.op in ("and", "or", "not"):
        return all(map(_same_in_group, condition.args))
    sides = [one.op for one in condition.args]
    if condition.op in COMPARISONS:
        return sorted(sides) == ["column", "constant"]
    return condition.op in ("is null", "in") and sides == ["column", *["constant"] * len(sides[1:])]


def _grouped_only(block: Block, facts: Facts) -> Block:
    """GROUP BY that only takes repetitions away, as DISTINCT."""
    if not block.group or block.having or block.limit:
        return block
    listed = (*block.outputs, *block.order)
    if any(
        part.op.startswith(("aggregate", "window")) for one in listed for part in algebra.parts(one)
    ):
        return block
    if not all(one in block.outputs for one in block.group):
        return block
    if any(by.args[0] not in block.outputs for by in block.order):
        return block
    return replace(block, group=None, distinct=True)


def _distinct(block: Block, facts: Facts, notes: list[str]) -> Block:
    if not block.distinct:
        return block
    if any(part.op == "window" for one in block.outputs for part in algebra.parts(one)):
        return block
    if block.group is not None:
        if block.group and not all(one in block.outputs for one in block.group):
            return block
        notes.append("`DISTINCT` is needless: each group is there once.")
        return replace(block, distinct=False)
    own = {leaf.number for leaf in algebra.all_leaves(block)}
    known = [one for one in block.outputs if one.op == "column"]
    if own and keys.determined(block, facts, known) >= own:
        notes.append("`DISTINCT` is needless: a key is among the columns.")
        return replace(block, distinct=False)
    return block
