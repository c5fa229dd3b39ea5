"""A smaller database that still shows the difference, with values that are easy to read."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sureql.equivalence import rows
from sureql.equivalence.domains import Domains
from sureql.equivalence.rows import Rows, Rules
from sureql.equivalence.subject import Name
from sureql.ports.executor import Database, Table

SECONDS = 0.7
"""It has so much time at least, even if the comparison itself has used up its own."""


def minimised(
    made: Rows,
    rules: Mapping[Name, Rules],
    domains: Domains,
    differs: Callable[[Rows], bool],
    spoken: frozenset[str],
    seconds: float,
) -> Rows:
    """The smallest database found, in the time there is, on which `differs` still holds. `spoken` are
    the words of the queries: columns that they do not name are emptied."""
    until = time.monotonic() + max(seconds, SECONDS)
    current = {name: list(records) for name, records in made.items() if records}

    def still(candidate: Rows) -> bool:
        if time.monotonic() > until:
            return False
        sound = rows.kept(candidate, rules)
        whole = all(len(sound.get(name, ())) == len(candidate[name]) for name in candidate)
        return whole and differs(candidate)

    current = _fewer(current, rules, still)
    current = _unnamed_empty(current, rules, spoken, still)
    current = _simpler(current, domains, still)
    return {name: records for name, records in current.items() if records}


def _fewer(current: Rows, rules: Mapping[Name, Rules], still: Callable[[Rows], bool]) -> Rows:
    # Halves first, then single rows. A row goes with those that refer to it.
    for name in sorted(current, key=lambda one: -len(current[one])):
        size = len(current[name])
        while size >= 1:
            start = 0
            while start < len(current.get(name, ())):
                rest = current[name][:start] + current[name][start + size :]
                candidate = rows.kept({**current, name: rest}, rules)
                if still(candidate):
                    current = candidate
                else:
                    start += size
            size //= 2
    return current


def _unnamed_empty(
    current: Rows,
    rules: Mapping[Name, Rules],
    spoken: frozenset[str],
    still: Callable[[Rows], bool],
) -> Rows:
    # Columns that only `*` reads are mostly not what the difference is about.
    def emptied(names: Sequence[Name]) -> Rows:
        return {
            name: [
                {
                    column: value
                    if column in spoken or column in rules[name].required or name not in names
                    else None
                    for column, value in record.items()
                }
                for record in records
            ]
            for name, records in current.items()
        }

    whole = emptied(list(current))
    if whole == current or still(whole):
        return whole
    for name in list(current):
        candidate = emptied([name])
        if candidate != current and still(candidate):
            current = candidate
    return current


def _simpler(current: Rows, domains: Domains, still: Callable[[Rows], bool]) -> Rows:
    # The same value in columns that belong together is changed in all of them at once.
    places: dict[tuple[Any, str], list[tuple[Name, int, str]]] = {}
    for name, records in current.items():
        for index, record in enumerate(records):
            for column, value in record.items():
                group = domains.group.get((*name, column))
                if value is not None:
                    places.setdefault((group, repr(value)), []).append((name, index, column))
    for (_, shown), cells in places.items():
        name, index, column = cells[0]
        value = current[name][index][column]
        # Plain values come last in a domain, the plainest of them first.
        plain = set(map(repr, domains.aimed.get((*name, column), ())))
        pool = domains.of.get((*name, column), ())
        simple = [one for one in pool if repr(one) not in plain and one not in (0, "")][:3]
        for better in simple:
            if repr(better) == shown:
                break
            candidate = {one: [dict(record) for record in some] for one, some in current.items()}
            for name, index, column in cells:
                candidate[name][index][column] = better
            if still(candidate):
                current = candidate
                break
    return current


def shown(database: Database, rules: Mapping[Name, Rules], spoken: frozenset[str]) -> Database:
    """The database without columns that hold nothing but NULL, may do so, and are not `spoken` of."""
    return tuple(
        _narrow(table, rules[table.schema, table.name].required | spoken)
        for table in database
        if table.rows
    )


def _narrow(table: Table, wanted: frozenset[str]) -> Table:
    kept = [
        index
        for index, column in enumerate(table.columns)
        if column.lower() in wanted or any(row[index] is not None for row in table.rows)
    ]
    kept = kept or [0]
    return replace(
        table,
        columns=tuple(table.columns[index] for index in kept),
        rows=tuple(tuple(row[index] for index in kept) for row in table.rows),
    )
