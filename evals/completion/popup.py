"""Where the next name stands in the popup: at rank 1, in the first 5, in the first 10."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from evals.completion import positions
from evals.completion.corpus import Schema
from sureql.history.model import NOTHING, History
from sureql.ide.completion import complete
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import cursor, script

Popup = Callable[[Schema, str, int], Sequence[str]]
"""The texts that a popup offers, best first, for a text and an offset."""


@dataclass(slots=True)
class Tally:
    """Counts by kind of position ('all', 'table', 'column')."""

    seen: Counter[str] = field(default_factory=Counter)
    first: Counter[str] = field(default_factory=Counter)
    five: Counter[str] = field(default_factory=Counter)
    ten: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, rank: int | None) -> None:
        for key in ("all", kind):
            self.seen[key] += 1
            if rank is not None:
                self.first[key] += rank < 1
                self.five[key] += rank < 5
                self.ten[key] += rank < 10

    def merge(self, other: Tally) -> None:
        for mine, theirs in zip(
            (self.seen, self.first, self.five, self.ten),
            (other.seen, other.first, other.five, other.ten),
            strict=True,
        ):
            mine.update(theirs)


def sureql_popup(past: History = NOTHING) -> Popup:
    """Our own popup, called in this process."""

    def texts(schema: Schema, text: str, offset: int) -> list[str]:
        snapshot = Snapshot("eval:///q.sql", "", 1, script.of(text, schema.dialect), schema.catalog)
        items, _ = complete.complete(snapshot, offset, past)
        return [item.insert for item in items]

    return texts


def measure(schema: Schema, popup: Popup, hole: bool, typed: int = 0) -> Tally:
    """Ask `popup` before every name of every query.

    `hole`: the rest of the query stands after the cursor, else it is removed. `typed`: so many
    letters of the name stand before the cursor.
    """
    tally = Tally()
    known = names(schema)
    for query in schema.queries:
        for position in positions.every(query, schema.dialect):
            if not positions.is_name(position, schema.dialect, known):
                continue
            written = position.rest[0].text[:typed]
            if typed and len(written) < typed:
                continue
            text = position.removed + written
            offset = len(text)
            if hole:
                text += position.hole[position.offset :]
            offered = popup(schema, text, offset)
            if typed:
                offered = [item for item in offered if _fits(item, written)]
            rank = next(
                (
                    index
                    for index, insert in enumerate(offered)
                    if positions.first_same(insert, position.rest, schema.dialect)
                ),
                None,
            )
            tally.add(_kind(position, schema), rank)
    return tally


def names(schema: Schema) -> frozenset[str]:
    """The names of the schema's tables and columns, in lower case."""
    relations = tuple(schema.catalog.relations())
    columns = (column.name for relation in relations for column in relation.columns)
    return frozenset(name.lower() for name in (*(r.name for r in relations), *columns))


def _fits(item: str, written: str) -> bool:
    return item.lower().lstrip('"`[').startswith(written.lower().lstrip('"`['))


def _kind(position: positions.Position, schema: Schema) -> str:
    context = cursor.at(position.query, position.rest[0].start, schema.dialect)
    return "table" if context.expect is cursor.Expect.RELATION else "column"
