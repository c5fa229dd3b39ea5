"""The filters in their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sureql.inline.filters import (
    dismissed,
    echo,
    fences,
    join,
    line_ends,
    next_line,
    overlap,
    preamble,
    prose,
    quotes,
    repetition,
    sentinels,
    short,
    similar,
    thinking,
    trim,
    undo,
)
from sureql.inline.filters.around import Around

Filter = Callable[[str, Around], str | None]
# What a model wrote becomes SQL, and is brought together with what was typed.
ANSWER: tuple[Filter, ...] = (
    line_ends.apply,
    thinking.apply,
    fences.apply,
    preamble.apply,
    quotes.apply,
    sentinels.apply,
    echo.apply,
    prose.apply,
    join.apply,
)
FILTERS: tuple[Filter, ...] = (
    trim.apply,
    overlap.apply,
    next_line.apply,
    similar.apply,
    repetition.apply,
    undo.apply,
    dismissed.apply,
    short.apply,
)


def run(insert: str, around: Around) -> str | None:
    """`insert` after all filters, None if one of them dropped it."""
    text: str | None = insert
    if around.raw:
        text = _through(ANSWER, insert, around)
        around = replace(around, raw=False)
    return None if text is None else _through(FILTERS, text, around)


def _through(filters: tuple[Filter, ...], insert: str, around: Around) -> str | None:
    text: str | None = insert
    for apply in filters:
        if text is None:
            return None
        text = apply(text, around)
    return text
