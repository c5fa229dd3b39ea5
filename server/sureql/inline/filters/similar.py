"""Drops a proposal that says in other words what follows the cursor."""

from __future__ import annotations

import re

from sureql.inline.filters.around import Around

MOST_ALIKE = 0.78
FEWEST_WORDS = 4
SLACK = 2
_WORD = re.compile(r"\w+|[^\w\s,;()]")


def apply(insert: str, around: Around) -> str | None:
    """Its words against as many of the rest of the statement; short ones are left alone."""
    words = _WORD.findall(insert[len(around.typed) :].lower())
    if len(words) < FEWEST_WORDS:
        return insert
    rest = around.after.partition(";")[0][: 4 * len(insert)]
    following = _WORD.findall(rest.lower())[: len(words) + SLACK]
    if len(following) < FEWEST_WORDS:
        return insert
    said, stands = set(words), set(following)
    return None if len(said & stands) >= MOST_ALIKE * len(said) else insert
