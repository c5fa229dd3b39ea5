"""`CAST(day AS date) = …` becomes `day = …` where the column has that type, or a narrower one, anyway."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.optimise import layout
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_COMPARED = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.In)
# Each type holds all values of those before it.
_WHOLE = ("SMALLINT", "INTEGER", "BIGINT", "NUMERIC")
_ALIASES = {
    "INT": "INTEGER",
    "INT4": "INTEGER",
    "INT8": "BIGINT",
    "INT2": "SMALLINT",
    "DECIMAL": "NUMERIC",
    "VARCHAR": "TEXT",
    "CHARACTER VARYING": "TEXT",
    "SERIAL": "INTEGER",
    "BIGSERIAL": "BIGINT",
    "TIMESTAMP WITHOUT TIME ZONE": "TIMESTAMP",
}
_SAME = ("DATE", "TIMESTAMP", "TEXT", "BOOLEAN", "UUID", *_WHOLE)


def find(context: Context) -> Iterator[Step]:
    if context.dialect.name not in ("postgres", "duckdb"):
        return
    for node in context.all(exp.Cast):
        column, above = node.this, node.parent
        if not isinstance(column, exp.Column) or not isinstance(above, _COMPARED):
            continue
        if not layout.decides(above) or not _changes_nothing(context, node, column):
            continue
        others = [one for one in above.iter_expressions() if id(one) != id(node)]
        if not all(_compares(context, node, one) for one in others):
            continue
        span, name = _span(context, node), layout.text(context, column)
        if span is None or layout.commented(context, span) or not name:
            continue
        yield Step((TextEdit(span, name),), f"Compare `{name}` without a cast", proved=True)


def _changes_nothing(context: Context, node: exp.Cast, column: exp.Column) -> bool:
    target = node.args["to"]
    if target.expressions or context.field(column) is None:
        return False  # A size or scale rounds and cuts.
    have, want = (_name(context, one) for one in (column, node))
    if want == "NUMERIC" and context.dialect.name == "duckdb":
        return False  # It has three digits after the point there.
    if have in _WHOLE and want in _WHOLE and have != "NUMERIC":
        return _WHOLE.index(have) <= _WHOLE.index(want)
    return have == want and have in _SAME


def _compares(context: Context, node: exp.Cast, other: exp.Expr) -> bool:
    """True if a comparison with `other` is the same for both types: a literal takes the type of
    what it stands beside, and must fit; a column must have such a type as well."""
    have, want = (_name(context, one) for one in (node.this, node))
    inner = other.this if isinstance(other, exp.Neg) else other
    if isinstance(inner, exp.Literal):
        return have == want or not inner.is_string
    if not isinstance(inner, (exp.Column, exp.Cast)):
        return False
    found = _name(context, inner)
    return found == have == want or (found in _WHOLE and want in _WHOLE)


def _name(context: Context, node: exp.Expr) -> str:
    found = context.type_of(node)
    return _ALIASES.get(found, found)


def _span(context: Context, node: exp.Cast) -> Span | None:
    """The whole cast, in either way of writing."""
    name = places.whole(context, node.this)
    if name is None:
        return None
    following = places.next_to(context, name.end)
    if following is not None and following.text == "::":
        typed = places.next_to(context, following.end)
        after = places.next_to(context, typed.end) if typed is not None else None
        word = typed is not None and typed.is_word(*_SAME, *_ALIASES)
        # Of types with several words the rest would stay.
        more = after is not None and after.is_word("WITHOUT", "WITH", "VARYING", "PRECISION")
        return Span(name.start, typed.end) if typed is not None and word and not more else None
    found = places.called(context, node.this)
    return found if found is not None and found != name else None


REWRITE = Rewrite(
    "Compare the column without a cast", find, worth={"postgres": 10.0, "duckdb": 1.1}, usual=5.0
)
