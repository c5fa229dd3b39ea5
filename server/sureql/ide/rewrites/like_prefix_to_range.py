"""`code LIKE 'A-%'` becomes a range of `code`, where the engine does not do that itself."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.optimise import layout
from sureql.ide.optimise.rewrite import Rewrite, Step

_TEXTS = ("TEXT", "VARCHAR", "CHARACTER VARYING")
_RELIES = {
    "sqlite": "`{0}` holds text only and is compared byte by byte (no COLLATE).",
    "duckdb": "`{0}` is compared byte by byte (no COLLATE).",
}


def find(context: Context) -> Iterator[Step]:
    relies = _RELIES.get(context.dialect.name, "")
    for node in context.all(exp.Like):
        if node.args.get("negate"):
            continue
        column, pattern = node.this, node.expression
        if not relies or not isinstance(column, exp.Column) or not layout.decides(node):
            continue
        if context.type_of(column) not in _TEXTS or not isinstance(pattern, exp.Literal):
            continue
        prefix = pattern.name[:-1]
        after = _after(context, prefix) if pattern.name.endswith("%") else ""
        name = layout.text(context, column)
        if not after or not name:
            continue
        low, high = (text.replace("'", "''") for text in (prefix, after))
        both = f"{name} >= '{low}' {layout.word(context, 'AND')} {name} < '{high}'"
        for edit in layout.replaced(context, node, layout.grouped(node, both)):
            title = f"Compare `{name}` with a range"
            yield Step((edit,), title, relies.format(column.name))


def _after(context: Context, prefix: str) -> str:
    """The first text after all that begin with `prefix`; '' if that is not certain."""
    plain = prefix.isascii() and prefix.isprintable() and not set(prefix) & set("%_\\")
    # LIKE does not tell upper from lower case in SQLite.
    if context.dialect.name == "sqlite" and any(one.isalpha() for one in prefix):
        return ""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1) if prefix and plain else ""


REWRITE = Rewrite(
    "Compare the beginning of text with a range", find, worth={"sqlite": 6.7, "duckdb": 1.1}
)
