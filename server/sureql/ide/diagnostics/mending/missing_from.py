"""FROM for a query that has none: the table that has all its columns."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import layout, outline
from sureql.ide.diagnostics.mending.outline import Level
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.syntax.statement_parts import as_case
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_MOST_RELATIONS = 500


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """Nothing where the query has a FROM, or where no table has all the columns."""
    level = outline.at(context, problem.span.start)
    if level is None or level.has("FROM") or level.found.word(level.start) != "SELECT":
        return
    head = level.found.tokens[level.start]
    written = as_case(head, "FROM")
    stop = level.clauses[0][1] if level.clauses else level.end
    last = level.found.tokens[stop - 1]
    before = level.found.tokens[stop - 2]
    wanted = _wanted(context, level)
    swallowed = None
    if stop - 2 > level.start and not before.is_word("AS") and before.text != ".":
        swallowed = context.schema.find([context.dialect.normalize(last.text)])
        if swallowed is not None:
            edit = TextEdit(Span(before.end, before.end), f" {written}")
            yield Fix(f"Add {written} before `{last.text}`", (edit,), "unsafe", True)
    key, write = context.schema.key, context.dialect.write
    glue = layout.before(context, level.found.tokens[stop].start) if level.clauses else " "
    owners = [
        relation
        for relation in islice(context.schema.relations(), _MOST_RELATIONS)
        if wanted and wanted <= {key(column.name) for column in relation.columns}
    ]
    for relation in owners[:4]:
        text = f"{written} {write(relation.name)}"
        edit = TextEdit(Span(last.end, last.end), glue + text)
        yield Fix(f"Add `{text}`", (edit,), "unsafe", swallowed is None)


def _wanted(context: Context, level: Level) -> set[str]:
    """The keys of the columns that the level has no table for."""
    whole = level.span(level.start, level.end)
    return {
        context.schema.key(context.dialect.normalize(one.span.of(context.text)))
        for one in context.analysis.problems
        if one.code == "unknown-column" and whole.covers(one.span)
    }
