"""What the catalog guarantees of terms: types, NOT NULL, keys, and what cannot fail while it runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.equivalence.prove import algebra
from sureql.equivalence.prove.algebra import Block, Combined, Leaf, Query, Term
from sureql.syntax.vocabulary import words

_TEXT = ("TEXT", "VARCHAR", "CHARACTER VARYING", "STRING", "NVARCHAR")
_INTEGERS = words("INT INTEGER BIGINT SMALLINT INT2 INT4 INT8 SERIAL BIGSERIAL TINYINT")
_NUMBERS = _INTEGERS | words("NUMERIC DECIMAL REAL DOUBLE FLOAT FLOAT4 FLOAT8")
_EXACT = _INTEGERS | words("DATE UUID BOOLEAN BOOL")
_STORED = ("table", "temporary table")
_SAFE = {
    "column", "constant", "and", "or", "not", "is null", "case", "||", "exists", "in query", "same",
    "call lower", "call upper", "call length", "call coalesce", "call nullif", "in",
    "=", "<>", "<", "<=", ">", ">=", "like", "ilike",
}  # fmt: skip
COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one statement: `leaves` are those that were read, by number."""

    dialect: str
    schema: catalog.Catalog
    leaves: dict[int, Leaf]

    def column(self, term: Term) -> catalog.Column | None:
        """The catalog's column that a term passes on unchanged, None if it is more than that."""
        leaf = self.leaves.get(term.source)
        if term.op != "column" or leaf is None:
            return None
        if leaf.relation is not None:
            # Of a view's columns types and NULLs are only inferred.
            stored = leaf.relation.kind in _STORED
            return self.schema.column(leaf.relation, term.text) if stored else None
        if isinstance(leaf.query, Block):
            return self.column(leaf.query.outputs[int(term.text)])
        return None

    def type_of(self, term: Term) -> str:
        """The type of a column in upper case without its size, '' if not known."""
        found = self.column(term)
        return found.type.upper().partition("(")[0].strip() if found is not None else ""

    def is_text(self, term: Term) -> bool:
        """True if a term is certainly text."""
        if term.op in ("||", "call lower", "call upper", "call substring"):
            return True
        return self.type_of(term) in _TEXT or term.text.startswith("s:")

    def is_number(self, term: Term) -> bool:
        """True if a term is certainly a number."""
        if term.op in ("aggregate count", "aggregate sum", "aggregate avg", "call length"):
            return True
        return self.type_of(term) in _NUMBERS or (
            term.op == "constant" and term.text.startswith("n:")
        )

    def is_exact(self, one: Term, other: Term) -> bool:
        """True if two columns that are equal are the same in every respect."""
        known = _INTEGERS if self.dialect == "sqlite" else _EXACT
        return self.type_of(one) == self.type_of(other) and self.type_of(one) in known

    def swaps(self, one: Term, other: Term) -> bool:
        """True if the sides of a comparison may change places: in SQLite the left one's collation
        counts where both are columns of text."""
        if self.dialect != "sqlite":
            return True
        sides = [self._collated(term) for term in (one, other)]
        return not all(sides)

    def _collated(self, term: Term) -> bool:
        if term.op in ("cast", "negative"):
            return self._collated(term.args[0])
        return term.op == "scalar" or (term.op == "column" and self.type_of(term) not in _NUMBERS)

    def alike(self, one: Term, other: Term) -> bool:
        """True if two columns compare by the rules of one type, or one of them is a constant."""
        if "constant" in (one.op, other.op):
            return self.dialect != "sqlite" or any(map(self.is_number, (one, other)))
        types = {self.type_of(one), self.type_of(other)}
        if types <= _INTEGERS:
            return True
        # In SQLite the collation of either may count.
        return len(types) == 1 and "" not in types and self.dialect != "sqlite"

    def nullable(self, term: Term, solid: frozenset[int]) -> bool:
        """False if a term is never NULL in rows that have the leaves `solid`."""
        if term.op == "constant":
            return term.text == "null" or term.text.startswith("p:")
        if term.op == "call coalesce":
            return all(self.nullable(one, solid) for one in term.args)
        if term.op.startswith("aggregate count") or term.op in ("exists", "is null"):
            return False
        leaf = self.leaves.get(term.source)
        if term.op != "column" or leaf is None or term.source not in solid:
            return True
        if leaf.relation is not None:
            found = self.column(term)
            return found is None or found.nullable
        if isinstance(leaf.query, Block):
            return self.nullable(leaf.query.outputs[int(term.text)], algebra.solid(leaf.query))
        return True

    def keys(self, leaf: Leaf) -> list[frozenset[str]]:
        """The sets of columns that are unique among the rows of a leaf where none of them is NULL."""
        if leaf.relation is not None:
            listed = (key.columns for key in leaf.relation.keys)
            return [frozenset(self.schema.key(name) for name in columns) for columns in listed]
        query = leaf.query
        if isinstance(query, Combined):
            everything = frozenset(str(at) for at in range(len(query.names)))
            return [everything] if query.op == "union" else []
        if query is None:
            return []
        found = []
        if query.distinct:
            found.append(frozenset(str(at) for at in range(len(query.outputs))))
        if query.group and all(one in query.outputs for one in query.group):
            found.append(frozenset(str(query.outputs.index(one)) for one in query.group))
        if query.group == ():
            found.append(frozenset())
        return found

    def may_fail(self, term: Term) -> bool:
        """True if evaluating a term may end the query with an error, for some row."""
        return any(self._fails(one) for one in algebra.parts(term))

    def _fails(self, term: Term) -> bool:
        if term.query is not None and _fails_inside(self, term):
            return True
        if self.dialect == "sqlite":
            return term.op == "call abs"
        if term.op in ("+", "-", "*", "negative", "cast") and not algebra.sources(term):
            # A constant fails at once or never; sub-queries are not constants.
            return any(one.query is not None for one in algebra.parts(term))
        if term.op in ("+", "-", "*") and self.dialect == "postgres":
            return not all(self._is_wide(one) for one in term.args)
        if term.op in ("like", "ilike"):
            return not term.args[1].text.startswith("s:") or term.args[1].text.endswith("\\")
        if term.op in (*COMPARISONS, "in") and self.dialect == "duckdb":
            # It may cast text to a number while it runs.
            return not (all(map(self.is_text, term.args)) or all(map(self.is_number, term.args)) or (
                len({self.type_of(one) for one in term.args if one.op != "constant"}) == 1
                and self.type_of(term.args[0]) != ""
                and all(one.op == "column" or one.text.startswith("s:") for one in term.args)
            ))  # fmt: skip
        # Aggregates are there before any condition on them is tried.
        return term.op not in _SAFE and not term.op.startswith(("call extract", "aggregate"))

    def _is_wide(self, term: Term) -> bool:
        """True for exact decimal numbers: they do not overflow in practice."""
        if term.op in ("+", "-", "*"):
            return all(self._is_wide(one) for one in term.args)
        literal = term.op == "constant" and term.text.startswith("n:")
        return literal or self.type_of(term) in ("NUMERIC", "DECIMAL")


