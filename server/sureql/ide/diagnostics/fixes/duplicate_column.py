"""Gives a column its value once: in the columns of INSERT, in SET, or in a new table."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import lists, outline
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.syntax import shape
from sureql.syntax.shape import Shape
from sureql.text.edits import TextEdit


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """Without the place of the problem, or without the other one."""
    found = shape.of(context.tokens, context.dialect)
    at = next((i for i, token in enumerate(found.tokens) if token.span == problem.span), -1)
    if at < 0:
        return
    key = context.schema.key
    name = key(context.dialect.normalize(found.text(at)))
    level = outline.at(context, problem.span.start)
    clause = level.clause("SET") if level is not None else None
    inserted = _inserted(found, at)
    if inserted >= 0:
        items = lists.within(found, inserted)
    elif clause is not None and clause[0] < at < clause[1]:
        items = lists.between(found, clause[0] + 1, clause[1])
    else:
        return
    same = [
        number
        for number, (first, _) in enumerate(items)
        if key(context.dialect.normalize(found.text(first))) == name
    ]
    for number in sorted(
        same, key=lambda one: not lists.span(found, items[one]).covers(problem.span)
    ):
        edits = [TextEdit(lists.removal(found, items, number), "")]
        if inserted < 0:
            told = lists.span(found, items[number]).of(context.text)
            yield Fix(f"Drop `{' '.join(told.split())}`", tuple(edits), "unsafe")
            continue
        values = [lists.within(found, row) for row in _rows(found, inserted)]
        if not values or any(len(row) != len(items) for row in values):
            return
        edits += [TextEdit(lists.removal(found, row, number), "") for row in values]
        told = lists.span(found, values[0][number]).of(context.text)
        title = f"Drop `{problem.span.of(context.text)}` and its value `{' '.join(told.split())}`"
        yield Fix(title, tuple(edits), "unsafe")


def _inserted(found: Shape, at: int) -> int:
    """The parenthesis that opens the columns of INSERT around a token, -1 if it is in none."""
    opening = found.opener[at]
    behind = found.partner[opening] + 1 if opening >= 0 else 0
    return opening if behind > 0 and found.word(behind) == "VALUES" else -1


def _rows(found: Shape, columns: int) -> list[int]:
    values = found.partner[columns] + 1
    return [
        index
        for index in range(values + 1, len(found.tokens))
        if found.text(index) == "("
        and found.opener[index] < 0
        and (index == values + 1 or found.text(index - 1) == ",")
    ]
