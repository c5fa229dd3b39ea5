"""Document symbols: the statements of a file with their CTEs."""

from __future__ import annotations

from sureql.ide.model import Symbol
from sureql.semantics.snapshot import Snapshot


def of(snapshot: Snapshot) -> tuple[Symbol, ...]:
    raise NotImplementedError
