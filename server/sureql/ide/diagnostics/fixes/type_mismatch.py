"""Quotes or no quotes, a name in another engine's brackets, or a cast."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import casts, did_you_mean, unlike_values
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.text.span import Span


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """What is likeliest to have been meant first; casts may fail on some rows."""
    for span in _bracketed(context, problem):
        name = context.dialect.write(span.of(context.text)[1:-1].strip())
        yield did_you_mean.changed(span, name, preferred=True)
    column = _column(context, problem)
    if column:
        yield did_you_mean.changed(problem.span, column, preferred=True)
    yield from did_you_mean.fixes(context, problem)
    if not column:
        yield from unlike_values.fixes(context, problem)
    if not problem.names and not _counts_rows(context, problem):
        yield from casts.fixes(context, problem.span)


def _bracketed(context: Context, problem: Problem) -> Iterator[Span]:
    """`[name]` in or right after the problem, which is an array here."""
    tokens = context.tokens
    for at in range(1, len(tokens) - 2):
        if tokens[at].text != "[" or tokens[at + 2].text != "]":
            continue
        if tokens[at - 1].text == "]" or tokens[at - 1].is_word("ARRAY"):
            continue
        span = Span(tokens[at].start, tokens[at + 2].end)
        if span.overlaps(problem.span):
            yield span


def _counts_rows(context: Context, problem: Problem) -> bool:
    """True in LIMIT and OFFSET, where no column can stand, cast or not."""
    before = [token for token in context.tokens if token.end <= problem.span.start]
    return bool(before) and before[-1].is_word("LIMIT", "OFFSET")


def _column(context: Context, problem: Problem) -> str:
    """The column whose name the problem's string is, '' if none is."""
    written = problem.span.of(context.text)
    if len(written) < 3 or written[0] != "'" or written[-1] != "'":
        return ""
    key = context.schema.key
    for source in context.analysis.sources:
        for field in source.fields:
            if key(field.name) == key(written[1:-1]):
                return context.dialect.write(field.name)
    return ""
