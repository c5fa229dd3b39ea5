"""Rows that keep a schema's constraints: keys, foreign keys, NOT NULL and the checks we understand.

What is not understood is left to the engine, which is asked for each database whether it holds.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.equivalence import conditions, families
from sureql.equivalence.domains import ColumnName, Domains
from sureql.equivalence.families import Family
from sureql.equivalence.subject import Name
from sureql.ports.executor import Database, Table
from sureql.syntax import parse
from sureql.syntax.dialects import Dialect

Record = dict[str, Any]
"""One row by column, in lower case."""
Rows = dict[Name, list[Record]]

_MOST_IN_TABLE = 40
_TRIES = 12
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Rules:
    """What rows of one relation must keep. `unique` are column sets, primary ones first."""

    relation: catalog.Relation
    columns: tuple[catalog.Column, ...]
    required: frozenset[str]
    unique: tuple[tuple[str, ...], ...]
    checks: tuple[conditions.Condition, ...]


def rules_of(relation: catalog.Relation, dialect: Dialect) -> Rules:
    """The constraints of a relation, in a form quick to test."""
    primary = {name.lower() for name in relation.primary_key}
    unique = [tuple(name.lower() for name in key.columns) for key in relation.keys]
    unique += [
        tuple(name.lower() for name in index.columns)
        for index in relation.indexes
        if index.unique and index.plain and index.columns
    ]
    required = {column.name.lower() for column in relation.columns if not column.nullable}
    checks = [conditions.compiled(_marked(node)) for node in check_trees(relation, dialect)]
    return Rules(
        relation,
        tuple(column for column in relation.columns if not column.generated),
        frozenset(required | primary),
        tuple(dict.fromkeys(unique)),
        tuple(checks),
    )


def check_trees(relation: catalog.Relation, dialect: Dialect) -> list[exp.Expr]:
    """The relation's CHECK constraints, parsed; those that do not parse are left out."""
    trees = (parse.parse(f"SELECT 1 WHERE {check}", dialect).tree for check in relation.checks)
    found = (tree.find(exp.Where) for tree in trees if tree is not None)
    return [where.this for where in found if where is not None]


def _marked(node: exp.Expr) -> exp.Expr:
    made = node.copy()
    for column in made.find_all(exp.Column):
        column.set("table", exp.to_identifier("#0"))
    return made


def database(rows: Rows, rules: Mapping[Name, Rules]) -> Database:
    """The rows as the executor takes them, all tables included."""
    return tuple(
        Table(
            *name,
            tuple(column.name for column in rule.columns),
            tuple(
                tuple(record.get(column.name.lower()) for column in rule.columns)
                for record in rows.get(name, ())
            ),
        )
        for name, rule in rules.items()
    )


def kept(rows: Rows, rules: Mapping[Name, Rules]) -> Rows:
    """`rows` without those that break a constraint."""
    current = {name: list(records) for name, records in rows.items()}
    for name, rule in rules.items():
        seen: list[set[tuple[Any, ...]]] = [set() for _ in rule.unique]
        good = []
        for record in current.get(name, ()):
            keys = [tuple(record.get(column) for column in columns) for columns in rule.unique]
            taken = any(
                None not in key and key in known for key, known in zip(keys, seen, strict=True)
            )
            missing = any(
                record.get(column) is None for column in rule.required if column in record
            )
            if taken or missing or _checked(rule, record) is False:
                continue
            for key, known in zip(keys, seen, strict=True):
                known.add(key)
            good.append(record)
        current[name] = good
    changed = True
    while changed:
        changed = False
        for name, rule in rules.items():
            for foreign in rule.relation.foreign_keys:
                target = current.get((foreign.target[0], foreign.target[1]), [])
                there = {tuple(r.get(c.lower()) for c in foreign.target_columns) for r in target}
                good = [
                    record
                    for record in current.get(name, ())
                    if None in (key := tuple(record.get(c.lower()) for c in foreign.columns))
                    or key in there
                ]
                if len(good) < len(current.get(name, ())):
                    current[name], changed = good, True
    return current


def _checked(rule: Rules, record: Record) -> bool:
    values = {("#0", column): value for column, value in record.items()}
    return all(check(values) is not False for check in rule.checks)


