"""Secrets in texts: found, and taken out before a text leaves the machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sureql.privacy import credentials, sql_secrets
from sureql.privacy.model import Hidden, merged, without

_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_LINES = re.compile(r"[^\r\n]+")
_LONGEST, _OVERLAP = 3000, 500
_FOLLOWING = 2
"""Lines that may lie between what announces a secret and the secret."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`found` says what was taken out, one entry each."""

    text: str
    found: tuple[str, ...]


def clean(text: str) -> Cleaned:
    """`text` with a mark in place of each secret. The same text always becomes the same, and a clean
    text stays as it is."""
    found = find(text)
    return Cleaned(without(text, found), tuple(one.kind for one in found))


@lru_cache(maxsize=128)
def find(text: str) -> tuple[Hidden, ...]:
    """All secrets in `text`, in order and without overlaps."""
    if text.isascii():
        return _find(text)
    # Letters that look like others or like nothing hide no secret from us.
    plain = text.translate(_WIDE)
    if not _INVISIBLE.search(plain):
        return _find(plain)
    places = [at for at, letter in enumerate(plain) if not _INVISIBLE.match(letter)]
    found = _find("".join(plain[at] for at in places))
    return tuple(
        Hidden(places[one.start], places[one.end - 1] + 1, one.kind, one.mark) for one in found
    )


def warm_up() -> None:
    """Load the detectors, which takes a tenth of a second once."""
    credentials.detectors()


def is_warm() -> bool:
    """True if the detectors are loaded."""
    return credentials.detectors.cache_info().currsize > 0


def _find(text: str) -> tuple[Hidden, ...]:
    found = list(sql_secrets.anywhere(text))
    lines = list(_lines(text))
    for at, (start, end) in enumerate(lines):
        line = text[start:end]
        by_form, suspect = _in_line(line)
        for one in by_form:
            found.append(Hidden(start + one[0], start + one[1], one[2]))
        if suspect:
            _, last = lines[min(at + _FOLLOWING, len(lines) - 1)]
            for known in sql_secrets.after(text[start:last], len(line)):
                found.append(Hidden(start + known.start, start + known.end, known.kind))
    return merged(found)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Where lines start and end. A very long one comes in pieces, because some forms take time that
    grows with the square of the length; the pieces overlap, so that each secret is whole in one."""
    for match in _LINES.finditer(text):
        for start in range(match.start(), match.end(), _LONGEST - _OVERLAP):
            yield start, min(start + _LONGEST, match.end())


@lru_cache(maxsize=8192)
def _in_line(line: str) -> tuple[tuple[credentials.Found, ...], bool]:
    # Typing changes one line at a time; all others are known.
    return tuple(credentials.find(line)), sql_secrets.is_suspect(line)
