"""`-- sureql: allow <code>`: the user's word that a finding is to be left alone.

It counts on the finding's own line, alone on the line above, or among the comments that open the
file, where it counts for the whole file. Several codes are separated by commas.
"""

from __future__ import annotations

import re

_ALLOW = re.compile(r"--\s*sureql:\s*allow\s+([a-z][a-z-]*(?:\s*,\s*[a-z][a-z-]*)*)")
_OPENING = re.compile(r"\s*(?:--[^\r\n]*(?:\r\n|\r|\n|$)\s*)*")


def allows(text: str, offset: int, code: str) -> bool:
    """True if the document `text` allows `code` at `offset`."""
    if "sureql:" not in text:
        return False
    start = _line_start(text, offset)
    if code in _codes(text[start : _line_end(text, offset)]):
        return True
    if start:
        above = text[_line_start(text, start - 1) : start]
        if above.lstrip().startswith("--") and code in _codes(above):
            return True
    opening = _OPENING.match(text)
    return opening is not None and code in _codes(opening[0])


def _codes(text: str) -> set[str]:
    return {code.strip() for match in _ALLOW.finditer(text) for code in match[1].split(",")}


def _line_start(text: str, offset: int) -> int:
    if offset and text[offset - 1 : offset + 1] == "\r\n":
        offset -= 1
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _line_end(text: str, offset: int) -> int:
    ends = [end for end in (text.find("\n", offset), text.find("\r", offset)) if end >= 0]
    return min(ends, default=len(text))
