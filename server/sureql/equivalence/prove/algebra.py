"""Queries as values that can be rearranged: names are resolved, spelling is gone.

A block is `SELECT outputs FROM leaves × … ⟕ attached … WHERE …`. All that inner joins demand stands in
`where`; what stands on the inner side of an outer join is attached with its condition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from sureql.catalog import model as catalog


@dataclass(frozen=True, slots=True)
class Term:
    """An expression. `op` says what it is: `column`, `constant`, `and`, `=`, `call upper` … A column
    has the number of its leaf as `source`, and its key (of a relation) or its place among the outputs
    (of a query) as `text`. Of a constant, `text` is how it is written, with its kind before it."""

    op: str
    args: tuple[Term, ...] = ()
    text: str = ""
    source: int = -1
    query: Query | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """What rows come from: a relation of the catalog, or a query."""

    number: int
    relation: catalog.Relation | None = None
    query: Query | None = None


@dataclass(frozen=True, slots=True)
class Attached:
    """The inner side of a left join: `leaves` and what is attached to them in turn."""

    leaves: tuple[Leaf, ...]
    attached: tuple[Attached, ...]
    on: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One SELECT. `group` is None if nothing is aggregated, () for one group in all. `names` are the
    keys of the outputs ('' where the engine chooses). `fixed` says that the order of conditions must
    stay: one of them can fail."""

    leaves: tuple[Leaf, ...]
    attached: tuple[Attached, ...]
    where: tuple[Term, ...]
    outputs: tuple[Term, ...]
    names: tuple[str, ...]
    group: tuple[Term, ...] | None = None
    having: tuple[Term, ...] = ()
    distinct: bool = False
    order: tuple[Term, ...] = ()
    limit: str = ""
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Combined:
    """UNION and its like over `parts`; `order` speaks of outputs by their place."""

    op: str
    parts: tuple[Query, ...]
    names: tuple[str, ...]
    order: tuple[Term, ...] = ()
    limit: str = ""


Query = Block | Combined

TRUE = Term("constant", text="b:true")
FALSE = Term("constant", text="b:false")


def column(source: int, text: str) -> Term:
    """A column of a leaf."""
    return Term("column", text=text, source=source)


def parts(term: Term) -> Iterator[Term]:
    """The term and all that is in it, sub-queries left out."""
    yield term
    for one in term.args:
        yield from parts(one)


def columns(term: Term) -> Iterator[Term]:
    """Every column that a term speaks of, in its sub-queries too."""
    for one in parts(term):
        if one.op == "column":
            yield one
        if one.query is not None:
            yield from inside(one.query)


def sources(*terms: Term) -> set[int]:
    """The leaves that terms speak of."""
    return {one.source for term in terms for one in columns(term)}


def inside(query: Query) -> Iterator[Term]:
    """Every column that a query speaks of, those around it too."""
    if isinstance(query, Combined):
        for part in query.parts:
            yield from inside(part)
        return
    for term in terms(query):
        yield from columns(term)
    for leaf in all_leaves(query):
        if leaf.query is not None:
            yield from inside(leaf.query)


def terms(block: Block) -> Iterator[Term]:
    """The terms of a block, clause by clause, without those of queries in FROM."""
    yield from block.where
    yield from (one for each in block.attached for one in _conditions(each))
    yield from block.outputs
    yield from block.group or ()
    yield from block.having
    yield from block.order


def all_leaves(block: Block | Attached) -> Iterator[Leaf]:
    """The leaves of a block, attached ones too."""
    yield from block.leaves
    for one in block.attached:
        yield from all_leaves(one)


def solid(block: Block) -> frozenset[int]:
    """The leaves that always give a row: those that are not attached."""
    return frozenset(leaf.number for leaf in block.leaves)


def changed(block: Block, change: Callable[[Term], Term]) -> Block:
    """The block with each of its terms changed; queries in FROM stay as they are."""
    return replace(
        block,
        attached=tuple(_changed(one, change) for one in block.attached),
        where=tuple(map(change, block.where)),
        outputs=tuple(map(change, block.outputs)),
        group=tuple(map(change, block.group)) if block.group is not None else None,
        having=tuple(map(change, block.having)),
        order=tuple(map(change, block.order)),
    )


def rebuilt(term: Term, change: Callable[[Term], Term]) -> Term:
    """A term changed from its innermost parts on; terms inside of its sub-queries, too."""
    args = tuple(rebuilt(one, change) for one in term.args)
    query = through(term.query, change) if term.query is not None else None
    if args != term.args or query is not term.query:
        term = replace(term, args=args, query=query)
    return change(term)


def through(query: Query, change: Callable[[Term], Term]) -> Query:
    """A query with each term in it changed from the inside, queries in FROM too."""
    if isinstance(query, Combined):
        return replace(query, parts=tuple(through(part, change) for part in query.parts))
    block = changed(query, lambda term: rebuilt(term, change))
    return replace(
        block,
        leaves=tuple(_leaf(one, change) for one in block.leaves),
        attached=tuple(_leaves(one, change) for one in block.attached),
    )


def substituted(term: Term, meant: Mapping[tuple[int, str], Term]) -> Term:
    """A term with other terms in place of some columns."""

    def change(one: Term) -> Term:
        return meant.get((one.source, one.text), one) if one.op == "column" else one

    return rebuilt(term, change)


def conjuncts(term: Term) -> tuple[Term, ...]:
    """The parts that AND joins; none for TRUE."""
    if term.op == "and":
        return tuple(part for one in term.args for part in conjuncts(one))
    return () if term == TRUE else (term,)


def _conditions(one: Attached) -> Iterator[Term]:
    yield from one.on
    for each in one.attached:
        yield from _conditions(each)


def _changed(one: Attached, change: Callable[[Term], Term]) -> Attached:
    inner = tuple(_changed(each, change) for each in one.attached)
    return replace(one, attached=inner, on=tuple(map(change, one.on)))


def _leaf(one: Leaf, change: Callable[[Term], Term]) -> Leaf:
    return replace(one, query=through(one.query, change)) if one.query is not None else one


def _leaves(one: Attached, change: Callable[[Term], Term]) -> Attached:
    return replace(
        one,
        leaves=tuple(_leaf(leaf, change) for leaf in one.leaves),
        attached=tuple(_leaves(each, change) for each in one.attached),
    )
