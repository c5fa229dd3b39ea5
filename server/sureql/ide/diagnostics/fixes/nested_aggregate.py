"""One of two nested aggregates: without the inner one, or without the outer one."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.syntax import shape
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """Nothing where the inner one is a part of a longer expression."""
    found = shape.of(context.tokens, context.dialect)
    inner = next(
        (i for i, token in enumerate(found.tokens) if token.start == problem.span.start), 0
    )
    opening = inner + 1
    around = found.opener[inner]
    if found.text(opening) != "(" or around < 1 or not found.is_name(around - 1):
        return
    closing = found.partner[opening]
    if closing < 0 or around != inner - 1 or found.partner[around] != closing + 1:
        return
    tokens = found.tokens
    argument = Span(tokens[opening].end, tokens[closing].start).of(context.text)
    call = Span(tokens[inner].start, tokens[closing].end)
    if argument.strip() != "*":
        yield Fix(f"Drop `{tokens[inner].text}`", (TextEdit(call, argument),), "unsafe")
    if found.text(closing + 2) not in (".", "[") and found.word(closing + 2) != "OVER":
        outer = Span(tokens[around - 1].start, tokens[closing + 1].end)
        edit = TextEdit(outer, call.of(context.text))
        yield Fix(f"Drop `{tokens[around - 1].text}`", (edit,), "unsafe")
