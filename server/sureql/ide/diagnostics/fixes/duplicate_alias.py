"""Gives the second source of a name a name of its own."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import renamed_sources
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """A number behind the name, or an alias where the table has none."""
    meant = [
        fix
        for name in renamed_sources.undefined(context)
        for fix in renamed_sources.to(context, name)
    ]
    yield from meant
    written = problem.span.of(context.text)
    if not written or not (written[0].isalpha() or written[0] == "_"):
        return
    taken = {token.upper for token in context.tokens}
    named = next(
        (
            f"{written}{number}"
            for number in range(2, 20)
            if f"{written}{number}".upper() not in taken
        ),
        "",
    )
    if not named:
        return
    aliased = any(
        source.aliased and source.definition == problem.span for source in context.analysis.sources
    )
    if aliased:
        edit = TextEdit(problem.span, named)
        yield Fix(f"Rename it to `{named}`", (edit,), "unsafe", not meant)
        return
    end = problem.span.end
    yield Fix(f"Call it `{named}`", (TextEdit(Span(end, end), f" {named}"),), "unsafe", not meant)
