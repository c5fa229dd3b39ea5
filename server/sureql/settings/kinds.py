"""Kinds of values that settings have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sureql.ports.provider import Wire
from sureql.syntax import dialects


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of value: what people are told to write, the test, the conversions, the JSON schema."""

    expected: str
    accepts: Callable[[Any], bool]
    convert: Callable[[Any], Any]
    from_text: Callable[[str], Any]
    schema: Mapping[str, Any]


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_sources(value: Any) -> bool:
    return isinstance(value, str) or _is_texts(value)


def _as_sources(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _per_path(value: Any, convert: Callable[[Any], Any]) -> tuple[tuple[str, Any], ...]:
    entries = value if isinstance(value, Mapping) else {"**": value}
    return tuple((glob, convert(item)) for glob, item in entries.items())


def _is_dialect(value: Any) -> bool:
    return isinstance(value, str) and dialects.known(value)


def _truth(text: str) -> Any:
    return {"true": True, "1": True, "on": True, "false": False, "0": False, "off": False}.get(
        text.strip().lower(), text
    )


def _number(text: str) -> Any:
    return int(text) if text.strip().isdecimal() else text


def _amount(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


_STRINGS = {"type": "array", "items": {"type": "string"}}
_SOURCES = {"anyOf": [{"type": "string"}, _STRINGS]}

SWITCH = Kind(
    "true or false", lambda v: isinstance(v, bool), lambda v: v, _truth, {"type": "boolean"}
)
COUNT = Kind(
    "a whole number above 0",
    lambda v: isinstance(v, int) and not isinstance(v, bool) and v > 0,
    lambda v: v,
    _number,
    {"type": "integer", "minimum": 1},
)
NAMES = Kind("a list of strings", _is_texts, tuple, _items, _STRINGS)
DIALECT = Kind(
    "a dialect such as postgres, sqlite or duckdb, or a table of path pattern = dialect",
    lambda v: all(map(_is_dialect, v.values())) if isinstance(v, Mapping) else _is_dialect(v),
    lambda v: _per_path(v, str),
    str,
    {
        "anyOf": [
            {"type": "string"},
            {"type": "object", "additionalProperties": {"type": "string"}},
        ]
    },
)
SCHEMA = Kind(
    "a file, a pattern, a sqlite:///, duckdb:/// or postgresql:// address, a list of those, "
    "or a table of path pattern = such a list",
    lambda v: (
        _is_sources(v) or (isinstance(v, Mapping) and all(_is_sources(item) for item in v.values()))
    ),
    lambda v: _per_path(v, _as_sources),
    _items,
    {"anyOf": [*_SOURCES["anyOf"], {"type": "object", "additionalProperties": _SOURCES}]},
)


CODES = Kind(
    "a table of path pattern = list of codes",
    lambda v: isinstance(v, Mapping) and all(_is_texts(item) for item in v.values()),
    lambda v: tuple((glob, tuple(codes)) for glob, codes in v.items()),
    str,
    {"type": "object", "additionalProperties": _STRINGS},
)
TEXT = Kind("a text", lambda v: isinstance(v, str), str, str, {"type": "string"})

NUMBER = Kind(
    "a whole number, 0 or above",
    lambda v: isinstance(v, int) and not isinstance(v, bool) and v >= 0,
    lambda v: v,
    _number,
    {"type": "integer", "minimum": 0},
)
AMOUNT = Kind(
    "a number, 0 or above",
    lambda v: isinstance(v, int | float) and not isinstance(v, bool) and 0 <= v < 1e9,
    float,
    _amount,
    {"type": "number", "minimum": 0},
)
HEADERS = Kind(
    "a table of header = text",
    lambda v: isinstance(v, Mapping) and all(isinstance(item, str) for item in v.values()),
    lambda v: tuple(v.items()),
    str,
    {"type": "object", "additionalProperties": {"type": "string"}},
)


def _one_of(*values: str) -> Kind:
    expected = f"{', '.join(values[:-1])} or {values[-1]}"
    return Kind(expected, lambda v: v in values, str, str, {"enum": list(values)})


TOOL = _one_of("auto", "sqruff", "sqlfluff", "off")
WIRE = _one_of("auto", *(wire.value for wire in Wire))
FAMILY = _one_of(
    "auto", "qwen", "starcoder", "deepseek", "codestral", "codellama", "granite", "codegemma"
)
