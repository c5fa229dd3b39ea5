"""How a schema is spoken of."""

from __future__ import annotations


def relations(count: int) -> str:
    """How many relations there are."""
    return f"{count} {'table or view' if count == 1 else 'tables and views'}"
