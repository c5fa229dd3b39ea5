"""Text as it is written inside a literal of the host language."""

from __future__ import annotations

from sureql.hosts.model import Quoting


def encode(text: str, how: Quoting) -> str | None:
    """`text` as it is written in such a literal, None if it can't be (a raw string that would hold its
    own delimiter)."""
    if how.delimiter and how.delimiter in text and not how.escapes:
        return None
    return text
