"""The engines that this process has started, each kept until the process ends."""

from __future__ import annotations

from sureql.ide.diagnostics.runner import Judges
from sureql.oracle import engines, judges
from sureql.oracle.engine import Engine, EngineSpec

IN_MEMORY = "sqlite"
"""The engine that needs no start and no process: it judges wherever it is asked."""

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
    judge_for = _open[spec].judge_for
    # The types of dbt's models are seldom known: an engine would refuse what is right.
    return lambda schema: None if schema.project is not None else judge_for(schema)


def any_open() -> bool:
    """True if there is something to close."""
    return bool(_open)


def close() -> None:
    """End all engines."""
    while _open:
        _, engine = _open.popitem()
        engine.close()
