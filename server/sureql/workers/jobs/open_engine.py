"""Starts an engine, so that the first statement does not wait for it."""

from __future__ import annotations

from sureql.oracle.engine import EngineSpec as Request
from sureql.workers import kept_engines
from sureql.workers.context import Context

__all__ = ["Request", "run"]


def run(request: Request, context: Context) -> None:
    """Raises JudgeError if the engine cannot be started, with a sentence that says what to do."""
    kept_engines.judges_of(request)
