"""What an engine knows about the amount of data: counts only, never a value of the user's."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class ColumnStatistics:
    """`distinct` values (None if unknown), the share of NULLs, the mean width in bytes, and how
    closely the order of the rows follows the values (PostgreSQL's correlation, -1 to 1)."""

    distinct: float | None = None
    null_fraction: float | None = None
    width: int | None = None
    correlation: float | None = None


_NONE: Mapping[str, ColumnStatistics] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of one relation: its rows, its size in pages (None if unknown), and its columns by name."""

    rows: float
    pages: int | None = None
    # A mapping has no hash; relations are keys of sets all the same.
    columns: Mapping[str, ColumnStatistics] = field(default_factory=lambda: _NONE, hash=False)

    @property
    def magnitude(self) -> int:
        """The power of two of the rows. A catalog's version changes with it, not with each count:
        everything that is kept by the version would be dropped for a few new rows."""
        return math.frexp(self.rows)[1]
