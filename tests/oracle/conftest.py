"""Fixtures of the tests of engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from oracle import postgres_server
from oracle.duckdb_catalogs import SPEC
from support import schemas
from sureql.oracle import engines
from sureql.oracle.duckdb.engine import DuckdbEngine
from sureql.ports.judge import Judge


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgres_server.Server]:
    """A server started once for all tests."""
    with postgres_server.started() as server:
        yield server


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckdbEngine]:
    """DuckDB as it judges."""
    opened = engines.opened(SPEC)
    assert isinstance(opened, DuckdbEngine)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def shop(engine: DuckdbEngine) -> Judge:
    """DuckDB with the shop's schema."""
    return engine.judge_for(schemas.catalog("shop", "duckdb"))
