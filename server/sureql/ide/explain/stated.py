"""What a clause says, in a normal form that a sentence can be checked against. The names are as
written, in lower case and without quotes; nothing of what stands in a sub-query is included."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.facts import levels
from sureql.ide.explain.model import Fact

_OPERATORS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.Like: "like",
    exp.ILike: "ilike",
    exp.In: "in",
    exp.Between: "between",
    exp.Exists: "exists",
    exp.RegexpLike: "matches",
    exp.RegexpILike: "matches",
    exp.SimilarTo: "matches",
    exp.NullSafeEQ: "is",
    exp.NullSafeNEQ: "is not",
    exp.Is: "is",
}


def atoms(node: exp.Expr, negated: bool = False) -> Iterator[tuple[exp.Expr, bool]]:
    """The smallest conditions in a condition, each with whether it is negated."""
    if isinstance(node, exp.Paren):
        yield from atoms(node.this, negated)
    elif isinstance(node, exp.Not):
        yield from atoms(node.this, not negated)
    elif isinstance(node, exp.Connector):
        yield from atoms(node.this, negated)
        yield from atoms(node.expression, negated)
    elif isinstance(node, exp.Escape):
        yield from atoms(node.this, negated)
    else:
        yield node, negated ^ bool(node.args.get("negate"))


def operator(node: exp.Expr) -> str:
    """The operator of a smallest condition, `true` for an expression that is true or false."""
    return next((_OPERATORS[kind] for kind in type(node).__mro__ if kind in _OPERATORS), "true")


def condition(kind: str, node: exp.Expr | None) -> tuple[Fact, ...]:
    """One fact of `kind` for each smallest condition: `not like o.name ['a%']`."""
    return tuple(
        Fact(kind, f"{'not ' if negated else ''}{operator(atom)} {_content(atom)}".strip())
        for atom, negated in (atoms(node) if node is not None else ())
    )


def columns(node: exp.Expr | None) -> tuple[str, ...]:
    """The columns that stand in an expression, sorted."""
    found = {
        _name(one)
        for one in (levels.own(node) if node is not None else ())
        if isinstance(one, exp.Column)
    }
    return tuple(sorted(found))


def literals(node: exp.Expr | None) -> tuple[str, ...]:
    """The literals in an expression, texts in quotes, sorted."""
    found = {
        f"'{one.this}'" if one.is_string else str(one.this)
        for one in (levels.own(node) if node is not None else ())
        # sqlglot adds literals of its own, which stand nowhere in the text.
        if isinstance(one, exp.Literal) and "start" in one.meta
    }
    return tuple(sorted(found))


def table(node: exp.Table) -> Fact:
    """That a table is read."""
    return Fact("table", ".".join(part.name for part in node.parts).lower())


def _name(column: exp.Column) -> str:
    return ".".join(part.name for part in column.parts).lower()


def _content(node: exp.Expr) -> str:
    names, values = ", ".join(columns(node)), ", ".join(literals(node))
    return f"{names} [{values}]" if values else names
