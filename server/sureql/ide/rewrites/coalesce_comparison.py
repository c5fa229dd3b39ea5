"""`coalesce(x, 0) > 5` becomes `x > 5`: what NULL stands for does not meet the condition anyway."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.optimise import layout
from sureql.ide.optimise.rewrite import Rewrite, Step

_NUMBERS = ("INTEGER", "INT", "BIGINT", "SMALLINT", "NUMERIC", "DECIMAL")
_TEXTS = ("TEXT", "VARCHAR", "CHARACTER VARYING")
_WORDS: dict[type[exp.Expr], tuple[str, Callable[[Decimal, Decimal], bool]]] = {
    exp.EQ: ("=", operator.eq),
    exp.NEQ: ("<>", operator.ne),
    exp.LT: ("<", operator.lt),
    exp.LTE: ("<=", operator.le),
    exp.GT: (">", operator.gt),
    exp.GTE: (">=", operator.ge),
}


def find(context: Context) -> Iterator[Step]:
    for kind, (word, compare) in _WORDS.items():
        for node in context.all(kind):
            call, other = node.this, node.expression
            if not isinstance(call, exp.Coalesce) or len(call.expressions) != 1:
                continue
            column, instead = call.this, call.expressions[0]
            if not isinstance(column, exp.Column) or not layout.decides(node):
                continue
            type_, relies = context.type_of(column), ""
            first, second = _number(instead), _number(other)
            if first is not None and second is not None:
                dropped = type_ in _NUMBERS and not compare(first, second)
            else:
                dropped = kind is exp.EQ and type_ in _TEXTS and _unlike(instead, other)
                if context.dialect.name in ("sqlite", "mysql"):
                    relies = f"`{column.name}` has no collation of its own."
            name, value = layout.text(context, column), layout.text(context, other)
            if not dropped or not name or not value:
                continue
            for edit in layout.replaced(context, node, f"{name} {word} {value}"):
                title = f"Compare `{name}` without coalesce"
                yield Step((edit,), title, relies, not relies)


def _number(node: exp.Expr) -> Decimal | None:
    inner = node.this if isinstance(node, exp.Neg) else node
    if not isinstance(inner, exp.Literal) or inner.is_string or "e" in inner.name.lower():
        return None
    try:
        return -Decimal(inner.name) if isinstance(node, exp.Neg) else Decimal(inner.name)
    except InvalidOperation:
        return None


def _unlike(one: exp.Expr, two: exp.Expr) -> bool:
    """True for texts that differ by more than case, accents and blanks, so in any collation."""
    if not all(isinstance(text, exp.Literal) and text.is_string for text in (one, two)):
        return False
    first, second = one.name, two.name
    if not (first.isascii() and second.isascii()):
        return False
    return first.strip().lower() != second.strip().lower()


REWRITE = Rewrite(
    "Compare the column itself, without coalesce",
    find,
    worth={"sqlite": 10.0, "postgres": 10.0, "duckdb": 1.1},
    usual=5.0,
    enabling=True,
)
