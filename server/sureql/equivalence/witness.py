"""A witness as plain text: the small tables, and what both queries give on them."""

from __future__ import annotations

from collections.abc import Sequence

from sureql.equivalence.model import Witness
from sureql.ports.executor import Outcome, Row, Value

_WIDEST = 32


def render(witness: Witness) -> str:
    """Several lines. Text values are quoted, so that '' and spaces can be seen; NULL is NULL."""
    filled = [table for table in witness.database if table.rows]
    parts = [_table(table.name, table.columns, table.rows) for table in filled]
    if not filled:
        parts.append("All tables are empty.")
    parts.append(_outcome("first query", witness.first))
    parts.append(_outcome("second query", witness.second))
    return "\n\n".join(parts)


def shown(value: Value) -> str:
    """A value as in a table: text in quotes, NULL as such."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "'" + value.replace("'", "''").replace("\n", "\\n") + "'"
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    return str(value)


def _outcome(title: str, outcome: Outcome) -> str:
    if outcome.error:
        return f"{title} fails: {outcome.error}"
    if not outcome.rows:
        return f"{title}: no rows"
    return _table(title, outcome.columns, outcome.rows)


def _table(title: str, columns: Sequence[str], rows: Sequence[Row]) -> str:
    cells = [[_cut(shown(value)) for value in row] for row in rows]
    names = [_cut(name) for name in columns]
    widths = [
        max(len(name), *(len(row[index]) for row in cells)) for index, name in enumerate(names)
    ]
    lines = [_line(names, widths), *(_line(row, widths) for row in cells)]
    return "\n".join([title, *("  " + line for line in lines)])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
