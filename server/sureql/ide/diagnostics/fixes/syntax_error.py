"""What may take a syntax error away where the grammar is not certain. The check decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import (
    closings,
    early_order,
    foreign,
    missing_joins,
    missing_words,
    outline,
    reserved,
    slips,
    top_limit,
)
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.syntax.statement_parts import as_case
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_JOINS = frozenset("JOIN LEFT RIGHT INNER FULL CROSS NATURAL".split())  # noqa: SIM905


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """By what the message says first, then by what is often mistyped."""
    written = problem.span.of(context.text)
    if context.tokens and not context.tokens[-1].closed:
        yield from closings.quote(context, problem)
        return
    if written == "(" and "not closed" in problem.message:
        yield from closings.parenthesis(context, problem)
        return
    if written == ")" and "closes nothing" in problem.message:
        yield from closings.surplus(context, problem)
        return
    if "JOIN has no condition" in problem.message:
        yield from _condition(context, problem)
        yield from missing_words.fixes(context, problem)
        return
    if "must come after the last query" in problem.message:
        yield from early_order.fixes(context, problem)
        return
    sure = False
    for fix in (
        *reserved.unquoted(context),
        *slips.keywords(context, problem),
        *slips.order(context, problem),
        *slips.operators(context, problem),
        *top_limit.fixes(context),
        *foreign.fixes(context, problem),
        *slips.surplus(context, problem),
    ):
        sure = True
        yield fix
    if " has no " in problem.message:
        return  # Another engine's word: what stands beside it is not the cause.
    for fix in (*missing_words.fixes(context, problem), *slips.connectors(context, problem)):
        yield replace(fix, preferred=not sure)


def _condition(context: Context, problem: Problem) -> Iterator[Fix]:
    """ON along a foreign key for the table that is joined at the problem."""
    level = outline.at(context, problem.span.start)
    clause = level.clause("FROM") if level is not None else None
    if level is None or clause is None:
        return
    found = level.found
    at = next(i for i, token in enumerate(found.tokens) if token.end >= problem.span.end)
    stop = next(
        (
            i
            for i in range(at + 1, clause[1])
            if found.word(i) in ("JOIN", "LEFT", "RIGHT", "INNER", "FULL", "CROSS", "NATURAL")
        ),
        clause[1],
    )
    span = level.span(at + 1, stop) if stop > at + 1 else problem.span
    sources = [
        (source, where)
        for source in context.analysis.sources
        if (where := source.definition or source.span) is not None
    ]
    joined = [source for source, where in sources if span.covers(where)]
    before = [source for source, where in sources if where.end <= span.start]
    end = found.tokens[stop - 1].end
    for source in joined:
        for other in reversed(before):
            for text in missing_joins.condition(context, source, other):
                written = f"{as_case(found.tokens[level.start], 'ON')} {text}"
                edit = TextEdit(Span(end, end), f" {written}")
                yield Fix(f"Add `{written}`", (edit,), "unsafe", True)
