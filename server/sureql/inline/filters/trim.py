"""Takes away what nobody would type: blanks at line ends, lines of nothing, a second blank."""

from __future__ import annotations

import re

from sureql.inline.filters.around import Around

_BLANKS_AT_LINE_END = re.compile(r"[ \t]+(?=\n)")


def apply(insert: str, around: Around) -> str | None:
    """One blank at the end stays (the next word can follow), unless one is there already."""
    text = _BLANKS_AT_LINE_END.sub("", insert.replace("\r\n", "\n"))
    body = text.rstrip()
    if not body:
        return None
    if not around.typed and around.before[-1:].isspace():
        body = body.lstrip(" \t")
    following = around.after[:1]
    room = not following or following in "\r\n"
    return body + (" " if text[len(body) :].startswith(" ") and text[-1] == " " and room else "")
