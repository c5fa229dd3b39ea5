"""Drops a proposal that saves nothing."""

from __future__ import annotations

from sureql.inline.filters.around import Around

FEWEST_CHARACTERS = 2
WELL_BEGUN = 3


def apply(insert: str, around: Around) -> str | None:
    """At least two characters must be new, blanks aside; one, if it ends a word well begun."""
    added = "".join(insert[len(around.typed) :].split())
    ends_word = bool(added) and len(around.typed) >= WELL_BEGUN
    return insert if len(added) >= FEWEST_CHARACTERS or ends_word else None
