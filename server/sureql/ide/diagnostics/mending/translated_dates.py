"""Calls of other engines about dates: formats, differences in days, and what is added.

Only what says exactly the same. A format must be a literal of known parts and marks between them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_MYSQL = {"%Y": "Y", "%m": "m", "%d": "d", "%H": "H", "%i": "M", "%s": "S", "%S": "S", "%j": "j"}
_STRFTIME = {"%Y": "Y", "%m": "m", "%d": "d", "%H": "H", "%M": "M", "%S": "S", "%j": "j"}
_TO_CHAR = {
    "YYYY": "Y", "MM": "m", "DDD": "j", "DD": "d", "HH24": "H", "MI": "M", "SS": "S",
}  # fmt: skip
_STYLES: Mapping[str, Mapping[str, str]] = {
    "DATE_FORMAT": _MYSQL,
    "STRFTIME": _STRFTIME,
    "TO_CHAR": _TO_CHAR,
}
_NAMES = {"postgres": "TO_CHAR", "sqlite": "STRFTIME", "duckdb": "STRFTIME", "mysql": "DATE_FORMAT"}
_MARKS = re.compile(r"[-/:. ,]")
_DAYS = frozenset({"DAY", "DD", "D", "'DAY'"})
_UNITS = frozenset("DAY WEEK MONTH YEAR HOUR MINUTE SECOND".split())  # noqa: SIM905
_DIFFERENCE = {
    "postgres": "(CAST({0} AS DATE) - CAST({1} AS DATE))",
    "sqlite": "CAST(JULIANDAY(DATE({0})) - JULIANDAY(DATE({1})) AS INTEGER)",
    "duckdb": "DATE_DIFF('day', {1}, {0})",
    "mysql": "DATEDIFF({0}, {1})",
}
_ADDED = {
    "postgres": "({0} + INTERVAL '{1} {2}')",
    "duckdb": "({0} + INTERVAL '{1} {2}')",
    "mysql": "DATE_ADD({0}, INTERVAL {1} {2})",
}


def of_call(name: str, arguments: tuple[str, ...], dialect: str) -> tuple[str, tuple[str, ...]]:
    """A template of what to write for a call, and what to fill in; '' if nothing says the same."""
    count = len(arguments)
    if name in _STYLES and count == 2:
        return _formatted(name, arguments[0], arguments[1], dialect)
    if name == "DATEDIFF" and count == 2 and dialect != "mysql":
        return _DIFFERENCE.get(dialect, ""), arguments
    if name == "DATEDIFF" and count == 3 and arguments[0].upper() in _DAYS:
        # The later one is the last one here, the first one in MySQL.
        return _DIFFERENCE.get(dialect, ""), (arguments[2], arguments[1])
    if name == "DATEADD" and count == 3:
        unit = arguments[0].strip("'").upper()
        if unit in _UNITS and re.fullmatch(r"-?\d+", arguments[1]):
            return _ADDED.get(dialect, ""), (arguments[2], arguments[1], unit)
    return "", ()


def _formatted(name: str, first: str, second: str, dialect: str) -> tuple[str, tuple[str, ...]]:
    if first.startswith("'"):
        first, second = second, first
    wanted = _NAMES.get(dialect, "")
    if not wanted or wanted == name or first.startswith("'"):
        return "", ()
    format_ = _of_style(second, _STYLES[name], _STYLES[wanted])
    if not format_:
        return "", ()
    template = f"{wanted}({{1}}, {{0}})" if dialect == "sqlite" else f"{wanted}({{0}}, {{1}})"
    return template, (first, format_)


def _of_style(literal: str, written: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    """A format in another style, '' if it is none that is sure."""
    match = re.fullmatch(r"'([^']+)'", literal)
    if match is None:
        return ""
    parts = {meaning: part for part, meaning in reversed(list(wanted.items()))}
    rest, made = match[1], ""
    while rest:
        part = next((one for one in written if rest.startswith(one)), "")
        if not part and not _MARKS.match(rest):
            return ""
        made += parts[written[part]] if part else rest[0]
        rest = rest[len(part) or 1 :]
    return f"'{made}'"
