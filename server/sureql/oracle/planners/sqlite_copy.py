"""An empty copy of a SQLite schema with its indexes, and the counts that its planner looks at."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sureql.catalog import model as catalog
from sureql.ports.errors import PlanError
from sureql.ports.plan import IndexIdea

_TYPE = re.compile(r"[A-Za-z_][A-Za-z0-9_ ]*(\(\s*\d+\s*(,\s*\d+\s*)?\))?")


class Copy:
    """In memory. Tables are built when a statement first names them."""

    def __init__(self, schema: catalog.Catalog) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        self._built: set[tuple[str, str]] = set()
        self._attached = {"main", "temp", ""}
        # ANALYZE makes the table of statistics, which nobody else may make.
        self._connection.executescript("CREATE TABLE sureql_(a); ANALYZE; DROP TABLE sureql_")

    @contextmanager
    def prepared(
        self, relations: Sequence[catalog.Relation], ideas: Sequence[IndexIdea]
    ) -> Iterator[sqlite3.Connection]:
        """The connection, with these relations and imagined indexes. Raises PlanError."""
        try:
            for relation in relations:
                self._build(relation)
            self._connection.execute("SAVEPOINT idea")
        except (sqlite3.Error, UnicodeEncodeError) as error:
            raise PlanError(f"The copy of the schema can't be built: {error}.") from error
        try:
            for idea in ideas:
                self._imagine(idea, relations)
            yield self._connection
        except sqlite3.Error as error:
            raise PlanError(f"The index can't be tried: {error}.") from error
        finally:
            self._connection.execute("ROLLBACK TO idea")
            self._connection.execute("RELEASE idea")
            if ideas:
                self._connection.execute("ANALYZE sqlite_schema")

    def close(self) -> None:
        """Forget it."""
        self._connection.close()

    def _build(self, relation: catalog.Relation) -> None:
        schema, name = relation.schema.lower(), relation.name.lower()
        if (schema, name) in self._built:
            return
        if schema not in self._attached:
            raise PlanError("Only tables of the main database are planned here.")
        target = _quoted(relation.name)
        parts = [_column(column, relation) for column in relation.columns]
        if len(relation.primary_key) > 1:
            parts.append(f"PRIMARY KEY ({_listed(relation.primary_key)})")
        for key in relation.keys:
            named = any(index.name == key.name for index in relation.indexes)
            if not key.primary and key.columns and not (key.name and named):
                parts.append(f"UNIQUE ({_listed(key.columns)})")
        self._connection.execute(f"CREATE TABLE {target} ({', '.join(parts)})")
        for index in relation.indexes:
            if index.plain and index.columns:
                unique = "UNIQUE " * index.unique
                self._connection.execute(
                    f"CREATE {unique}INDEX {_quoted(index.name)} ON {target} ({_listed(index.columns)})"
                )
        self._built.add((schema, name))
        self._count(relation)

    def _imagine(self, idea: IndexIdea, relations: Sequence[catalog.Relation]) -> None:
        relation = next(
            (one for one in relations if (one.schema, one.name) == (idea.schema, idea.relation)),
            None,
        )
        if relation is None:
            raise PlanError(f"The query does not read `{idea.relation}`.")
        where = f" WHERE {idea.where}" if idea.where else ""
        self._connection.execute(
            f"CREATE INDEX {_quoted(idea.name)} ON {_quoted(idea.relation)} "
            f"({_listed(idea.columns)}){where}"
        )
        self._count(relation)

    def _count(self, relation: catalog.Relation) -> None:
        if relation.statistics is None:
            return
        rows = max(int(relation.statistics.rows), 1)
        self._connection.execute("DELETE FROM sqlite_stat1 WHERE tbl = ?", (relation.name,))
        found = self._connection.execute(
            'SELECT name, "unique" FROM pragma_index_list(?)', (relation.name,)
        ).fetchall()
        lines: list[tuple[str | None, str]] = [(None, str(rows))]
        for name, unique in found:
            info = self._connection.execute("SELECT name FROM pragma_index_info(?)", (name,))
            columns = [column for (column,) in info if column]
            lines.append((name, f"{rows} {' '.join(_averages(relation, columns, unique))}"))
        self._connection.executemany(
            "INSERT INTO sqlite_stat1 VALUES (?, ?, ?)",
            [(relation.name, name, stat) for name, stat in lines],
        )
        self._connection.execute("ANALYZE sqlite_schema")


def _averages(relation: catalog.Relation, columns: Sequence[str], unique: bool) -> Iterator[str]:
    # How many rows have the same values in the first column, the first two, and so on. Where a count is
    # not known, SQLite's own guesses: 10 rows, and one less for each further column.
    assert relation.statistics is not None
    rows = max(relation.statistics.rows, 1.0)
    counts = {name.lower(): one.distinct for name, one in relation.statistics.columns.items()}
    keys = [{name.lower() for name in key.columns} for key in relation.keys if key.columns]
    distinct: float | None = 1.0
    before = rows
    for place, column in enumerate(columns):
        known = counts.get(column.lower())
        distinct = distinct * known if distinct and known else None
        guess = max(rows / min(distinct, rows), 1.0) if distinct else max(10.0 - place, 5.0)
        whole = unique and place == len(columns) - 1
        same = {name.lower() for name in columns[: place + 1]}
        if whole or any(key <= same for key in keys):
            guess = 1.0
        before = max(1.0, min(before, guess))
        yield str(int(before))


def _column(column: catalog.Column, relation: catalog.Relation) -> str:
    kind = column.type if _TYPE.fullmatch(column.type) else ""
    primary = " PRIMARY KEY" * (relation.primary_key == (column.name,))
    required = " NOT NULL" * (not column.nullable and not primary)
    return f"{_quoted(column.name)} {kind}{primary}{required}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(map(_quoted, columns))
