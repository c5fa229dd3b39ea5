"""Moves a condition on an aggregate from WHERE to HAVING."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics import layout, outline
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.outline import Level
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.syntax.statement_parts import as_case
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """The whole part of WHERE that AND connects; nothing where OR does."""
    level = outline.at(context, problem.span.start)
    where = level.clause("WHERE") if level is not None else None
    if level is None or where is None:
        return
    if context.dialect.name == "sqlite" and not level.has("GROUP"):
        return  # There HAVING needs groups.
    parts = _parts(level, *where)
    at = next(
        (
            place
            for place, (start, stop) in enumerate(parts)
            if level.span(start, stop).covers(problem.span)
        ),
        -1,
    )
    if at < 0:
        return
    start, stop = parts[at]
    condition = level.span(start, stop).of(context.text)
    tokens = level.found.tokens
    if len(parts) == 1:
        taken = Span(tokens[where[0] - 1].end, tokens[stop - 1].end)
    elif at == 0:
        taken = Span(tokens[start].start, tokens[parts[1][0]].start)
    else:
        taken = Span(tokens[parts[at - 1][1] - 1].end, tokens[stop - 1].end)
    glue = layout.before(context, tokens[where[0]].start)
    yield Fix(
        f"Move `{layout.short(condition)}` to HAVING",
        (TextEdit(taken, ""), _having(level, condition, glue)),
        "unsafe",
        True,
    )


def _parts(level: Level, start: int, stop: int) -> list[tuple[int, int]]:
    """The conditions that AND connects in WHERE, as token ranges."""
    found, first = [], start + 1
    depth = level.found.opener[level.start]
    between = False
    for index in range(start + 1, stop):
        if level.found.opener[index] != depth:
            continue
        word = level.found.word(index)
        if word == "OR":
            return []
        if word == "BETWEEN":
            between = True
        elif word == "AND" and between:
            between = False
        elif word == "AND":
            found.append((first, index))
            first = index + 1
    found.append((first, stop))
    return found


def _having(level: Level, condition: str, glue: str) -> TextEdit:
    tokens = level.found.tokens
    head = tokens[level.start]
    having = level.clause("HAVING")
    if having is not None:
        end = tokens[having[1] - 1].end
        return TextEdit(Span(end, end), f" {as_case(head, 'AND')} {condition}")
    end = level.end_of("FROM", "WHERE", "GROUP")
    return TextEdit(Span(end, end), f"{glue}{as_case(head, 'HAVING')} {condition}")
