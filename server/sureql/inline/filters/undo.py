"""Drops a proposal that would bring back what the user has just deleted."""

from __future__ import annotations

from sureql.inline.filters.around import Around


def apply(insert: str, around: Around) -> str | None:
    removed = around.removed.strip().lower()
    added = insert[len(around.typed) :].strip().lower()
    if removed and added and (removed.startswith(added) or added.startswith(removed)):
        return None
    return insert
