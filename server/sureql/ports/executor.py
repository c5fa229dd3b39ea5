"""A private engine with small generated databases, on which queries are really run.

It never holds a row of the user's: its tables are made from catalog values, its rows by us.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

Value = (
    None | bool | int | float | Decimal | str | bytes
    | datetime.date | datetime.time | datetime.datetime | datetime.timedelta
)  # fmt: skip
"""One value as drivers give and take it. Anything else (arrays, JSON) comes as its text."""

Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one relation; `columns` are those that `rows` give values for, in order."""

    schema: str
    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


Database = tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a query gave. `error` is the engine's message, '' if there was none. `limited` says that
    time, memory or the number of rows ended it, or the engine went away: nothing is known then."""

    columns: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    error: str = ""
    limited: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """One database tried. `refusal` is why the engine did not take the rows (a constraint), ''
    if it did; `outcomes` has one for each query then."""

    refusal: str = ""
    outcomes: tuple[Outcome, ...] = ()


class Executor(Protocol):
    """Made for some relations of one catalog. `dialect` is what its queries are written in, `engine`
    its name and version for people. Used by one thread; never raises for a query's content."""

    dialect: str
    engine: str

    def run(self, database: Database, queries: Sequence[str], seconds: float) -> Trial:
        """Replace the rows of all tables by `database` (tables left out are empty) and run each
        query on them. `seconds` are for all of it."""
        ...

    def close(self) -> None:
        """Forget tables and rows."""
        ...
