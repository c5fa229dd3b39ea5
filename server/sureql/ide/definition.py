"""Go to definition: table → DDL, column → its definition, CTE, alias."""

from __future__ import annotations

from sureql.ide.model import Target
from sureql.semantics.snapshot import Snapshot


def at(snapshot: Snapshot, offset: int) -> tuple[Target, ...]:
    raise NotImplementedError
