"""Drops a proposal that repeats itself, or the words that stand right before it."""

from __future__ import annotations

import re

from sureql.inline.filters.around import Around

_ITSELF = re.compile(r"(\S.{2,}?)(?:[\s,]*\1){2,}\s*$", re.S)


def apply(insert: str, around: Around) -> str | None:
    """`x = 1 AND x = 1 AND x = 1` is noise, and so is `WHERE` after `WHERE`."""
    if _ITSELF.search(insert):
        return None
    words = insert.split()
    before = around.before.split()[-len(words) :] if words else []
    same = [word.lower() for word in before] == [word.lower() for word in words]
    return None if same and any(word[:1].isalpha() for word in words) else insert
