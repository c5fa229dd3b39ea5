"""Takes away what a model thought aloud before it answered."""

from __future__ import annotations

import re

from sureql.inline.filters.around import Around

_NAMES = r"(?:think|thinking|thought|reasoning|scratchpad|analysis)"
_BLOCK = re.compile(rf"<({_NAMES})>.*?</\1>", re.S | re.I)
_UNFINISHED = re.compile(rf"<{_NAMES}>.*\Z", re.S | re.I)
_FORGOTTEN = re.compile(rf"\A.*?</{_NAMES}>", re.S | re.I)


def apply(insert: str, around: Around) -> str | None:
    """Blocks, one that was never closed, and the end of one whose beginning is missing."""
    if not around.raw or "<" not in insert:
        return insert
    text = _BLOCK.sub("", insert)
    text = _FORGOTTEN.sub("", _UNFINISHED.sub("", text))
    return text if text.strip() else None
