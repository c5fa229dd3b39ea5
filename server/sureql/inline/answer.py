"""A model's answer while it comes: where its SQL begins and where its unit is complete."""

from __future__ import annotations

import re

from sureql.inline import unit
from sureql.inline.filters import echo, join
from sureql.inline.filters.around import Around
from sureql.syntax.dialects import Dialect

LONGEST = 3_000
_THOUGHT = re.compile(r"\s*<(think|thinking|reasoning)>.*?</\1>\s*", re.S | re.I)
_FENCE = re.compile(r"\s*```[\w+-]*[ \t]*\n")
_TALK = re.compile(
    r"\s*(?:sure|certainly|of course|okay|great|here|this is|below is|the (?:following|complet|missing|next))"
    r"\b[^\n]*\n",
    re.I,
)
_UNDECIDED = re.compile(
    r"\s*(?:<\w*\Z|<(?:think|thinking|reasoning)>|`{1,3}[\w+-]*\Z"
    r"|(?:sure|certainly|of course|okay|great|here|this is|below is|the (?:following|complet|missing|next))"
    r"\b[^\n]*\Z)",
    re.I,
)


def end(text: str, before: str, typed: str, dialect: Dialect) -> int | None:
    """The offset in `text` at which nothing more is needed; None while more is.

    `before` is the statement up to the cursor, which `typed` ends.
    """
    if len(text) >= LONGEST:
        return LONGEST
    begin = 0
    for lead in (_THOUGHT, _TALK, _FENCE):
        if found := lead.match(text, begin):
            begin = found.end()
    body = text[begin:]
    if not body.strip() or _UNDECIDED.match(body) or _repeats(body, before):
        return None
    stem = before[: len(before) - len(typed)]
    around = Around(typed, stem, "", raw=True)
    rest = echo.apply(body, around)
    joined = join.apply(rest, around) if rest is not None else None
    if not joined:
        return None
    stop = unit.end(joined, stem, dialect)
    # What is new ends as `text` does.
    return None if stop is None else max(begin, len(text) - (len(joined) - stop))


def _repeats(body: str, before: str) -> bool:
    # Still on the way through the line or the statement before the cursor.
    said = _plain(body)
    return any(
        len(said) <= len(own) and own.startswith(said)
        for own in (_plain(before), _plain(before[before.rfind("\n") + 1 :]))
    )


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
