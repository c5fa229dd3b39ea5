"""What a comparison of two queries says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from sureql.catalog import model as catalog
from sureql.ports.executor import Database, Executor, Outcome

OpenExecutor = Callable[[catalog.Catalog, Sequence[catalog.Relation]], Executor]
"""Makes an engine with empty tables for these relations of a catalog. Raises JudgeError."""


class Kind(Enum):
    PROVED = "proved"  # Equal for every database that the schema allows.
    NO_DIFFERENCE = "no-difference"  # None found, on databases that would have shown most changes.
    DIFFERENT = "different"  # A witness shows it.
    INCONCLUSIVE = "inconclusive"  # `reason` says why.


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much the databases could have shown. `non_empty` of them gave rows (a share, 0 to 1).
    `branches` are truth values of predicates (true, false, NULL) and CASE arms that occurred, of
    `all_branches` that can. `mutants` are small changes of the first query, `killed` those of them
    that some database told from it."""

    non_empty: float = 0.0
    branches: int = 0
    all_branches: int = 0
    killed: int = 0
    mutants: int = 0


@dataclass(frozen=True, slots=True)
class Witness:
    """A small database on which the two queries differ, and what each gave (or its error)."""

    database: Database
    first: Outcome
    second: Outcome


@dataclass(frozen=True, slots=True)
class Verdict:
    """`databases` were tried. `engine` is where; `reason` a plain sentence: the proof, what differs,
    or why nothing is known. `assumed` are sentences about what was left out of account (a view as a
    table, `now()` frozen, an engine standing in for another one)."""

    kind: Kind
    databases: int = 0
    coverage: Coverage = field(default_factory=Coverage)
    witness: Witness | None = None
    reason: str = ""
    engine: str = ""
    assumed: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """True if nothing speaks against the two being equal."""
        return self.kind in (Kind.PROVED, Kind.NO_DIFFERENCE)


@dataclass(frozen=True, slots=True)
class Question:
    """Two statements of one dialect over one catalog. `seconds` is the whole time, `seed` makes the
    databases the same each time. `columns` False: names of result columns may differ."""

    first: str
    second: str
    schema: catalog.Catalog
    dialect: str
    seconds: float = 2.0
    seed: int = 0
    columns: bool = True


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Means:
    """`executor` opens the engine that runs the queries, None if there is none: then there are only
    proofs. `cancelled` is asked often; `tried` is told the number of databases so far."""

    executor: OpenExecutor | None = None
    cancelled: Callable[[], bool] = _never
    tried: Callable[[int], object] = int
