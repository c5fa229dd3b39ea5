"""The statement that a request speaks of, and the engines that may be asked about it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

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
    """The statement, parsed and analysed over what its engine enforces."""
    snapshot = documents.snapshot(where.document)
    statement = snapshot.script.at(where.offset)
    schema = snapshot.catalog_at(statement).enforced()
    return context.of(statement, schema, snapshot.script.dialect, snapshot.path)


def executor(where: Where, found: Seen) -> OpenExecutor | None:
    """What runs generated databases, None if there is no engine or it is switched off."""
    return executors.opener(found.dialect.name, where.engine) if where.runs else None


def planner(where: Where, found: Seen) -> AbstractContextManager[Planner | None]:
    """What tells costs, None where nothing can. One that cannot be opened tells none."""
    # A database file that was found in the workspace is as good as one that the settings name.
    sources = (*where.sources, *found.schema.sources) if where.connected else ()
    return _opened(
        lambda: planners.planner(found.schema, found.dialect.name, where.engine, sources)
    )


def copy(where: Where, found: Seen) -> AbstractContextManager[Planner | None]:
    """The same on an empty copy of the schema, where indexes can be tried."""
    return _opened(lambda: planners.copy(found.schema, found.dialect.name, where.engine))


@contextlib.contextmanager
def _opened(opens: Callable[[], Planner | None]) -> Iterator[Planner | None]:
    try:
        opened = opens()
    except SureqlError:
        opened = None
    try:
        yield opened
    finally:
        if opened is not None:
            opened.close()
