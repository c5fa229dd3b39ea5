"""Small random databases that respect a schema, made so that a query's conditions are met often."""

from __future__ import annotations

import contextlib
import datetime
import random
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from sqlglot import exp

from sureql.catalog.model import Catalog, Column, Relation
from sureql.ports.executor import Table, Value

_CONDITIONS = (exp.Binary, exp.Between, exp.In)
_WORDS = ("a", "A", "b", "ab", "", "B%")
_DAYS = (datetime.date(2023, 12, 31), datetime.date(2024, 1, 1), datetime.date(2024, 2, 29))
_HOURS = (datetime.time(0), datetime.time(12, 30), datetime.time(23, 59, 59))
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOST_ROWS = (0, 1, 4, 8, 12, 12)
_WILD = ("x", 1.5, "007", -1, "2024", b"a")


def database(
    schema: Catalog, relations: tuple[Relation, ...], tree: exp.Expr, seed: int, wild: bool
) -> tuple[Table, ...]:
    """Rows for `relations`, which come after what they refer to. `wild` puts values of other types
    into columns, as SQLite allows."""
    choice = random.Random(seed)
    hints = _hints(tree)
    made: dict[str, list[dict[str, Value]]] = {}
    return tuple(
        Table(
            one.schema,
            one.name,
            tuple(column.name for column in one.columns),
            tuple(tuple(row.values()) for row in _rows(choice, schema, one, hints, made, wild)),
        )
        for one in relations
    )


def ordered(schema: Catalog, names: set[str]) -> tuple[Relation, ...]:
    """The relations of these names and those that they refer to, which come first."""
    found: dict[str, Relation] = {}

    def add(name: str) -> None:
        relation = schema.find((name,))
        if relation is None or name in found:
            return
        for key in relation.foreign_keys:
            if key.target[1] != name:
                add(key.target[1])
        found[name] = relation

    for name in sorted(names):
        add(name)
    return tuple(found.values())


def _rows(
    choice: random.Random,
    schema: Catalog,
    relation: Relation,
    hints: Mapping[str, list[str]],
    made: dict[str, list[dict[str, Value]]],
    wild: bool,
) -> list[dict[str, Value]]:
    rows = made[relation.name] = []
    targets = {
        column: (key.target[1], target)
        for key in relation.foreign_keys
        for column, target in zip(key.columns, key.target_columns, strict=True)
    }
    keyed = {column for key in relation.keys for column in key.columns}
    for _ in range(choice.choice(_MOST_ROWS)):
        row: dict[str, Value] = {}
        for column in relation.columns:
            if column.nullable and choice.random() < 0.2:
                row[column.name] = None
            elif column.name in targets:
                parent, name = targets[column.name]
                values = [one[name] for one in made[parent]]
                row[column.name] = choice.choice(values) if values else None
            elif wild and column.name not in keyed and choice.random() < 0.3:
                row[column.name] = choice.choice(_WILD)
            else:
                row[column.name] = _value(choice, column, hints.get(column.name, []))
        if _fits(relation, rows, row):
            rows.append(row)
            if column_free(relation) and choice.random() < 0.3:
                rows.append(dict(row))
    return rows


def column_free(relation: Relation) -> bool:
    """True for a table without keys, in which rows may be equal."""
    return not relation.keys


def _fits(relation: Relation, rows: list[dict[str, Value]], row: dict[str, Value]) -> bool:
    if any(row[one.name] is None for one in relation.columns if not one.nullable):
        return False
    unique = [key.columns for key in relation.keys]
    unique += [one.columns for one in relation.indexes if one.unique]
    for columns in unique:
        value = [row[name] for name in columns]
        if None not in value and any([one[name] for name in columns] == value for one in rows):
            return False
    return True


def _value(choice: random.Random, column: Column, hints: list[str]) -> Value:
    hint = choice.choice(hints) if hints and choice.random() < 0.7 else ""
    kind = column.type.upper()
    if kind.startswith(("INT", "BIGINT", "SMALLINT")):
        return _number(choice, hint)
    if kind.startswith(("NUMERIC", "DECIMAL")):
        return Decimal(_number(choice, hint)) + choice.choice((Decimal(0), Decimal("0.50")))
    if kind.startswith(("DOUBLE", "REAL", "FLOAT")):
        return _number(choice, hint) + choice.choice((0.0, 0.5))
    if kind.startswith("DATE") and not kind.startswith("DATETIME"):
        return _day(choice, hint)
    if kind.startswith(("TIMESTAMP", "DATETIME")):
        moment = datetime.datetime.combine(_day(choice, hint), choice.choice(_HOURS))
        zoned = "ZONE" in kind and "WITHOUT" not in kind
        return moment.replace(tzinfo=datetime.UTC) if zoned else moment
    if kind.startswith("BOOL"):
        return choice.random() < 0.5
    return _word(choice, hint)


def _number(choice: random.Random, hint: str) -> int:
    try:
        near = int(Decimal(hint))
    except ArithmeticError:
        near = choice.choice((0, 1, 2, 3))
    found = near + choice.choice((0, 0, 0, 1, -1))
    return found if abs(found) < 2**31 else near % 100


def _day(choice: random.Random, hint: str) -> datetime.date:
    day = choice.choice(_DAYS)
    if found := _DATE.search(hint):
        with contextlib.suppress(ValueError):
            day = datetime.date.fromisoformat(found[0])
    elif found := re.match(r"(\d{4})(?:-(\d\d))?", hint):
        year, month = int(found[1]), int(found[2] or choice.randint(1, 12))
        if 1 < year < 9998 and 1 <= month <= 12:
            day = datetime.date(year, month, choice.choice((1, 15, 28)))
    elif hint.isdigit() and 1 <= int(hint) <= 12:
        day = day.replace(month=int(hint), day=1)
    return day + datetime.timedelta(days=choice.choice((0, 0, 0, 1, -1)))


def _word(choice: random.Random, hint: str) -> str:
    word = hint or choice.choice(_WORDS)
    word = word.replace("%", choice.choice(("", "x"))).replace("_", "y").replace("*", "z")
    return choice.choice((word, word, word.lower(), word.upper(), word + "z"))[:10]


def _hints(tree: exp.Expr) -> dict[str, list[str]]:
    """The literals that each column stands beside, by the column's name."""
    found: dict[str, list[str]] = {}
    for node in tree.find_all(*_CONDITIONS):
        if isinstance(node, exp.Connector):
            continue
        literals = [one.name for one in node.find_all(exp.Literal)]
        for column in node.find_all(exp.Column):
            found.setdefault(column.name.lower(), []).extend(literals)
    return found


def names(tree: exp.Expr) -> Iterator[str]:
    """The tables in a query."""
    for table in tree.find_all(exp.Table):
        yield table.name.lower()
