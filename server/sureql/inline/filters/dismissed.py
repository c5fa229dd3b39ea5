"""Drops what was shown at this very place a moment ago and was not wanted."""

from __future__ import annotations

from sureql.inline.filters.around import Around


def apply(insert: str, around: Around) -> str | None:
    """Compared without blanks at the ends."""
    return None if insert.strip() in around.dismissed else insert
