"""Drops a proposal that saves nothing."""

from __future__ import annotations

from sureql.inline.filters.around import Around

FEWEST_CHARACTERS = 2


def apply(insert: str, around: Around) -> str | None:
    """At least two characters must be new, blanks aside."""
    added = insert[len(around.typed) :]
    return insert if len("".join(added.split())) >= FEWEST_CHARACTERS else None
