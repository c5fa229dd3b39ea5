"""Executors for tests: small schemas, and the real engines that hold their tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from support import schemas
from sureql.catalog.model import Catalog
from sureql.oracle.engine import EngineSpec
from sureql.oracle.executors import open as executors
from sureql.ports.executor import Executor, Outcome, Row, Table, Trial

LONG = 20.0
"""Seconds for what is not about time: the machine may be busy."""

SHOP = """
CREATE TABLE customer (
    id integer PRIMARY KEY,
    name varchar(20) NOT NULL,
    email varchar(40) UNIQUE,
    born date
);
CREATE TABLE orders (
    id integer PRIMARY KEY,
    customer_id integer REFERENCES customer (id),
    total decimal(8, 2) CHECK (total >= 0),
    state varchar(10) NOT NULL CHECK (state IN ('new', 'paid'))
);
CREATE TABLE staff (
    id integer PRIMARY KEY,
    boss integer REFERENCES staff (id)
);
"""


@dataclass(slots=True)
class Bench:
    """An executor, and the tables of its schema by name."""

    executor: Executor
    catalog: Catalog

    def table(self, name: str, columns: str, *rows: Row) -> Table:
        """Rows for the columns that are listed with spaces between them."""
        relation = self.catalog.find((name,))
        assert relation is not None
        return Table(relation.schema, relation.name, tuple(columns.split()), rows)

    def run(self, *tables: Table, query: str, seconds: float = LONG) -> Outcome:
        """What a query gives on a database that the engine takes."""
        trial = self.executor.run(tables, [query], seconds)
        assert trial.refusal == ""
        return trial.outcomes[0]

    def tried(self, *tables: Table, queries: Sequence[str] = ("SELECT 1",)) -> Trial:
        """A database with some queries."""
        return self.executor.run(tables, queries, LONG)


def bench(definitions: str, dialect: str, cache: str = "") -> Bench:
    """The engine of `dialect` with the tables of some DDL."""
    catalog = schemas.of(definitions, dialect)
    opener = executors.opener(dialect, EngineSpec(dialect, cache=cache))
    assert opener is not None
    return Bench(opener(catalog, tuple(catalog.relations())), catalog)
