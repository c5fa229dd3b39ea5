"""Makes the columns and the values of INSERT equally many, where that can be said."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import lists, slips
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.syntax import shape
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """Drops the columns that no value stands for, or fills up with NULL or DEFAULT."""
    found = shape.of(context.tokens, context.dialect)
    yield from _commas(found)
    at = next((i for i in range(len(found.tokens)) if found.word(i) == "VALUES"), -1)
    if at < 3 or found.text(at + 1) != "(" or found.text(at - 1) != ")":
        return
    columns = lists.within(found, found.partner[at - 1])
    rows = [i for i in range(at + 1, len(found.tokens)) if _is_row(found, i)]
    sizes = {len(lists.within(found, row)) for row in rows}
    if len(sizes) != 1:
        return
    (size,) = sizes
    if size == 0 or size == len(columns):
        return
    tokens = found.tokens
    if size < len(columns):
        spare = Span(tokens[columns[size - 1][1] - 1].end, tokens[columns[-1][1] - 1].end)
        word = "DEFAULT" if context.dialect.name != "sqlite" else "NULL"
        ends = [tokens[lists.within(found, row)[-1][1] - 1].end for row in rows]
        added = f", {word}" * (len(columns) - size)
        edits = tuple(TextEdit(Span(end, end), added) for end in ends)
        names = ", ".join(
            context.text[tokens[a].start : tokens[b - 1].end] for a, b in columns[size:]
        )
        yield Fix(f"Give {names} {word}", edits, "unsafe")
        yield Fix(f"Drop {names} from the columns", (TextEdit(spare, ""),), "unsafe")
        return
    surplus = []
    for row in rows:
        items = lists.within(found, row)
        start = tokens[items[len(columns) - 1][1] - 1].end
        surplus.append(TextEdit(Span(start, tokens[items[-1][1] - 1].end), ""))
    yield Fix("Drop the values that have no column", tuple(surplus), "unsafe")


def _commas(found: shape.Shape) -> Iterator[Fix]:
    """A comma between two values or columns that stand side by side."""
    for index in range(1, len(found.tokens)):
        if slips.side_by_side(found, index) and slips.head(found, index) in ("SELECT", "VALUES"):
            end = found.tokens[index - 1].end
            yield Fix("Add a comma", (TextEdit(Span(end, end), ","),), "unsafe", True)


def _is_row(found: shape.Shape, index: int) -> bool:
    return (
        found.text(index) == "("
        and found.opener[index] < 0
        and (found.word(index - 1) == "VALUES" or found.text(index - 1) == ",")
    )