def of(query: Query, schema: catalog.Catalog, dialect: str) -> Facts:
    """The facts of a statement as it was read."""
    leaves: dict[int, Leaf] = {}
    _collect(query, leaves)
    return Facts(dialect, schema, leaves)


def _collect(query: Query, found: dict[int, Leaf]) -> None:
    if isinstance(query, Combined):
        for part in query.parts:
            _collect(part, found)
        return
    for leaf in algebra.all_leaves(query):
        found[leaf.number] = leaf
        if leaf.query is not None:
            _collect(leaf.query, found)
    for term in algebra.terms(query):
        for one in algebra.parts(term):
            if one.query is not None:
                _collect(one.query, found)


def _fails_inside(facts: Facts, term: Term) -> bool:
    query = term.query
    if not isinstance(query, Block):
        return True
    if term.op == "scalar" and not (query.group == () and not query.having):
        return facts.dialect != "sqlite"
    nested = [leaf.query for leaf in algebra.all_leaves(query) if leaf.query is not None]
    return bool(nested) or any(map(facts.may_fail, _run(query, term.op)))


def _run(query: Block, op: str) -> Iterable[Term]:
    """The terms of a sub-query that are evaluated; aggregates are looked into."""
    for term in algebra.terms(query):
        if op == "exists" and term in query.outputs and term.op == "constant":
            continue
        yield from term.args if term.op.startswith("aggregate") else (term,)
