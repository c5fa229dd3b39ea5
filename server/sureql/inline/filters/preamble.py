"""Takes away the sentence with which chat models introduce their answer, and the one after it."""

from __future__ import annotations

import re

from sureql.inline.filters.around import Around

_INTRODUCTION = re.compile(
    r"\A\s*(?:(?:sure|certainly|of course|okay|ok|yes|great|absolutely)\b[^\n]*|"
    r"(?:here(?:'s|\u2019s| is| are)|this is|below is|the (?:following|completed?|missing|next|sql|query))"
    r"\b[^\n]*:|(?:sql|answer|completion|output|result|query|continuation|assistant)\s*:)[ \t]*\n?",
    re.I,
)
_EXPLANATION = re.compile(
    r"\n\s*\n(?=(?:this|the|note|explanation|here|it|in this|we|i|let me|please|you)\b[^\n;]*[a-z])",
    re.I,
)


def apply(insert: str, around: Around) -> str | None:
    """`Sure! Here is the query:` in front, and an explanation behind an empty line."""
    if not around.raw:
        return insert
    text = insert
    while found := _INTRODUCTION.match(text):
        text = text[found.end() :]
    if after := _EXPLANATION.search(text):
        text = text[: after.start()]
    return text if text.strip() else None
