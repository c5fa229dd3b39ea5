"""One column for a sub-query that stands where one value is expected."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import layout, lists, outline
from sureql.ide.diagnostics.mending.outline import Level
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.text.edits import TextEdit


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """Each of its columns alone; preferred is the one that is named as what it is compared with."""
    level = outline.at(context, problem.span.start)
    if level is None or level.found.word(level.start) != "SELECT":
        return
    found = level.found
    items = level.selected()
    if len(items) < 2:
        return
    whole = level.span(items[0][0], items[-1][1])
    compared = _compared(level)
    alike = [item for item in items if compared and _name(level, item) == compared]
    for item in items:
        if item[1] - item[0] == 1 and not found.is_name(item[0]):
            continue  # A literal is hardly what is looked for.
        written = lists.span(found, item).of(context.text)
        title = f"Select `{layout.short(written)}` only"
        yield Fix(title, (TextEdit(whole, written),), "unsafe", alike == [item])


def _name(level: Level, item: lists.Item) -> str:
    """The last name of an item: its alias, or its column."""
    last = item[1] - 1
    return level.found.text(last).strip('"`[]').lower() if level.found.is_name(last) else ""


def _compared(level: Level) -> str:
    """The name of the column before `IN (` or `= (`, '' if there is none."""
    at = level.found.opener[level.start] - 1
    while level.found.word(at) in ("IN", "NOT", "ANY", "ALL") or level.found.text(at) in "=<>!=":
        at -= 1
        if at < 0:
            return ""
    return _name(level, (at, at + 1))
