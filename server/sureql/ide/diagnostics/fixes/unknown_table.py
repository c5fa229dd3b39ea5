"""Another table: close to the name as written, and with the columns that the statement uses."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import did_you_mean
from sureql.ide.model import Fix
from sureql.semantics import similar
from sureql.semantics.model import Problem

_MOST_TABLES = 2_000


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """The problem's names, then tables with the same plain name in another schema."""
    yield from did_you_mean.fixes(context, problem)
    name = context.dialect.normalize(problem.span.of(context.text))
    if context.text[: problem.span.start].rstrip().endswith("."):
        return
    write, key = context.dialect.write, context.schema.key
    for place in context.schema.schema_names()[:20]:
        schema = context.schema.schemas[place]
        if place in context.schema.search_path or len(schema.relations) > _MOST_TABLES:
            continue
        relation = schema.relations.get(key(name))
        known = [relation.name] if relation else similar.names(name, schema.relations, 1)
        for one in known:
            yield did_you_mean.changed(
                problem.span, f"{write(schema.name)}.{write(one)}", preferred=relation is not None
            )
