"""Expressions of sqlglot's tree as terms.

Only what is known to be read without loss is read: a node, or a part of one, that is not listed here
ends the proof. Two texts that mean different things must never become the same term.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.equivalence.prove import algebra
from sureql.equivalence.prove.algebra import Query, Term
from sureql.equivalence.prove.naming import Scope, UnreadableError
from sureql.semantics import sources
from sureql.syntax.dialects import Dialect

_BINARY: dict[type[exp.Expr], str] = {
    exp.And: "and",
    exp.Or: "or",
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.Mod: "%",
    exp.DPipe: "||",
    exp.Like: "like",
    exp.ILike: "ilike",
    exp.NullSafeEQ: "same",
}
_CALLS: dict[type[exp.Expr], str] = {
    exp.Lower: "lower",
    exp.Upper: "upper",
    exp.Abs: "abs",
    exp.Length: "length",
    exp.Nullif: "nullif",
}
_AGGREGATES: dict[type[exp.Expr], str] = {
    exp.Count: "count",
    exp.Sum: "sum",
    exp.Avg: "avg",
    exp.Min: "min",
    exp.Max: "max",
}
# Flags that the dialect sets alike on every node of the kind.
_OF_DIALECT = {"typed", "safe", "big_int", "is_nvl", "is_null", "binary", "encoding"}
_SUMS: tuple[type[exp.Expr], ...] = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)
_RANGES: tuple[type[exp.Expr], ...] = (
    exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Like, exp.ILike, exp.NullSafeEQ,
    exp.NullSafeNEQ, exp.Is, exp.In, exp.Between,
)  # fmt: skip
_RANKS = (exp.Rank, exp.DenseRank)
_ALIASES = {
    "postgres": frozenset(("group", "order")),
    "sqlite": frozenset(("group", "order", "having")),
    "duckdb": frozenset(("group", "order", "having")),
    "mysql": frozenset(("group", "order", "having")),
}


@dataclass(frozen=True, slots=True)
class Expressions:
    """Reads expressions of one statement; `read_query` reads a sub-query at a level."""

    dialect: Dialect
    schema: catalog.Catalog
    read_query: Callable[[exp.Expr, Scope], Query]

    def key(self, node: exp.Expr | None) -> str:
        """The key of an identifier as written."""
        if not isinstance(node, exp.Identifier):
            raise UnreadableError
        return self.schema.key(sources.name_of(node, self.dialect))

    def read(self, node: exp.Expr | None, scope: Scope, clause: str = "") -> Term:
        """The term of an expression in a clause (where, group, having, order, select, on)."""
        if node is None:
            raise UnreadableError
        if isinstance(node, exp.Column):
            return self._column(node, scope, clause)
        if isinstance(node, (*_RANGES, *_SUMS, exp.DPipe)):
            _unambiguous(node)
        if isinstance(node, (exp.Like, exp.ILike)) and node.args.get("negate"):
            only_args(node, "this", "expression", "negate")
            plain = type(node)(this=node.this, expression=node.expression)
            return Term("not", (self.read(plain, scope, clause),))
        if type(node) in _BINARY:
            only_args(node, "this", "expression")
            sides = (node.this, node.expression)
            return Term(_BINARY[type(node)], tuple(self.read(one, scope, clause) for one in sides))
        if type(node) in _CALLS:
            return self._call(node, scope, clause)
        if type(node) in _AGGREGATES:
            return self._aggregate(node, scope, clause)
        reader = _READERS.get(type(node))
        if reader is None:
            raise UnreadableError
        return reader(self, node, scope, clause)

    def _column(self, node: exp.Column, scope: Scope, clause: str) -> Term:
        only_args(node, "this", "table")
        key = self.key(node.this)
        if node.args.get("table") is not None:
            return scope.qualified(self.key(node.args["table"]), key)
        return scope.bare(key, clause, _ALIASES.get(self.dialect.name, frozenset()))

    def _call(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        only_args(node, "this", "expression")
        found = [node.args.get(name) for name in ("this", "expression")]
        args = tuple(self.read(one, scope, clause) for one in found if one is not None)
        return Term(f"call {_CALLS[type(node)]}", args)

    def _aggregate(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        only_args(node, "this")
        if clause not in ("select", "having", "order"):
            raise UnreadableError
        name, inner = f"aggregate {_AGGREGATES[type(node)]}", node.this
        if isinstance(inner, exp.Star) and isinstance(node, exp.Count):
            return Term("aggregate count")
        if isinstance(inner, exp.Distinct):
            only_args(inner, "expressions")
            if len(inner.expressions) != 1:
                raise UnreadableError
            # The least and the greatest of a set are those of the bag.
            name += "" if isinstance(node, (exp.Min, exp.Max)) else " distinct"
            inner = inner.expressions[0]
        term = self.read(inner, scope, "aggregated")
        own = {one.source for source in scope.sources for _, one in source.fields}
        # An aggregate over outer columns alone is one of the outer query.
        if (used := algebra.sources(term)) and not used & own:
            raise UnreadableError
        return Term(name, (term,))

    def _literal(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        kind = "s" if node.args.get("is_string") else "n"
        return Term("constant", text=f"{kind}:{node.name}")

    def _boolean(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        return algebra.TRUE if node.this else algebra.FALSE

    def _null(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        return Term("constant", text="null")

    def _parameter(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        only_args(node, "this")
        if not node.name:
            raise UnreadableError  # `?`: which one it is depends on where it stands.
        return Term("constant", text=f"p:{node.name}")

    def _paren(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        return self.read(node.this, scope, clause)

    def _neg(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        inner = self.read(node.this, scope, clause)
        if inner.text.startswith("n:") and not inner.text.startswith("n:-"):
            return Term("constant", text=f"n:-{inner.text[2:]}")
        return Term("negative", (inner,))

    def _not(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        return Term("not", (self.read(node.this, scope, clause),))

    def _is(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        negated = bool(node.args.get("negate"))
        only_args(node, "this", "expression", "negate")
        if not isinstance(node.args.get("expression"), exp.Null):
            raise UnreadableError
        term = Term("is null", (self.read(node.this, scope, clause),))
        return Term("not", (term,)) if negated else term

    def _between(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        only_args(node, "this", "low", "high")
        one = self.read(node.this, scope, clause)
        low, high = (self.read(node.args[name], scope, clause) for name in ("low", "high"))
        return Term("and", (Term(">=", (one, low)), Term("<=", (one, high))))

    def _in(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        only_args(node, "this", "expressions", "query")
        one = self.read(node.this, scope, clause)
        query = node.args.get("query")
        if query is not None:
            inner = self.read_query(query, scope)
            if len(inner.names) != 1:
                raise UnreadableError
            return Term("in query", (one,), query=inner)
        items = [self.read(item, scope, clause) for item in node.expressions]
        if not items:
            raise UnreadableError
        return Term("in", (one, *items))

    def _exists(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        only_args(node, "this")
        return Term("exists", query=self.read_query(node.this, scope))

    def _scalar(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        only_args(node, "this")
        inner = self.read_query(node.this, scope)
        if len(inner.names) != 1:
            raise UnreadableError
        return Term("scalar", query=inner)

    def _case(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        only_args(node, "this", "ifs", "default")
        subject = node.args.get("this")
        args = []
        for branch in node.args.get("ifs") or ():
            only_args(branch, "this", "true")
            condition = self.read(branch.this, scope, clause)
            if subject is not None:
                condition = Term("=", (self.read(subject, scope, clause), condition))
            args += [condition, self.read(branch.args.get("true"), scope, clause)]
        default = node.args.get("default")
        null = Term("constant", text="null")
        args.append(self.read(default, scope, clause) if default is not None else null)
        return Term("case", tuple(args))

    def _coalesce(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        only_args(node, "this", "expressions")
        listed = (node.this, *node.expressions)
        return Term("call coalesce", tuple(self.read(one, scope, clause) for one in listed))

    def _cast(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        only_args(node, "this", "to")
        # Written out by a generator, types that differ may come out alike.
        kind = " ".join(repr(node.args["to"]).split())
        return Term("cast", (self.read(node.this, scope, clause),), text=kind)

    def _interval(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        only_args(node, "this", "unit")
        unit = node.args.get("unit")
        if not isinstance(node.this, exp.Literal) or not isinstance(unit, (exp.Var, type(None))):
            raise UnreadableError
        if unit is not None and not node.this.name.strip("-").isdigit():
            raise UnreadableError  # `INTERVAL '1.5' DAY` is one day, `INTERVAL '1.5 day'` is not.
        return Term("constant", text=f"i:{node.this.name} {unit.name if unit else ''}")

    def _extract(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        only_args(node, "this", "expression")
        if not isinstance(node.this, exp.Var):
            raise UnreadableError
        part = node.this.name.lower()
        return Term(f"call extract {part}", (self.read(node.expression, scope, clause),))

    def _substring(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        only_args(node, "this", "start", "length")
        found = [node.args.get(name) for name in ("this", "start", "length")]
        args = tuple(self.read(one, scope, clause) for one in found if one is not None)
        if node.args.get("start") is None:
            raise UnreadableError
        return Term("call substring", args)

    def _different(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        only_args(node, "this", "expression")
        sides = tuple(self.read(one, scope, clause) for one in (node.this, node.expression))
        return Term("not", (Term("same", sides),))

    def _window(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        only_args(node, "this", "partition_by", "order", "over")
        if clause not in ("select", "order") or node.args.get("over") not in ("OVER", None):
            raise UnreadableError
        function = node.this
        if isinstance(function, _RANKS):
            only_args(function)
            inner = Term(f"aggregate {function.key}")
        elif type(function) in _AGGREGATES:
            inner = self._aggregate(function, scope, clause)
        else:
            raise UnreadableError
        parts = [self.read(one, scope, clause) for one in node.args.get("partition_by") or ()]
        order = node.args.get("order")
        keys = [self.ordered(one, scope, clause) for one in order.expressions] if order else []
        over = (Term("partition", tuple(parts)), Term("ordered", tuple(keys)))
        return Term("window", (Term("windowed", inner.args, inner.op), *over))

    def ordered(self, node: exp.Expr, scope: Scope, clause: str) -> Term:
        """One item of ORDER BY."""
        only_args(node, "this", "desc", "nulls_first")
        ways = "desc" if node.args.get("desc") else "asc"
        ways += " first" if node.args.get("nulls_first") else " last"
        return Term("by", (self.read(node.this, scope, clause),), ways)


def _unambiguous(node: exp.Expr) -> None:
    """Raises UnreadableError where it matters what binds tighter, and engines or the parser differ:
    `a = b IS NULL`, `a || b + c`."""
    odd = (*_RANGES, exp.Not, exp.And, exp.Or)
    if isinstance(node, exp.DPipe):
        odd += _SUMS
    elif isinstance(node, _SUMS):
        odd += (exp.DPipe,)
    if any(isinstance(one, odd) for one in node.iter_expressions()):
        raise UnreadableError


def only_args(node: exp.Expr, *names: str) -> None:
    """Raises UnreadableError if a node says more than what `names` hold."""
    for name, value in node.args.items():
        if name not in names and name not in _OF_DIALECT and value:
            raise UnreadableError


_READERS: dict[type[exp.Expr], Callable[[Expressions, exp.Expr, Scope, str], Term]] = {
    exp.Literal: Expressions._literal,
    exp.Boolean: Expressions._boolean,
    exp.Null: Expressions._null,
    exp.Parameter: Expressions._parameter,
    exp.Placeholder: Expressions._parameter,
    exp.Paren: Expressions._paren,
    exp.Neg: Expressions._neg,
    exp.Not: Expressions._not,
    exp.Is: Expressions._is,
    exp.Between: Expressions._between,
    exp.In: Expressions._in,
    exp.Exists: Expressions._exists,
    exp.Subquery: Expressions._scalar,
    exp.Case: Expressions._case,
    exp.Coalesce: Expressions._coalesce,
    exp.Cast: Expressions._cast,
    exp.Interval: Expressions._interval,
    exp.Extract: Expressions._extract,
    exp.Window: Expressions._window,
    exp.Substring: Expressions._substring,
    exp.NullSafeNEQ: Expressions._different,
}
