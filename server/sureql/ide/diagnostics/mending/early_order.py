"""ORDER BY and LIMIT before a set operation: behind the last query, or with it in parentheses."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import layout, outline
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.syntax import shape
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_WORDS = ("ORDER", "LIMIT")


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """ORDER BY alone is meant for the result; with LIMIT it may be meant for its own query."""
    found = shape.of(context.tokens, context.dialect)
    at = next((i for i, token in enumerate(found.tokens) if token.span == problem.span), 0)
    if at < 2:
        return
    level = outline.at(context, found.tokens[at - 1].start)
    while level is not None and level.end != at and found.opener[level.start] != found.opener[at]:
        level = outline.at(context, found.tokens[level.start - 1].start)
    if level is None or level.end != at:
        return
    begin = min((index for name, index in level.clauses if name in _WORDS), default=at)
    if begin == at:
        return
    limited = level.has("LIMIT")
    moved = level.span(begin, at)
    end = _end(found, at)
    glue = layout.before(context, found.tokens[begin].start)
    taken = TextEdit(Span(found.tokens[begin - 1].end, moved.end), "")
    put = TextEdit(Span(end, end), f"{glue}{moved.of(context.text)}")
    told = layout.short(moved.of(context.text))
    move = Fix(f"Move `{told}` to the end", (taken, put), "unsafe", not limited)
    if context.dialect.name == "sqlite":
        yield move
        return
    whole = level.span(level.start, at)
    around = (
        TextEdit(Span(whole.start, whole.start), "("),
        TextEdit(Span(whole.end, whole.end), ")"),
    )
    enclose = Fix("Put the query in parentheses", around, "unsafe", limited)
    yield from (enclose, move) if limited else (move, enclose)


def _end(found: shape.Shape, at: int) -> int:
    """Where the last of the queries ends."""
    closing = found.partner[found.opener[at]] if found.opener[at] >= 0 else -1
    last = closing if closing > 0 else len(found.tokens)
    if closing < 0 and found.text(last - 1) == ";":
        last -= 1
    return found.tokens[last - 1].end
