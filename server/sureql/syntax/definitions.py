"""DDL."""

from __future__ import annotations

OBJECTS = frozenset(["TABLE", "VIEW", "INDEX"])


def levels(layout, first, last, stop):
    return None
