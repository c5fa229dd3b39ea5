"""The statement that a request speaks of, and the engines that may be asked about it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sureql.equivalence.model import OpenExecutor
from sureql.ide.diagnostics import context
from sureql.ide.diagnostics.context import Context as Seen
from sureql.oracle.executors import open as executors
from sureql.oracle.planners import open as planners
from sureql.ports.errors import SureqlError
from sureql.ports.plan import Planner
from sureql.workers import documents
from sureql.workers.requests import Where


def seen(where: Where) -> Seen:
    """The statement, parsed and analysed."""
    snapshot = documents.snapshot(where.document)
    statement = snapshot.script.at(where.offset)
    schema = snapshot.catalog_at(statement)
    return context.of(statement, schema, snapshot.script.dialect, snapshot.path)


def executor(where: Where, found: Seen) -> OpenExecutor | None:
    """What runs generated databases, None if there is no engine or it is switched off."""
    return executors.opener(found.dialect.name, where.engine) if where.runs else None


@contextlib.contextmanager
def planner(where: Where, found: Seen) -> Iterator[Planner | None]:
    """What tells costs, None where nothing can. One that cannot be opened tells none."""
    sources = where.sources if where.connected else ()
    try:
        opened = planners.planner(found.schema, found.dialect.name, where.engine, sources)
    except SureqlError:
        opened = None
    try:
        yield opened
    finally:
        if opened is not None:
            opened.close()
