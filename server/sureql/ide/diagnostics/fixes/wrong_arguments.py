"""The arguments that a function takes: without the surplus ones, or cast to what it wants."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import casts, did_you_mean, lists
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.syntax import shape
from sureql.syntax.shape import Shape
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_OF_NUMBERS = frozenset({"sum", "avg", "abs", "round", "floor", "ceil", "mod", "power", "sqrt"})


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """At the name of a function its arguments; at an argument itself a cast."""
    found = shape.of(context.tokens, context.dialect)
    at = next((i for i, token in enumerate(found.tokens) if token.span == problem.span), -1)
    if at < 0 or found.text(at + 1) != "(" or found.partner[at + 1] < 0:
        yield from casts.fixes(context, problem.span)
        return
    yield from did_you_mean.fixes(context, problem)
    items = lists.within(found, at + 1)
    name = found.tokens[at].text
    if not items:
        if name.lower() == "count":
            end = found.tokens[at + 1].end
            edit = TextEdit(Span(end, end), "*")
            yield Fix(f"Change to `{name}(*)`", (edit,), "unsafe", True)
        return
    yield from _shortened(context, found, items)
    wanted = ("numeric",) if name.lower() in _OF_NUMBERS else ("text",)
    for item in items:
        if casts.is_plain(found, item[0], item[1] - 1):
            for kind in wanted:
                yield casts.cast(context, lists.span(found, item), kind)


def _shortened(context: Context, found: Shape, items: list[lists.Item]) -> Iterator[Fix]:
    """Without the last argument, the last two and so on: the first that will do is offered."""
    end = lists.span(found, items[-1]).end
    for kept in range(len(items) - 1, 0, -1):
        surplus = Span(lists.span(found, items[kept - 1]).end, end)
        dropped = Span(lists.span(found, items[kept]).start, end).of(context.text)
        edit = TextEdit(surplus, "")
        yield Fix(f"Drop `{dropped}`", (edit,), "unsafe")
