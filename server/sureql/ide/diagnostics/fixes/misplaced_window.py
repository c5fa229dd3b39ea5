"""Moves a condition on a window function from WHERE to QUALIFY, where there is one."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import conditions, layout, outline
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.syntax.statement_parts import as_case
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_WITH_QUALIFY = frozenset({"duckdb", "snowflake", "bigquery", "databricks", "redshift"})


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """The whole part of WHERE that AND connects; nothing where OR does."""
    level = outline.at(context, problem.span.start)
    if level is None or context.dialect.name not in _WITH_QUALIFY or level.has("QUALIFY"):
        return
    part = conditions.at(level, problem.span)
    if part is None or level.found.word(part.clause) != "WHERE":
        return
    condition = part.span.of(context.text)
    end = level.end_of("FROM", "WHERE", "GROUP", "HAVING", "WINDOW")
    glue = layout.before(context, level.found.tokens[part.clause].start)
    text = f"{glue}{as_case(level.found.tokens[level.start], 'QUALIFY')} {condition}"
    edits = (TextEdit(part.removal, ""), TextEdit(Span(end, end), text))
    yield Fix(f"Move `{layout.short(condition)}` to QUALIFY", edits, "unsafe", True)
