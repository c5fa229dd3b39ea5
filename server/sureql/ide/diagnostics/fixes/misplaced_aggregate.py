"""Moves a condition on an aggregate to HAVING, and takes an aggregate out of GROUP BY."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import conditions, layout, lists, outline
from sureql.ide.diagnostics.mending.outline import Level
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.syntax.statement_parts import as_case
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """The whole part of WHERE or ON that AND connects; nothing where OR does."""
    level = outline.at(context, problem.span.start)
    if level is None:
        return
    yield from _ungrouped(context, level, problem)
    part = conditions.at(level, problem.span)
    if part is None:
        return
    condition = part.span.of(context.text)
    short = layout.short(condition)
    taken = TextEdit(part.removal, "")
    glue = layout.before(context, level.found.tokens[part.clause].start)
    columns = [] if level.has("GROUP") else _columns(context, level)
    if columns:
        names = ", ".join(columns)
        group = f"{as_case(level.found.tokens[level.start], 'GROUP BY')} {names}"
        having = _having(level, condition, f"{glue}{group}{glue}")
        title = f"Group by {layout.short(names)}, and move `{short}` to HAVING"
        yield Fix(title, (taken, having), "unsafe", True)
    elif level.has("GROUP") or context.dialect.name != "sqlite":  # There HAVING needs groups.
        having = _having(level, condition, glue)
        yield Fix(f"Move `{short}` to HAVING", (taken, having), "unsafe", True)


def _ungrouped(context: Context, level: Level, problem: Problem) -> Iterator[Fix]:
    """Without the item of GROUP BY that the problem is in, if it is not the only one."""
    clause = level.clause("GROUP")
    if clause is None:
        return
    items = lists.between(level.found, clause[0] + 2, clause[1])
    at = lists.holding(level.found, items, problem.span)
    if at >= 0 and len(items) > 1:
        told = lists.span(level.found, items[at]).of(context.text)
        edit = TextEdit(lists.removal(level.found, items, at), "")
        yield Fix(f"Drop `{layout.short(told)}` from GROUP BY", (edit,), "unsafe", True)


def _columns(context: Context, level: Level) -> list[str]:
    """The plain columns of the select list, without aliases; none if there is a star."""
    found = level.found
    names = []
    for first, last in level.selected():
        end = first
        if not found.is_name(first) or found.text(first + 1) == "(":
            if found.text(first) == "*":
                return []
            continue
        while found.text(end + 1) == "." and end + 2 < last:
            end += 2
        if found.text(end) == "*":
            return []
        if end + 1 == last or found.word(end + 1) == "AS" or end + 2 == last:
            names.append(Span(found.tokens[first].start, found.tokens[end].end).of(context.text))
    return list(dict.fromkeys(names))


def _having(level: Level, condition: str, glue: str) -> TextEdit:
    tokens = level.found.tokens
    head = tokens[level.start]
    having = level.clause("HAVING")
    if having is not None:
        end = tokens[having[1] - 1].end
        return TextEdit(Span(end, end), f" {as_case(head, 'AND')} {condition}")
    end = level.end_of("FROM", "WHERE", "GROUP")
    return TextEdit(Span(end, end), f"{glue}{as_case(head, 'HAVING')} {condition}")
