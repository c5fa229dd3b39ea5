"""How much a query on a generated database may give before it is ended."""

from __future__ import annotations

from collections.abc import Iterable

from sureql.oracle import growth
from sureql.ports.executor import Database, Outcome, Row

MOST_ROWS = 10_000
MOST_BYTES = 20_000_000
"""Of texts and binary values in a result, together."""

TOO_MUCH = Outcome(error="The result is too large.", limited=True)
TOO_LONG = Outcome(error="It took too long.", limited=True)
BOUNDLESS = Outcome(error="It may make values of any size of these rows.", limited=True)


def collected(rows: Iterable[Row]) -> tuple[Row, ...] | None:
    """The rows, read one by one; None if they are too many or too large."""
    found: list[Row] = []
    size = 0
    for row in rows:
        found.append(row)
        size += sum(len(value) for value in row if isinstance(value, str | bytes))
        if len(found) > MOST_ROWS or size > MOST_BYTES:
            return None
    return tuple(found)


def is_large(database: Database) -> bool:
    """True if there is a value in the rows that may not say how large another one becomes."""
    return any(growth.is_large(one) for table in database for row in table.rows for one in row)


def unasked(why: str) -> Outcome:
    """What comes of a query that is not given to the engine: nothing is known then."""
    return Outcome(error=why, limited=True)
