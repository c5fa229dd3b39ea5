"""About how much room a B-tree takes."""

from __future__ import annotations

from collections.abc import Sequence

from sureql.catalog.model import Relation

PAGE = 8192
_ENTRY = 8 + 4  # Bytes beside the values: an entry's header and its place in the page.
_ALIGNED = 8
_LISTED = 6  # Bytes for one more row with the same values.
_FILLED = 0.9 * (PAGE - 24)
_WIDTHS = {"SMALLINT": 2, "INTEGER": 4, "REAL": 4, "DATE": 4, "BOOLEAN": 1, "UUID": 16}
_TEXTUAL = frozenset(("TEXT", "VARCHAR", "CHARACTER VARYING", "BPCHAR", "JSONB", "BYTEA"))
# Equal values of these may look different, so each is kept.
_KEPT_APART = ("NUMERIC", "DECIMAL", "REAL", "DOUBLE", "FLOAT", "JSON")
_USUAL_WIDTH = 8
_TEXT_WIDTH = 32


def width(relation: Relation, name: str) -> int:
    """The mean width of a column's values in bytes: as counted, else what is usual for its type."""
    statistics = relation.statistics
    counted = statistics.columns.get(name) if statistics else None
    if counted is not None and counted.width:
        return counted.width
    kind = _kind(relation, name)
    return _TEXT_WIDTH if kind in _TEXTUAL else _WIDTHS.get(kind, _USUAL_WIDTH)


def pages(relation: Relation, columns: Sequence[str], share: float = 1.0) -> int | None:
    """The pages of 8 kB of an index over `columns` and that share of the rows, None if unknown.

    Follows PostgreSQL's layout: entries aligned to 8 bytes, equal values kept once with a list of
    their rows, pages nine tenths full.
    """
    if relation.statistics is None:
        return None
    values = sum(width(relation, name) for name in columns)
    entry = _ENTRY + -(-values // _ALIGNED) * _ALIGNED
    rows = relation.statistics.rows * share
    distinct = _distinct(relation, columns)
    room = rows * entry
    if distinct is not None:
        room = min(room, distinct * entry + rows * _LISTED)
    return 2 + int(room / _FILLED)


def _kind(relation: Relation, name: str) -> str:
    written = next((one.type for one in relation.columns if one.name == name), "")
    return written.partition("(")[0].strip().upper()


def _distinct(relation: Relation, columns: Sequence[str]) -> float | None:
    # At most so many different values, if each column's are counted.
    statistics = relation.statistics
    if any(_kind(relation, name).startswith(_KEPT_APART) for name in columns):
        return None
    found = 1.0
    for name in columns:
        counted = statistics.columns.get(name) if statistics else None
        if counted is None or not counted.distinct:
            return None
        found *= counted.distinct
    return found
