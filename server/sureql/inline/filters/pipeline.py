"""The filters in their order."""

from __future__ import annotations

from collections.abc import Callable

from sureql.inline.filters import next_line, overlap, repetition, short, trim, undo
from sureql.inline.filters.around import Around

FILTERS: tuple[Callable[[str, Around], str | None], ...] = (
    trim.apply,
    overlap.apply,
    next_line.apply,
    repetition.apply,
    undo.apply,
    short.apply,
)


def run(insert: str, around: Around) -> str | None:
    """`insert` after all filters, None if one of them dropped it."""
    text: str | None = insert
    for apply in FILTERS:
        if text is None:
            return None
        text = apply(text, around)
    return text
