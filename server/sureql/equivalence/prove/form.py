"""A normal form as text in which nothing is left of names and of the order of what has none.

Leaves are numbered in the way that gives the least text; so two queries have the same text if they
are the same but for names, and only then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations, product

from sureql.equivalence.prove import algebra
from sureql.equivalence.prove.algebra import FALSE, Attached, Block, Combined, Leaf, Query, Term
from sureql.equivalence.prove.facts import COMPARISONS, Facts
from sureql.equivalence.prove.naming import UnreadableError

_MOST_WAYS = 720
_COMMUTING = ("=", "<>", "same")


@dataclass(frozen=True, slots=True)
class _View:
    """How columns are written: names of leaves, what columns of queries in FROM stand for, and
    columns that are equal to others."""

    facts: Facts
    names: Mapping[int, str]
    queries: Mapping[int, tuple[str, ...]]
    same: Mapping[Term, Term]

    def text(self, term: Term) -> str:
        """The term, written."""
        term = self.same.get(term, term)
        if term.op == "column":
            name = self.names.get(term.source, "?")
            outputs = self.queries.get(term.source)
            return f"{name}.{outputs[int(term.text)] if outputs else repr(term.text)}"
        if term.op == "constant":
            return repr(term.text)
        args = [self.text(one) for one in term.args]
        if term.op in _COMMUTING and self.facts.swaps(*term.args):
            args.sort()
        elif term.op in ("and", "or", "partition"):
            args = args if any(map(self.facts.may_fail, term.args)) else sorted(set(args))
        elif term.op == "in":
            args = [args[0], *sorted(set(args[1:]))]
        elif term.op in ("+", "*") and all(map(self._is_sum, term.args)):
            args.sort()
        inner = f" {{{written(term.query, self)}}}" if term.query is not None else ""
        return f"({term.op}{f' {term.text!r}' if term.text else ''} {' '.join(args)}{inner})"

    def _is_sum(self, term: Term) -> bool:
        inner = term.op in ("+", "-", "*") and all(map(self._is_sum, term.args))
        return inner or self.facts.is_number(term)


def canonical(query: Query, facts: Facts) -> str:
    """The text of a statement in normal form."""
    if isinstance(query, Block) and _is_empty(query) and not _fails(query, facts):
        return f"nothing, in {len(query.outputs)} columns"
    return written(query, _View(facts, {}, {}, {}), root=True)


def _is_empty(block: Block) -> bool:
    """True for a block that never gives a row; one group in all does, whatever its WHERE says."""
    return FALSE in block.having or (FALSE in block.where and block.group != ())


def _fails(query: Query, facts: Facts) -> bool:
    """True if something in a query may fail: what is constant may do so before there is a row."""
    if isinstance(query, Combined):
        return any(_fails(part, facts) for part in query.parts)
    terms = [part for term in algebra.terms(query) for part in algebra.parts(term)]
    nested = [leaf.query for leaf in algebra.all_leaves(query)] + [one.query for one in terms]
    return any(map(facts.may_fail, terms)) or any(
        one is not None and _fails(one, facts) for one in nested
    )


def written(query: Query, around: _View, root: bool = False) -> str:
    """The text of a query inside of what `around` has named. Raises UnreadableError if there are too
    many ways to name its leaves."""
    if isinstance(query, Combined):
        return _combined(query, around, root)
    return min(_texts(query, around, root))


def _combined(query: Combined, around: _View, root: bool) -> str:
    parts = [written(part, around, root=True) for part in query.parts]
    # In SQLite affinity and collation come from the parts by their order.
    free = around.facts.dialect != "sqlite" or (root and query.op == "union all")
    if free and query.op in ("union", "union all") and not any(map(_untyped, query.parts)):
        parts.sort()
    order = [f"{one.text} {one.args[0].text}" for one in query.order]
    return f"{query.op} [{' ; '.join(parts)}] order [{', '.join(order)}] {query.limit}"


def _untyped(query: Query) -> bool:
    """True for a part of UNION with a constant that takes its type from the other parts."""
    if isinstance(query, Combined):
        return any(map(_untyped, query.parts))
    return any(one.op == "constant" and not one.text.startswith("n:") for one in query.outputs)


def _texts(block: Block, around: _View, root: bool) -> Iterator[str]:
    leaves = list(algebra.all_leaves(block))
    outputs = {
        leaf.number: _outputs(leaf.query, around) for leaf in leaves if leaf.query is not None
    }
    kinds = {leaf.number: _kind(leaf, around) for leaf in leaves}
    for names in _namings(block, leaves, kinds, len(around.names)):
        named = {**around.names, **names}
        queries = {**around.queries, **outputs}
        view = _View(around.facts, named, queries, around.same)
        if not block.fixed:
            view = _View(around.facts, named, queries, {**around.same, **_equal(block, view)})
        yield _text(block, view, kinds, root)


def _namings(
    block: Block, leaves: list[Leaf], kinds: Mapping[int, str], depth: int
) -> Iterator[dict[int, str]]:
    """The ways to number the leaves: those of one kind in any order."""
    if block.fixed:
        yield {leaf.number: f"t{depth + at}" for at, leaf in enumerate(leaves)}
        return
    groups: dict[str, list[int]] = {}
    for leaf in leaves:
        groups.setdefault(kinds[leaf.number], []).append(leaf.number)
    ordered = [groups[kind] for kind in sorted(groups)]
    ways = 1
    for group in ordered:
        for count in range(2, len(group) + 1):
            ways *= count
    if ways > _MOST_WAYS:
        raise UnreadableError
    for choice in product(*(permutations(group) for group in ordered)):
        numbers = [number for group in choice for number in group]
        yield {number: f"t{depth + at}" for at, number in enumerate(numbers)}


def _kind(leaf: Leaf, around: _View) -> str:
    if leaf.relation is not None:
        return f"{leaf.relation.schema!r}.{leaf.relation.name!r}"
    assert leaf.query is not None
    return f"({written(leaf.query, around)})"


def _outputs(query: Query, around: _View) -> tuple[str, ...]:
    """What the columns of a query in FROM are, in the naming that gives its least text."""
    if isinstance(query, Combined):
        return tuple(str(at) for at in range(len(query.names)))
    leaves = list(algebra.all_leaves(query))
    nested = {
        leaf.number: _outputs(leaf.query, around) for leaf in leaves if leaf.query is not None
    }
    kinds = {leaf.number: _kind(leaf, around) for leaf in leaves}
    best: tuple[str, _View] | None = None
    for names in _namings(query, leaves, kinds, len(around.names)):
        named, queries = {**around.names, **names}, {**around.queries, **nested}
        view = _View(around.facts, named, queries, around.same)
        if not query.fixed:
            view = _View(around.facts, named, queries, {**around.same, **_equal(query, view)})
        text = _text(query, view, kinds, root=False)
        if best is None or text < best[0]:
            best = text, view
    assert best is not None
    return tuple(best[1].text(one) for one in query.outputs)


def _text(block: Block, view: _View, kinds: Mapping[int, str], root: bool) -> str:
    def listed(terms: Iterable[Term], ordered: bool) -> str:
        texts = [view.text(one) for one in terms]
        return " & ".join(texts if ordered else sorted(set(texts)))

    leaves = [f"{view.names[leaf.number]}={kinds[leaf.number]}" for leaf in block.leaves]
    attached = [_hung(one, view, kinds, block.fixed) for one in block.attached]
    outputs = [view.text(one) for one in block.outputs]
    group = "no" if block.group is None else listed(block.group, False)
    equal = _equalities(block, view)
    parts = [
        "from", *(leaves if block.fixed else sorted(leaves)),
        "hung", *(attached if block.fixed else sorted(attached)),
        "where", listed(block.where, block.fixed), "equal", *equal,
        "group", f"[{group}]", "having", listed(block.having, block.fixed),
        "distinct" if block.distinct else "all",
        *(outputs if root else sorted(set(outputs))),
        "order", " , ".join(view.text(one) for one in block.order), block.limit,
    ]  # fmt: skip
    return " ".join(parts)


def _hung(one: Attached, view: _View, kinds: Mapping[int, str], fixed: bool) -> str:
    leaves = [f"{view.names[leaf.number]}={kinds[leaf.number]}" for leaf in one.leaves]
    inner = [_hung(each, view, kinds, fixed) for each in one.attached]
    on = [view.text(term) for term in one.on]
    if not fixed:
        leaves, inner, on = sorted(leaves), sorted(inner), sorted(set(on))
    return f"<{' '.join(leaves)} / {' '.join(inner)} / {' & '.join(on)}>"


def _equal(block: Block, view: _View) -> dict[Term, Term]:
    """Columns that WHERE makes the same as others, with the one of each set that stands for all."""
    found: dict[Term, Term] = {}
    for members in _sets(block, view.facts):
        first = min(members, key=view.text)
        found |= {one: first for one in members if one != first}
    return found


def _equalities(block: Block, view: _View) -> list[str]:
    """The sets of columns that are equal, written."""
    plain = _View(view.facts, view.names, view.queries, {})
    return sorted(
        "{" + " ".join(sorted(plain.text(one) for one in members)) + "}"
        for members in _sets(block, view.facts)
    )


def _sets(block: Block, facts: Facts) -> list[set[Term]]:
    if block.fixed:
        return []
    own = algebra.solid(block)
    sets: list[set[Term]] = []
    for one in block.where:
        if one.op != COMPARISONS[0] or any(side.op != "column" for side in one.args):
            continue
        if not facts.is_exact(*one.args) or any(side.source not in own for side in one.args):
            continue
        touched = [each for each in sets if each & set(one.args)]
        sets = [each for each in sets if not each & set(one.args)]
        sets.append(set(one.args).union(*touched))
    return sets
