"""Takes away quotes around a whole answer."""

from __future__ import annotations

from sureql.inline.filters.around import Around

_PAIRS = {'"': '"', "'": "'", "\u201c": "\u201d", "\u00ab": "\u00bb"}


def apply(insert: str, around: Around) -> str | None:
    """Only around more than one word: a single one may be a literal or a quoted name."""
    body = insert.strip()
    if not around.raw or len(body) < 3 or body[0] not in _PAIRS:
        return insert
    closing = _PAIRS[body[0]]
    inner = body[1:-1]
    if body[-1] != closing or closing in inner or body[0] in inner:
        return insert
    return inner if len(inner.split()) > 1 and _reads_as_sql(inner) else insert


def _reads_as_sql(text: str) -> bool:
    # A literal of several words stays one.
    words = {word.upper().strip("(),;") for word in text.split()}
    return not words.isdisjoint(
        ("SELECT", "FROM", "WHERE", "JOIN", "ON", "GROUP", "ORDER", "VALUES", "SET", "LIMIT", "=")
    )