@dataclass(slots=True)
class Filler:
    """Makes the rows of one database. Each has a mood: few or many different values, more or fewer
    NULLs, so that joins and groups come about."""

    rules: Mapping[Name, Rules]
    domains: Domains
    chance: random.Random
    rows: Rows = field(default_factory=dict)
    _pools: dict[ColumnName, list[Any]] = field(default_factory=dict)
    _moods: dict[ColumnName, tuple[float, int]] = field(default_factory=dict)
    _nulls: float = 0.0
    _last: int = 0

    def __post_init__(self) -> None:
        self._nulls = self.chance.choice((0.0, 0.1, 0.1, 0.3, 0.6))
        self._last = self.chance.choice((0, 0, 10, 100))

    def value(self, name: ColumnName, nullable: bool) -> Any:
        """A value for a column in the mood of this database."""
        if nullable and self.chance.random() < self._nulls:
            return None
        pool = self._pool(name)
        return self.chance.choice(pool) if pool else None

    def any_value(self, name: ColumnName, nullable: bool) -> Any:
        """A value for a column of all there are, those that conditions speak of preferred."""
        if nullable and self.chance.random() < 0.1:
            return None
        telling = self.domains.telling.get(name)
        if telling and self.chance.random() < 0.3:
            return self.chance.choice(telling)
        aimed = self.domains.aimed.get(name)
        if aimed and self.chance.random() < 0.7:
            return self.chance.choice(aimed)
        pool = self.domains.of.get(name)
        return self.chance.choice(pool) if pool else None

    def fresh(self, name: ColumnName) -> Any:
        """A value that no row has yet, for keys; None if the column's family has none."""
        self._last += 1
        number = self._last
        family = self.domains.family.get(name, Family.OTHER)
        pool = self.domains.of.get(name, ())
        if family is Family.INTEGER:
            return number
        if family in families.NUMBERS:
            return type(pool[0])(number) if pool else number
        if family is Family.TEXT:
            longest = max((len(value) for value in pool if isinstance(value, str)), default=1)
            return str(number)[-max(longest, 1) :]
        if family is Family.UUID:
            return f"00000000-0000-0000-0000-{number:012d}"
        if family is Family.DATE and pool:
            start = pool[0]
            later = datetime.timedelta(days=number)
            return start + later if isinstance(start, datetime.date) else None
        return None

    def add(self, name: Name, given: Mapping[str, Any], depth: int = 0) -> Record | None:
        """A row with the `given` values in the table, and the rows it refers to. None if there can be none.

        A row that has the same key already gets the given values instead.
        """
        rule = self.rules[name]
        records = self.rows.setdefault(name, [])
        for attempt in range(_TRIES):
            record = self._record(name, rule, given, attempt)
            if not self._linked(rule, record, given, depth):
                return None
            if not _checked(rule, record):
                continue
            clash = self._clash(rule, record, records)
            if clash is None:
                if len(records) >= _MOST_IN_TABLE:
                    return None
                records.append(record)
                return record
            columns, other = clash
            if all(column in given for column in columns):
                return self._merged(rule, other, given)
        return None

    def _pool(self, name: ColumnName) -> list[Any]:
        pool = self._pools.get(name)
        if pool is None:
            group = self.domains.group.get(name, name)
            mood = self._moods.get(group)
            if mood is None:
                size = self.chance.choice((1, 2, 2, 3, 4, 8, 20))
                mood = self._moods[group] = (self.chance.random(), size)
            order, size = mood
            every = sorted(
                self.domains.of.get(name, ()),
                key=lambda value: random.Random(f"{order}{value}").random(),
            )
            aimed = set(map(repr, self.domains.aimed.get(name, ())))
            every.sort(key=lambda value: repr(value) not in aimed)
            telling = list(self.domains.telling.get(name, ()))
            self.chance.shuffle(telling)
            near = max(1, size - 1) if aimed else 0
            pool = (
                telling[: self.chance.choice((0, 1, 1, 2))]
                + every[:near]
                + every[len(aimed) :][: max(1, size - near)]
            )
            self._pools[name] = pool
        return pool

    def _record(self, name: Name, rule: Rules, given: Mapping[str, Any], attempt: int) -> Record:
        keys = {column for columns in rule.unique for column in columns}
        record: Record = {}
        for column in rule.columns:
            key = column.name.lower()
            if key in given and not (given[key] is None and key in rule.required):
                record[key] = given[key]
                continue
            at = (*name, key)
            value = self.value(at, key not in rule.required)
            if key in keys and (attempt > 2 or self.chance.random() < 0.6):
                made = self.fresh(at)
                value = value if made is None else made
            if value is None and key in rule.required:
                value = self.any_value(at, False)
            record[key] = value
        return record

    def _linked(self, rule: Rules, record: Record, given: Mapping[str, Any], depth: int) -> bool:
        for foreign in rule.relation.foreign_keys:
            columns = [column.lower() for column in foreign.columns]
            targets = [column.lower() for column in foreign.target_columns]
            target = (foreign.target[0], foreign.target[1])
            wanted = [record.get(column) for column in columns]
            if None in wanted or target not in self.rules:
                continue
            there = self.rows.get(target, [])
            if any([row.get(column) for column in targets] == wanted for row in there):
                continue
            if self.rules[target] is rule and [record.get(column) for column in targets] == wanted:
                continue
            free = not any(column in given for column in columns)
            if free and there and self.chance.random() < 0.8:
                row = self.chance.choice(there)
                for column, source in zip(columns, targets, strict=True):
                    record[column] = row.get(source)
                if None not in [record[column] for column in columns]:
                    continue
                wanted = [record.get(column) for column in columns]
            optional = [column for column in columns if column not in rule.required]
            if depth >= _DEEPEST or (free and optional and self.chance.random() < 0.2):
                if not optional:
                    return False
                record[optional[0]] = None
                continue
            parent = dict(zip(targets, wanted, strict=True))
            if None in wanted or self.add(target, parent, depth + 1) is None:
                if not optional:
                    return False
                record[optional[0]] = None
        return True

    def _clash(
        self, rule: Rules, record: Record, records: Iterable[Record]
    ) -> tuple[tuple[str, ...], Record] | None:
        for columns in rule.unique:
            key = [record.get(column) for column in columns]
            if None in key:
                continue
            for other in records:
                if [other.get(column) for column in columns] == key:
                    return columns, other
        return None

    def _merged(self, rule: Rules, other: Record, given: Mapping[str, Any]) -> Record:
        fixed = {column for columns in rule.unique for column in columns}
        fixed |= {c.lower() for foreign in rule.relation.foreign_keys for c in foreign.columns}
        before = dict(other)
        for column, value in given.items():
            if column not in fixed and not (value is None and column in rule.required):
                other[column] = value
        if not _checked(rule, other):
            other.clear()
            other.update(before)
        return other
