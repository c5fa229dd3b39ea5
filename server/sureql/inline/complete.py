"""The ghost-text pipeline, read top to bottom."""

from __future__ import annotations

from sureql.inline.cache import Cache
from sureql.inline.model import Item, Request


def complete(request: Request, cache: Cache) -> tuple[Item, ...]:
    """Checked items for `request`, best first; () when silence is better."""
    raise NotImplementedError
