"""Rewritten statements return the same rows: real engines run both on random databases.

A proved step must never differ, in SQLite not even where columns hold values of other types. One
that is assumed must not differ where each column holds what its type says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache

import pytest
import sqlglot

from support import cases, random_rows, real_engines, schemas
from support.fixture import Case, Expectation
from support.real_engines import Engine
from sureql.ide.optimise import failing

_DATABASES = {"sqlite": 60, "duckdb": 6, "postgres": 12}


@pytest.fixture(scope="module")
def engines() -> Iterator[Engines]:
    with ExitStack() as stack:
        yield Engines(stack)


class Engines:
    """Each engine starts when a case is the first to need it."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.get = cache(self._open)

    def _open(self, dialect: str, schema: str) -> Engine:
        return self._stack.enter_context(real_engines.opened(dialect, schema))


_STEPS = [one for one in cases.load("ide/rewrites") if one.expectations]


@pytest.mark.parametrize("case", _STEPS, ids=lambda one: f"{one.path.stem}: {one.title}")
def test_same_rows(case: Case, engines: Engines) -> None:
    if case.dialect not in _DATABASES:
        pytest.skip("there is no such engine here")
    schema = schemas.catalog(case.options["schema"], case.dialect)
    engine = engines.get(case.dialect, case.options["schema"])
    tree = sqlglot.parse_one(case.source.text, read=case.dialect)
    relations = random_rows.ordered(schema, set(random_rows.names(tree)))
    steps = [one for one in case.expectations if one.kind != "advice"]
    seen = 0
    for seed in range(5 * _DATABASES[case.dialect]):
        if seed >= _DATABASES[case.dialect] and seen >= 3:
            break
        wild = case.dialect == "sqlite" and seed % 3 == 2
        compared = [one for one in steps if one.kind == "proved" or not wild]
        rows = random_rows.database(schema, relations, tree, seed, wild)
        texts = [case.source.text, *(one.body for one in compared)]
        before, *after = engine.results(rows, texts)
        assert isinstance(before, Counter) or seed, before
        if isinstance(before, Counter):
            seen += bool(before)
            for one, got in zip(compared, after, strict=True):
                if isinstance(got, str) and _may_fail(one):
                    continue
                assert got == before, f"{one.body}\n{rows}"
    assert seen or not steps, "no database gave rows: nothing was compared"


def _may_fail(step: Expectation) -> bool:
    """True if a step says that it computes more, which may fail."""
    return any(one in step.body for one in (failing.RELIES, failing.REACHED))
