"""A table as a model is told of it: compact DDL, from the catalog's values only.

Names, types and comments come from files and databases of others. Whatever is in them, each stays
what it is: a quoted name, a short type, a comment in one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sureql.catalog import model as catalog
from sureql.prompt import plain
from sureql.syntax.dialects import Dialect

_LENGTHS = re.compile(r"(?<=CHAR)\s*\(\d+\)|(?<=VARYING)\s*\(\d+\)|(?<=VARCHAR2)\s*\(\d+\)", re.I)
_LONG_TYPES = (
    ("character varying", "varchar"),
    ("timestamp with time zone", "timestamptz"),
    ("timestamp without time zone", "timestamp"),
    ("double precision", "double"),
)
_LONGEST_NAME = 100
_LONGEST_TYPE = 60
_LONGEST_CHECK = 100
_MOST_VALUES = 24
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def name(relation: catalog.Relation, schema: catalog.Catalog, dialect: Dialect) -> str:
    """The relation's name as it must be written; with its schema where it does not go without,
    with `ref` in a dbt project."""
    if relation.written:
        return relation.written
    if schema.find((relation.name,)) is relation:
        return dialect.write(relation.name)
    return f"{dialect.write(relation.schema)}.{dialect.write(relation.name)}"


def is_plain(written: str) -> bool:
    """False for names that nobody would give a table: too long, or with line ends in them."""
    return len(written) <= _LONGEST_NAME and not _ODD.search(written)


def create(
    relation: catalog.Relation,
    schema: catalog.Catalog,
    dialect: Dialect,
    *,
    columns: Sequence[catalog.Column],
    comments: bool = True,
    keys: bool = True,
    types: bool = True,
) -> str:
    """`CREATE TABLE …;` with some of the relation's columns, in one line unless columns have comments."""
    singles, several = _keys(relation, schema, dialect) if keys else ({}, [])
    items: list[str] = []
    notes: list[str] = []
    for column in columns:
        item = dialect.write(column.name)
        if types and (kind := _type(column.type)):
            item += f" {kind}"
        items.append(item + singles.get(column.name, ""))
        notes.append(plain.line(column.comment) if comments else "")
    items += several
    notes += [""] * len(several)
    if len(columns) < len(relation.columns):
        items[-1:] = [f"{items[-1]} /* and {len(relation.columns) - len(columns)} more */"]
    about = plain.line(relation.comment) if comments else ""
    if "view" in relation.kind:
        about = f"view: {about}" if about else "view"
    head = f"CREATE TABLE {name(relation, schema, dialect)} ("
    tail = f" -- {about}" if about else ""
    if not any(notes):
        return f"{head}{', '.join(items)});{tail}"
    last = len(items) - 1
    rows = [
        f"  {item}{',' if at < last else ''}{f' -- {note}' if note else ''}"
        for at, (item, note) in enumerate(zip(items, notes, strict=True))
    ]
    return "\n".join([head + tail, *rows, ");"])


def create_enum(enum: catalog.Enum, dialect: Dialect) -> str:
    """`CREATE TYPE … AS ENUM (…);`"""
    values = [_quoted(value) for value in enum.values[:_MOST_VALUES]]
    more = (
        f" /* and {len(enum.values) - _MOST_VALUES} more */"
        if len(enum.values) > _MOST_VALUES
        else ""
    )
    return f"CREATE TYPE {dialect.write(enum.name)} AS ENUM ({', '.join(values)}{more});"


def checks(relation: catalog.Relation) -> list[str]:
    """Short conditions of the table: they often list a column's values."""
    found = (plain.line(check, _LONGEST_CHECK + 1) for check in relation.checks)
    return [
        f"CHECK ({check})" for check in found if len(check) <= _LONGEST_CHECK and "--" not in check
    ]


def _keys(
    relation: catalog.Relation, schema: catalog.Catalog, dialect: Dialect
) -> tuple[dict[str, str], list[str]]:
    """What stands behind a column, and what stands behind all of them."""
    singles: dict[str, str] = {}
    several: list[str] = []
    primary = relation.primary_key
    if len(primary) == 1:
        singles[primary[0]] = " PRIMARY KEY"
    elif primary:
        several.append(f"PRIMARY KEY ({_list(primary, dialect)})")
    for key in relation.foreign_keys:
        target = schema.find(key.target)
        if target is None or not is_plain(target.name):
            continue
        refers = (
            f"REFERENCES {name(target, schema, dialect)} ({_list(key.target_columns, dialect)})"
        )
        if len(key.columns) == 1:
            singles[key.columns[0]] = singles.get(key.columns[0], "") + f" {refers}"
        else:
            several.append(f"FOREIGN KEY ({_list(key.columns, dialect)}) {refers}")
    return singles, several


def _list(names: Iterable[str], dialect: Dialect) -> str:
    return ", ".join(dialect.write(one) for one in names)


def _type(written: str) -> str:
    shown = plain.line(written, _LONGEST_TYPE)
    if '"' in shown or "'" in shown:
        return shown
    shown = _LENGTHS.sub("", shown).lower()
    for long, short in _LONG_TYPES:
        shown = shown.replace(long, short)
    return shown


def _quoted(value: str) -> str:
    return "'" + plain.line(value, 40).replace("'", "''") + "'"
