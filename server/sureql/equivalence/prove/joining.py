"""Joins in one form: outer ones that act like inner ones, and those that keys make needless."""

from __future__ import annotations

from dataclasses import replace

from sureql.equivalence.prove import algebra, keys, logic
from sureql.equivalence.prove.algebra import Attached, Block, Leaf, Term
from sureql.equivalence.prove.facts import Facts

_OUTER = "The outer join acts like an inner one, since a condition lets no NULL through."
# Only these hold foreign keys to be true whatever a session sets.
_ENFORCED = ("postgres", "duckdb")


def inner(block: Block, facts: Facts, notes: list[str]) -> Block:
    """Outer joins whose missing rows WHERE takes away, as inner ones."""
    for one in block.attached:
        own = {leaf.number for leaf in one.leaves}
        needed = {term.source for condition in block.where for term in logic.rejected(condition)}
        if own & needed and not any(map(facts.may_fail, one.on)):
            notes.append(_OUTER)
            block = replace(
                block,
                leaves=(*block.leaves, *one.leaves),
                attached=(*(each for each in block.attached if each is not one), *one.attached),
                where=(*block.where, *one.on),
            )
            return inner(block, facts, notes)
    return block


def semijoins(block: Block, facts: Facts, notes: list[str]) -> Block:
    """`EXISTS` over what a key leaves at most one row of, as a join."""
    for at, condition in enumerate(block.where):
        query = condition.query
        if condition.op != "exists" or not isinstance(query, Block):
            continue
        plain = query.group is None and not (query.attached or query.limit or query.fixed)
        own = {leaf.number for leaf in query.leaves}
        if plain and own and keys.determined(query, facts) >= own:
            notes.append("At most one row goes with each, by a key.")
            rest = (*block.where[:at], *block.where[at + 1 :], *query.where)
            block = replace(block, leaves=(*block.leaves, *query.leaves), where=rest)
            return semijoins(block, facts, notes)
    return block


def needed(block: Block, facts: Facts, notes: list[str], bag: bool) -> Block:
    """The block without joins that neither add nor drop rows. `bag` False: repetitions of a row do
    not matter."""
    for one in block.attached:
        if _hangs_unused(block, one, facts, bag):
            notes.append("A left join whose columns nobody uses adds no rows.")
            kept = tuple(each for each in block.attached if each is not one)
            return needed(replace(block, attached=kept), facts, notes, bag)
    for leaf in block.leaves:
        if (found := _same_row(block, leaf, facts)) or (found := _referred(block, leaf, facts)):
            smaller, note = found
            notes.append(note)
            return needed(smaller, facts, notes, bag)
    return block


def _hangs_unused(block: Block, one: Attached, facts: Facts, bag: bool) -> bool:
    own = {leaf.number for leaf in algebra.all_leaves(one)}
    rest = replace(block, attached=tuple(each for each in block.attached if each is not one))
    if any(term.source in own for term in algebra.inside(rest)) or _fails(one, facts):
        return False
    others = {leaf.number for leaf in algebra.all_leaves(rest)}
    return not bag or keys.determined(block, facts, given=others) >= own


def _fails(one: Attached, facts: Facts) -> bool:
    nested = any(_fails(each, facts) for each in one.attached)
    queries = any(leaf.query is not None for leaf in one.leaves)
    return nested or queries or any(map(facts.may_fail, one.on))


def _same_row(block: Block, leaf: Leaf, facts: Facts) -> tuple[Block, str] | None:
    """A table joined to itself by a key: both are the same row."""
    if leaf.relation is None:
        return None
    for other in block.leaves:
        if other.number >= leaf.number or other.relation != leaf.relation:
            continue
        for key in facts.keys(leaf):
            pairs = [
                {algebra.column(leaf.number, name), algebra.column(other.number, name)}
                for name in key
            ]
            links = [one for one in block.where if one.op == "=" and set(one.args) in pairs]
            if not key or {frozenset(one.args) for one in links} != set(map(frozenset, pairs)):
                continue
            filled = [_filled(algebra.column(other.number, name)) for name in key]
            where = (*(one for one in block.where if one not in links), *filled)
            smaller = replace(block, leaves=_without(block, leaf), where=where)
            note = f"`{leaf.relation.name}` is joined to itself by its key."
            return _renumbered(smaller, leaf.number, other.number), note
    return None


def _referred(block: Block, leaf: Leaf, facts: Facts) -> tuple[Block, str] | None:
    """A table that is only there because a foreign key refers to it: each row has its partner."""
    if leaf.relation is None or facts.dialect not in _ENFORCED or leaf.relation.kind != "table":
        return None
    named = (leaf.relation.schema, leaf.relation.name)
    for other in block.leaves:
        if other is leaf or other.relation is None or other.relation.kind != "table":
            continue
        for link in other.relation.foreign_keys:
            if link.target != named:
                continue
            key = [facts.schema.key(name) for name in link.target_columns]
            key = key or [facts.schema.key(name) for name in leaf.relation.primary_key]
            own = [facts.schema.key(name) for name in link.columns]
            if len(key) != len(own) or frozenset(key) not in facts.keys(leaf):
                continue
            smaller = _unlinked(block, leaf, other, list(zip(key, own, strict=True)), facts)
            if smaller is not None:
                columns = ", ".join(link.columns)
                said = f"The foreign key `{other.relation.name} ({columns})` has a row in `{named[1]}`."
                return smaller, said
    return None


def _unlinked(
    block: Block, leaf: Leaf, other: Leaf, names: list[tuple[str, str]], facts: Facts
) -> Block | None:
    """The block without `leaf`, if nothing but the equalities of these columns needs it."""
    targets = {mine: algebra.column(leaf.number, mine) for mine, _ in names}
    sides = {mine: algebra.column(other.number, theirs) for mine, theirs in names}
    links = [
        one
        for one in block.where
        if one.op == "=" and any(set(one.args) == {targets[mine], sides[mine]} for mine in targets)
    ]
    if len({frozenset(one.args) for one in links}) != len(targets):
        return None
    exact = {
        (leaf.number, mine): sides[mine]
        for mine in targets
        if facts.is_exact(targets[mine], sides[mine])
    }
    rest = replace(
        block,
        leaves=_without(block, leaf),
        where=tuple(one for one in block.where if one not in links),
    )
    rest = algebra.changed(rest, lambda term: algebra.substituted(term, exact))
    if any(term.source == leaf.number for term in algebra.inside(rest)):
        return None
    filled = tuple(map(_filled, sides.values()))
    return replace(rest, where=(*rest.where, *filled))


def _renumbered(block: Block, number: int, new: int) -> Block:
    """The block with the columns of one leaf taken from another one."""

    def change(term: Term) -> Term:
        mine = term.op == "column" and term.source == number
        return replace(term, source=new) if mine else term

    return algebra.changed(block, lambda term: algebra.rebuilt(term, change))


def _filled(term: Term) -> Term:
    return Term("not", (Term("is null", (term,)),))


def _without(block: Block, leaf: Leaf) -> tuple[Leaf, ...]:
    return tuple(one for one in block.leaves if one is not leaf)
