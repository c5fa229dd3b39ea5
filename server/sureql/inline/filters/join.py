"""Brings a model's answer together with the word that the cursor stands behind."""

from __future__ import annotations

import re

from sureql.inline.filters.around import Around

_WORD = re.compile(r"[^\W\d]\w*")
_CLAUSES = frozenset(
    [
        "FROM",
        "WHERE",
        "GROUP",
        "ORDER",
        "HAVING",
        "LIMIT",
        "JOIN",
        "LEFT",
        "RIGHT",
        "INNER",
        "FULL",
        "CROSS",
        "UNION",
        "EXCEPT",
        "INTERSECT",
        "VALUES",
        "RETURNING",
        "AND",
        "WHEN",
        "THEN",
        "ELSE",
        "BETWEEN",
        "LIKE",
        "ILIKE",
        "DESC",
        "SET",
        "OFFSET",
        "SELECT",
    ]
)


def apply(insert: str, around: Around) -> str | None:
    """`name` behind `na` is the whole word again, `me` its rest; `FROM t` behind it a new word."""
    if not around.raw:
        return insert
    typed = around.typed
    if not typed:
        return _apart(insert, around.before)
    body = insert.lstrip()
    if body.lower().startswith(typed.lower()):
        return typed + body[len(typed) :]
    if insert[:1].isspace():
        return typed + insert
    first = _WORD.match(insert)
    glued = first is not None and first[0].upper() in _CLAUSES
    return f"{typed} {insert}" if glued else typed + insert


def _apart(insert: str, before: str) -> str:
    # No second blank behind one; one blank behind a finished name or a closing mark.
    if not before or before[-1].isspace():
        return insert.lstrip()
    begins = insert[:1].isalnum() or insert[:1] in ("_", '"', "'")
    if begins and before[-1] in ")]\"'`*":
        return " " + insert
    return insert
