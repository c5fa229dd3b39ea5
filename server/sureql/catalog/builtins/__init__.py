"""What every database of a dialect has by itself: functions and system relations.

The data are text files beside this module, read when they are first asked for:

- `<dialect>.functions.txt`: `name(argument type, … [, optional type] …) -> type -- What it does.`
  under headings `[scalar]`, `[aggregate]`, `[window]`, `[table]`. `, ...` repeats the last argument.
- `<dialect>.relations.txt`: `schema.name kind` and, indented below, `column type` lines.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

from sureql.catalog.model import Column, Function, Relation, Schema

# The schema whose system relations are found without being qualified, by dialect.
_MAIN = {"sqlite": "main", "duckdb": "main"}

_LINE = re.compile(
    r"(?P<signature>(?P<name>\w+)(?:\((?P<arguments>.*)\))?)(?: -> (?P<returns>.*?))? -- (?P<doc>.+)"
)


@lru_cache(maxsize=16)
def functions(dialect: str) -> Mapping[str, tuple[Function, ...]]:
    """The built-in functions of a dialect by lower-case name, overloads together."""
    found: dict[str, tuple[Function, ...]] = {}
    kind = "scalar"
    for line in _read(f"{dialect}.functions.txt"):
        if line.startswith("["):
            kind = line.strip("[]")
        elif match := _LINE.fullmatch(line):
            function = _function(match, kind)
            found[function.name] = (*found.get(function.name, ()), function)
    return MappingProxyType(found)


@lru_cache(maxsize=16)
def schemas(dialect: str) -> Mapping[str, Schema]:
    """The system schemas of a dialect, information_schema among them where there is one."""
    main = _MAIN.get(dialect)
    return MappingProxyType(
        {
            name: Schema(name, MappingProxyType(relations), closed=True)
            for name, relations in _relations(dialect).items()
            if name != main
        }
    )


def hidden(dialect: str) -> Mapping[str, Relation]:
    """System relations that live beside the user's own ones: sqlite_master, duckdb_tables …"""
    return MappingProxyType(_relations(dialect).get(_MAIN.get(dialect, ""), {}))


def _function(match: re.Match[str], kind: str) -> Function:
    arguments: list[str] = []
    required, variadic, depth = 0, False, 0
    for part in re.split(r"([\[\],])", match["arguments"] or ""):
        depth += (part == "[") - (part == "]")
        text = part.strip()
        if text == "...":
            variadic = True
        elif text not in ("", "[", "]", ","):
            arguments.append(_type(text))
            required += depth == 0
    return Function(
        name=match["name"],
        arguments=tuple(arguments),
        returns="" if match["returns"] in (None, "any") else match["returns"].upper(),
        kind=kind,
        required=required,
        variadic=variadic,
        signature=match["signature"],
        doc=match["doc"],
    )


def _type(argument: str) -> str:
    """The type in `name type`, '' if any will do."""
    # Keyword forms such as `field FROM source timestamp` take their last part.
    words = re.split(r" (?:FROM|IN) ", argument)[-1].partition(" ")[2]
    return "" if words == "any" else words.upper()


@lru_cache(maxsize=16)
def _relations(dialect: str) -> Mapping[str, dict[str, Relation]]:
    found: dict[str, dict[str, Relation]] = {}
    heading: tuple[str, str, str] | None = None
    columns: list[Column] = []

    def close() -> None:
        if heading:
            schema, name, kind = heading
            relation = Relation(schema, name, kind, tuple(columns))
            found.setdefault(schema, {})[name.lower()] = relation
        columns.clear()

    for line in _read(f"{dialect}.relations.txt"):
        name, _, rest = line.strip().partition(" ")
        if line.startswith(" "):
            columns.append(Column(name, rest))
        else:
            close()
            schema, _, bare = name.partition(".")
            heading = (schema, bare, rest)
    close()
    return found


def _read(name: str) -> list[str]:
    file = resources.files(__package__) / name
    if not file.is_file():
        return []
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]
