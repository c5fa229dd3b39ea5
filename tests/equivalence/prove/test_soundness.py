"""What has one canonical form gives the same rows, on the real engines, whatever the data."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from equivalence.prove.queries import SCHEMA, Queries
from support import postgres, random_rows, schemas
from sureql.equivalence.prove import proof
from sureql.oracle.engine import EngineSpec
from sureql.oracle.executors import open as executors
from sureql.ports.executor import Executor, Outcome
from sureql.syntax import dialects, parse

DATABASES = 9


def groups(dialect: str, bases: int, start: int = 0) -> list[list[str]]:
    """Random queries that the prover takes for the same, at least two together."""
    schema = schemas.of(SCHEMA, dialect)
    texts = [
        Queries(base, other).query() for base in range(start, start + bases) for other in range(6)
    ]
    found: dict[str, list[str]] = defaultdict(list)
    for text in dict.fromkeys(texts):
        if form := proof.form_of(text, schema, dialect):
            found[form].append(text)
    return [group for group in found.values() if len(group) > 1]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres.running() as url:
        yield url


@pytest.fixture(params=["sqlite", "duckdb", "postgres"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    dialect = request.param
    url = request.getfixturevalue("server") if dialect == "postgres" else ""
    opener = executors.opener(dialect, EngineSpec(dialect, url))
    assert opener is not None
    schema = schemas.of(SCHEMA, dialect)
    made = opener(schema, random_rows.ordered(schema, {"team", "person", "note"}))
    yield made
    made.close()


BASES = {"sqlite": 70, "duckdb": 40, "postgres": 50}


def test_one_form_gives_the_same_rows(executor: Executor) -> None:
    dialect = executor.dialect
    schema = schemas.of(SCHEMA, dialect)
    relations = random_rows.ordered(schema, {"team", "person", "note"})
    tree = parse.parse(
        "select 1 from person where pay = 1 or pay = 2 or name = 'a'", dialects.get(dialect)
    ).tree
    assert tree is not None
    together = groups(dialect, BASES[dialect])
    assert len(together) > 10  # Else the test would show nothing.
    queries = [text for group in together for text in group]
    runs = DATABASES if dialect == "sqlite" else DATABASES // 3
    for seed in range(runs):
        database = random_rows.database(schema, relations, tree, seed, wild=False)
        trial = executor.run(database, queries, 30)
        assert not trial.refusal
        outcomes = dict(zip(queries, trial.outcomes, strict=True))
        for group in together:
            first = outcomes[group[0]]
            assert not first.error, group[0]
            for other in group[1:]:
                assert rows(outcomes[other]) == rows(first), f"{group[0]}\n{other}\n{database}"


def rows(outcome: Outcome) -> Counter[tuple[object, ...]]:
    assert not outcome.error
    return Counter(outcome.rows)
