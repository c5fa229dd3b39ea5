"""Hover: what the name under the cursor is."""

from __future__ import annotations

from sureql.ide.model import Hover
from sureql.semantics.snapshot import Snapshot


def at(snapshot: Snapshot, offset: int) -> Hover | None:
    raise NotImplementedError
