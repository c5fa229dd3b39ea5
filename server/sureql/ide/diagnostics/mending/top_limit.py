"""`SELECT TOP 10` of SQL Server as LIMIT."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import layout, outline
from sureql.ide.model import Fix
from sureql.syntax.statement_parts import as_case
from sureql.syntax.tokens import Kind
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_WITHOUT_LIMIT = frozenset({"tsql", "oracle"})


def fixes(context: Context) -> Iterator[Fix]:
    """LIMIT at the end of each level that begins with TOP."""
    if context.dialect.name in _WITHOUT_LIMIT:
        return
    for at, token in enumerate(context.tokens[:-2]):
        if not token.is_word("TOP") or not context.tokens[at - 1].is_word("SELECT", "DISTINCT"):
            continue
        number = at + 1
        stop = at + 2
        if context.tokens[number].text == "(" and len(context.tokens) > at + 4:
            number, stop = at + 2, at + 4
        count = context.tokens[number]
        level = outline.at(context, token.start)
        if count.kind not in (Kind.NUMBER, Kind.PARAMETER) or level is None or level.has("LIMIT"):
            continue
        if context.tokens[stop].is_word("PERCENT", "WITH"):
            continue
        last = level.clauses[-1][1] if level.clauses else level.start
        glue = layout.before(context, level.found.tokens[last].start)
        end = level.found.tokens[level.end - 1].end
        words = f"{as_case(level.found.tokens[level.start], 'LIMIT')} {count.text}"
        gone = Span(token.start, context.tokens[stop].start)
        edits = (TextEdit(gone, ""), TextEdit(Span(end, end), glue + words))
        yield Fix(f"Change to {words}", edits, "unsafe", True)
