"""Adds to GROUP BY what must be grouped: the one column, or all of them at once."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import causes, layout, outline
from sureql.ide.diagnostics.mending.outline import Level
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.syntax.statement_parts import as_case
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """The problem's column with the others that are missing, then the column alone."""
    level = outline.at(context, problem.span.start)
    if level is None:
        return
    if problem.span.of(context.text).endswith("*"):
        yield from _grouped(context, level)
        return
    order = level.clause("ORDER")
    distinct = level.found.word(level.start + 1) == "DISTINCT"
    if distinct and order is not None and level.span(*order).covers(problem.span):
        return  # DISTINCT can't be ordered by what it does not select, grouped or not.
    yield from _bracketed(context, level)
    missing = [
        one.span
        for one in causes.of(context)
        if one.code == problem.code and _within(level, one.span)
    ]
    names = list(dict.fromkeys(_written(context, span) for span in missing))
    mine = _written(context, problem.span)
    if len(names) > 1:
        yield _adding(context, level, names, True)
    yield _adding(context, level, [mine], len(names) == 1)


def _grouped(context: Context, level: Level) -> Iterator[Fix]:
    """What is grouped in the place of a star that is all that is selected."""
    group, selected = level.clause("GROUP"), level.selected()
    if group is None or len(selected) != 1:
        return
    text = level.span(group[0] + 2, group[1]).of(context.text)
    edit = TextEdit(level.span(*selected[0]), text)
    yield Fix(f"Select what is grouped: `{layout.short(text)}`", (edit,), "unsafe")


def _bracketed(context: Context, level: Level) -> Iterator[Fix]:
    """GROUP BY [name] of another engine, which is a list here."""
    found, group = level.found, level.clause("GROUP")
    for at in range(*group) if group is not None else ():
        if found.text(at) != "[" or found.text(at + 2) != "]":
            continue
        if found.is_name(at - 1) and found.word(at - 1) != "BY":
            continue  # An element of an array.
        span = Span(found.tokens[at].start, found.tokens[at + 2].end)
        name = context.dialect.write(found.text(at + 1))
        yield Fix(f"Change to `{name}`", (TextEdit(span, name),), "unsafe", True)


def _within(level: Level, span: Span) -> bool:
    return level.span(level.start, level.end).covers(span)


def _written(context: Context, span: Span) -> str:
    """The column as it is written there, with its qualifier."""
    start = span.start
    tokens = context.tokens
    at = next((index for index, token in enumerate(tokens) if token.start == start), 0)
    while at >= 2 and tokens[at - 1].text == ".":
        at -= 2
    return context.text[tokens[at].start : span.end]


def _adding(context: Context, level: Level, names: list[str], preferred: bool) -> Fix:
    title = f"Add {', '.join(f'`{name}`' for name in names)} to GROUP BY"
    group = level.clause("GROUP")
    if group is not None:
        end = level.found.tokens[group[1] - 1].end
        edit = TextEdit(Span(end, end), "".join(f", {name}" for name in names))
        return Fix(title, (edit,), "unsafe", preferred)
    end = level.end_of("FROM", "WHERE")
    words = as_case(level.found.tokens[level.start], "GROUP BY")
    last = level.clause("WHERE") or level.clause("FROM")
    start = level.found.tokens[last[0]].start if last is not None else 0
    text = f"{layout.before(context, start)}{words} {', '.join(names)}"
    return Fix(title, (TextEdit(Span(end, end), text),), "unsafe", preferred)
