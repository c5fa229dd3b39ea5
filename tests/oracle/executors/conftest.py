"""The engines that run queries, for tests that hold for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from oracle.executors import made
from oracle.postgres_server import Server
from sureql.oracle.executors import postgres_sessions

DIALECTS = ("sqlite", "duckdb", "postgres")

Make = Callable[[str], made.Bench]


@pytest.fixture(scope="module", autouse=True)
def _nothing_left(postgres: Server) -> Iterator[None]:
    yield
    postgres_sessions.close_idle()


@pytest.fixture(scope="module", params=DIALECTS)
def make(request: pytest.FixtureRequest, postgres: Server) -> Iterator[Make]:
    """Makes a bench of one engine for some DDL."""
    opened: list[made.Bench] = []

    def made_for(definitions: str) -> made.Bench:
        opened.append(made.bench(definitions, request.param, postgres.cache))
        return opened[-1]

    yield made_for
    for one in opened:
        one.executor.close()


@pytest.fixture(scope="module")
def shop(make: Make) -> made.Bench:
    """The small shop in one engine."""
    return make(made.SHOP)
