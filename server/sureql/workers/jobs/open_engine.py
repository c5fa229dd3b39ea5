"""Starts an engine, so that the first statement does not wait for it."""

from __future__ import annotations

from sureql.catalog import model as catalog
from sureql.ide.diagnostics import runner
from sureql.oracle.engine import EngineSpec as Request
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, script
from sureql.workers import kept_engines
from sureql.workers.context import Context

__all__ = ["Request", "run"]


def run(request: Request, context: Context) -> None:
    """Raises JudgeError if the engine cannot be started, with a sentence that says what to do."""
    judges = kept_engines.judges_of(request)
    dialect = dialects.get(request.dialect)
    sample = Snapshot("", "", 0, script.of(_SAMPLE, dialect), catalog.empty(dialect.name))
    runner.document(sample, judges)


_SAMPLE = "SELECT a.b, count(*) FROM (SELECT 1 AS b) AS a WHERE a.b = 1 GROUP BY a.b"
