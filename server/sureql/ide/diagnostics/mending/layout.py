"""How the user lays a statement out: what to write before a clause that is added."""

from __future__ import annotations

from sureql.ide.diagnostics.context import Context


def before(context: Context, start: int) -> str:
    """The line break and indent before the word at `start` if it begins a line, else a blank."""
    line = context.text.rfind("\n", 0, start)
    indent = context.text[line + 1 : start]
    return "\n" + indent if line >= 0 and not indent.strip() else " "


def short(text: str, most: int = 40) -> str:
    """`text` on one line, cut to fit into a title."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
