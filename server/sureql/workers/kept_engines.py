"""The engines that this process has started, each kept until the process ends."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.ide.diagnostics.runner import Judges
from sureql.oracle import engines, judges
from sureql.oracle.engine import Engine, EngineSpec
from sureql.ports.judge import Judge

IN_MEMORY = "sqlite"
"""The engine that needs no start and no process: it judges wherever it is asked."""


@dataclass(frozen=True, slots=True)
class _Judges:
    """The judges of one engine. A dbt project has none: the types of its models are seldom known, and
    the engine would refuse what is right."""

    engine: Engine

    def __call__(self, schema: catalog.Catalog) -> Judge | None:
        return None if schema.project is not None else self.engine.judge_for(schema)


_open: dict[EngineSpec, Engine] = {}


def judges_of(spec: EngineSpec | None) -> Judges | None:
    """Who judges for each catalog; started if it is not yet. None without an engine.

    Raises JudgeError if it cannot be started.
    """
    if spec is None:
        return None
    if spec.dialect == IN_MEMORY:
        return judges.for_catalog
    if spec not in _open:
        _open[spec] = engines.opened(spec)
    return _Judges(_open[spec])


def any_open() -> bool:
    """True if there is something to close."""
    return bool(_open)


def close() -> None:
    """End all engines."""
    while _open:
        _, engine = _open.popitem()
        engine.close()
