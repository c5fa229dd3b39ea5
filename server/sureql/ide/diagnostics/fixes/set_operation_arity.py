"""Makes the queries of a set operation equally wide: without the surplus columns, or with NULL."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import layout, lists, outline
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.syntax.statement_parts import as_case
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_OPERATORS = frozenset({"UNION", "INTERSECT", "EXCEPT"})


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """Neither is evident. Only for two queries: of three, two are right."""
    one = outline.at(context, problem.span.start)
    if one is None:
        return
    found = one.found
    depth = found.opener[one.start]
    heads = [
        index
        for index in range(len(found.tokens))
        if found.opener[index] == depth and found.word(index) == "SELECT"
    ]
    operators = [
        index
        for index in range(len(found.tokens))
        if found.opener[index] == depth and found.word(index) in _OPERATORS
    ]
    if len(heads) != 2 or len(operators) != 1 or not heads[0] < operators[0] < heads[1]:
        return
    sides = [outline.at(context, found.tokens[head].start) for head in heads]
    lists_of = [level.selected() for level in sides if level is not None]
    if len(lists_of) != 2:
        return
    narrow, wide = sorted(lists_of, key=len)
    if not narrow or any(found.text(last - 1) == "*" for _, last in (*narrow, *wide)):
        return
    end = lists.span(found, wide[-1]).end
    surplus = Span(lists.span(found, wide[len(narrow) - 1]).end, end)
    told = Span(lists.span(found, wide[len(narrow)]).start, end).of(context.text)
    title = f"Drop `{layout.short(told)}`"
    yield Fix(title, (TextEdit(surplus, ""),), "unsafe")
    if found.word(operators[0]) == "UNION":
        end = lists.span(found, narrow[-1]).end
        null = as_case(found.tokens[heads[0]], "NULL")
        more = len(wide) - len(narrow)
        edit = TextEdit(Span(end, end), f", {null}" * more)
        behind = lists.span(found, narrow[-1]).of(context.text)
        yield Fix(f"Add {null} after `{layout.short(behind)}`", (edit,), "unsafe")
