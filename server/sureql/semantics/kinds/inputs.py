"""Which texts the types of PostgreSQL certainly don't take as their literals."""

from __future__ import annotations

import json
import re

_INTEGER = re.compile(
    r"\s*[+-]?(?:\d+(?:_\d+)*|0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+)\s*"
)
_NUMBER = re.compile(
    r"\s*[+-]?(?:(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?"
    r"|0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|nan|inf|infinity)\s*",
    re.IGNORECASE,
)
_UUID = re.compile(r"\{?(?:[\da-fA-F]{4}-?){7}[\da-fA-F]{4}\}?")
_LIMITS = {"int2": 2**15, "int4": 2**31, "int8": 2**63}
_BOOLEANS = ("true", "false", "yes", "no", "on", "off", "1", "0")
_MOMENTS = frozenset(
    "now today tomorrow yesterday epoch infinity -infinity allballs noon midnight".split()  # noqa: SIM905
)
_DATED = frozenset(("date", "timestamp", "timestamptz"))
_SPAN = re.compile(
    r"[+-]?\d+\s*(?:sec|second|min|minute|hour|day|week|month|mon|year)s?(?:\s+ago)?"
)
_TIMED = frozenset(("time", "timetz"))


def refused(kind: str, text: str) -> bool:
    """True if a literal `'text'` certainly can't be of that kind."""
    if kind in _LIMITS:
        return not _INTEGER.fullmatch(text) or _too_large(kind, text)
    if kind in ("numeric", "float4", "float8"):
        return not _NUMBER.fullmatch(text)
    if kind == "oid":
        return not re.fullmatch(r"\s*[+-]?\d+\s*", text)
    if kind == "bool":
        word = text.strip().lower()
        # Any beginning that only one word has will do.
        return not word or word == "o" or not any(one.startswith(word) for one in _BOOLEANS)
    if kind == "uuid":
        return not _UUID.fullmatch(text)
    if kind in ("json", "jsonb"):
        return _is_no_json(text)
    if kind in _DATED or kind in _TIMED:
        return _is_no_moment(kind, text)
    if kind == "interval":
        return not any(letter.isdigit() for letter in text) and "infinity" not in text.lower()
    if kind.endswith("[]"):
        return not re.match(r"\s*[\[{]", text)
    return False


def _too_large(kind: str, text: str) -> bool:
    digits = text.strip().replace("_", "")
    limit = _LIMITS[kind]
    plain = re.fullmatch(r"[+-]?\d+", digits)
    return plain is not None and not -limit <= int(digits) < limit


def _is_no_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return True
    except RecursionError:
        return False
    return False


def _is_no_moment(kind: str, text: str) -> bool:
    """True for texts without a digit or special word, and for plain dates that don't exist."""
    low = text.strip().lower()
    if not any(letter.isdigit() for letter in low):
        return not any(word in low for word in _MOMENTS)
    if kind in _DATED and (_SPAN.fullmatch(low) or (low.isdigit() and len(low) < 5)):
        return True
    plain = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", low)
    if plain is None or kind in _TIMED:
        return False
    year, month, day = map(int, plain.groups())
    return not (1 <= month <= 12 and 1 <= day <= _days(year, month))


def _days(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31
