"""Selects what SELECT DISTINCT is to be ordered by."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import outline
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """The column at the end of the select list; it may bring more rows."""
    level = outline.at(context, problem.span.start)
    if level is None or not level.clauses:
        return
    at = next((i for i, token in enumerate(context.tokens) if token.span == problem.span), 0)
    while at >= 2 and context.tokens[at - 1].text == ".":
        at -= 2
    written = context.text[context.tokens[at].start : problem.span.end]
    end = level.found.tokens[level.clauses[0][1] - 1].end
    edit = TextEdit(Span(end, end), f", {written}")
    yield Fix(f"Select `{written}` as well", (edit,), "unsafe")
