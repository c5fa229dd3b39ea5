"""The simplest popup there is: keywords and every name of the schema that starts as typed."""

from __future__ import annotations

from evals.completion.corpus import Schema
from evals.completion.positions import KEYWORDS


def prefix_match(schema: Schema, text: str, offset: int) -> list[str]:
    """Names in the order of the schema, then keywords."""
    start = offset
    while start and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    typed = text[start:offset].lower()
    names = dict.fromkeys(relation.name for relation in schema.catalog.relations())
    for relation in schema.catalog.relations():
        names.update(dict.fromkeys(column.name for column in relation.columns))
    return [name for name in (*names, *sorted(KEYWORDS)) if name.lower().startswith(typed)]
