"""Where in a text that is being written the logical unit of SQL is complete."""

from __future__ import annotations

from sureql.syntax.dialects import Dialect


def end(text: str, before: str, dialect: Dialect) -> int | None:
    """The offset in `text`, which follows `before`, at which its unit is complete; None while it is not."""
    return None


def statement_end(text: str, before: str, dialect: Dialect) -> int | None:
    """The same for a whole statement: behind its semicolon, or where something else begins."""
    return None
