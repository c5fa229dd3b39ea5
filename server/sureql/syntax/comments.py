"""Takes comments out of SQL."""

from __future__ import annotations

from sureql.syntax import lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind


def without(text: str, dialect: Dialect, start: int = 0) -> str:
    """`text` without the comments that begin at `start` or later, and without the blanks they leave."""
    found = [one for one in lexer.tokens(text, dialect) if one.kind is Kind.COMMENT]
    for comment in reversed(found):
        if comment.start < start:
            break
        begin, end = comment.start, comment.end
        before = text[:start] + text[start:begin].rstrip(" \t")
        line_start = max(text.rfind("\n", 0, begin) + 1, start)
        line_end = text.find("\n", end)
        line_end = len(text) if line_end < 0 else line_end
        ends_line = not text[end:line_end].strip()
        if ends_line and not text[line_start:begin].strip():
            text = text[:line_start] + text[line_end + 1 :]
        elif ends_line:
            text = before + text[end:]
        else:
            text = before + " " + text[end:].lstrip(" \t")
    return text
