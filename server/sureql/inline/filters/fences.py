"""Takes SQL out of the Markdown that chat models wrap it in."""

from __future__ import annotations

import re

from sureql.inline.filters.around import Around

_FENCED = re.compile(
    r"^[ \t]*(```+|~~~+)[ \t]*([\w+-]*)[ \t]*\n(.*?)(?:\n?[ \t]*\1|\Z)", re.S | re.M
)
_INLINE = re.compile(r"^\s*`([^`\n]+)`\s*$")


def apply(insert: str, around: Around) -> str | None:
    """The first fenced block, or all of a text in single marks; a mark that opens nothing ends it."""
    if "`" not in insert and "~~~" not in insert:
        return insert
    if found := _FENCED.search(insert):
        return found[3]
    if around.raw and (whole := _INLINE.match(insert)) and " " in whole[1].strip():
        return whole[1]
    for mark in ("```", "~~~"):
        insert = insert.partition(mark)[0]
    return insert if insert.strip() else None
