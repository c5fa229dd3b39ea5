"""An index that another one makes needless.

What:
    Finds an index over the same columns as another index or key of the table, or over the first of
    its columns, in the same order. Says nothing of unique indexes, which keep values apart, nor of
    those with a condition, an expression, included columns or another method.

Why:
    An index over (a, b) finds rows by a as well. Each index takes room, and every change of the
    table has to keep it up. The longer one is a little slower to search; measure where that counts.

Example:
    CREATE INDEX invoice_by_customer_and_day ON invoice (customer_id, invoice_date);
    CREATE INDEX invoice_by_customer ON invoice (customer_id)

Use instead:
    CREATE INDEX invoice_by_customer_and_day ON invoice (customer_id, invoice_date)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.optimise import index_review
from sureql.semantics import ddl, sources


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Create):
        made = node.this
        if not isinstance(made, exp.Index) or not isinstance(made.args.get("table"), exp.Table):
            continue
        span = sources.span_of(made.this)
        parts = [part.name for part in made.args["table"].parts]
        known = _with(context, parts, made.name)
        relation = known.find(parts)
        if relation is None or span is None:
            continue
        for found in index_review.redundant(known, context.dialect, (relation,)):
            if known.key(found.index) == known.key(made.name):
                yield Finding(span, found.message)


def _with(context: Context, parts: list[str], name: str) -> catalog.Catalog:
    """The catalog with the index, which a file that is no part of the schema has yet to make."""
    schema = context.schema
    relation = schema.find(parts)
    there = relation.indexes if relation is not None else ()
    if any(schema.key(one.name) == schema.key(name) for one in there):
        return schema
    return ddl.apply(schema, context.text, context.dialect)


RULE = Rule("performance", "hint", check, kinds=("CREATE INDEX",))
