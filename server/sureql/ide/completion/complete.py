"""The popup: ranked candidates turned into items."""

from __future__ import annotations

from sureql.history.model import NOTHING, History
from sureql.ide.model import Completion
from sureql.semantics.snapshot import Snapshot


def complete(
    snapshot: Snapshot, offset: int, past: History = NOTHING, limit: int = 200
) -> tuple[tuple[Completion, ...], bool]:
    """Items likeliest first, and whether the list was cut at `limit` (then ask again on typing)."""
    raise NotImplementedError
