"""Statements that are nearly the fixtures' own: what is proved for them holds on random databases.

Each is made of a fixture's statement by a few small changes, so that it fits a rewrite's shape almost:
another column, comparison, kind of join or aggregate, a condition turned round, a query around it.
"""

from __future__ import annotations

import importlib
import pkgutil
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from support import cases, random_rows, real_engines, schemas
from support.real_engines import Engine
from sureql.catalog.model import Catalog
from sureql.equivalence import repeatable
from sureql.ide import rewrites
from sureql.ide.diagnostics import context
from sureql.ide.diagnostics.context import Context
from sureql.ide.optimise.rewrite import Rewrite
from sureql.syntax import dialects, script
from sureql.text.edits import apply_edits

_ROUNDS, _STATEMENTS, _DATABASES = 10, 40, 5
_COLUMNS = "customer_id region_id product_id sale_id name city price quantity note kind credit"
_AGGREGATES = ("count(*)", "count({0})", "sum({0})", "avg({0})", "min({0})", "count(DISTINCT {0})")
_TESTS = (
    "{0} IS NULL",
    "{0} IS NOT NULL",
    "{0} NOT BETWEEN 0 AND 1",
    "{0} IN (1, 2)",
    "NOT {0} = 1",
)
_VALUES = ("coalesce({0}, 0)", "{0} + 1", "-{0}", "1 / {0}", "CAST({0} AS INTEGER)", "({0})")
_ODD = re.compile(r"LIMIT|OFFSET|FETCH|random|--|/\*|\{\{", re.IGNORECASE)


def _known() -> list[Rewrite]:
    names = sorted(one.name for one in pkgutil.iter_modules(rewrites.__path__))
    found = [importlib.import_module(f"{rewrites.__name__}.{one}").REWRITE for one in names]
    return [one for one in found if not one.caller]


def _one(pattern: str, texts: tuple[str, ...]) -> Callable[[random.Random, str], str]:
    """A change of one place where `pattern` is: `{0}` in a text stands for its first group."""

    def change(choice: random.Random, text: str) -> str:
        places = list(re.finditer(pattern, text, re.IGNORECASE))
        if not places:
            return text
        found = choice.choice(places)
        new = choice.choice(texts).format(*(found.groups() or ("",)))
        return text[: found.start()] + new + text[found.end() :]

    return change


_CHANGES = (
    _one(rf"\b(?:{_COLUMNS.replace(' ', '|')})\b(?!\s*\()", tuple(_COLUMNS.split())),
    _one(r"(?<![<>!])(?:<=|>=|<>|=|<|>)", ("=", "<", ">=", "<>")),
    _one(
        r"\b(?:LEFT OUTER |LEFT |INNER )?JOIN\b", ("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN")
    ),
    _one(r"\b(?:AND|OR)\b", ("AND", "OR", "AND NOT", "OR NOT")),
    _one(r"\bWHERE (.*?)(?= GROUP| ORDER|\)|$)", ("WHERE NOT ({0})", "WHERE (({0}) IS NULL)")),
    _one(r"\b(?:count|sum|avg|min|max)\((\w+\.\w+)\)", _AGGREGATES),
    _one(r"\bSELECT (?:DISTINCT )?", ("SELECT DISTINCT ", "SELECT ", "SELECT 'k' AS k, ")),
    _one(r"\b(\w+\.\w+) (?:=|<>|<|>|<=|>=) [\w.']+", _TESTS),
    _one(r"\b(\w+\.\w+)\b", _VALUES),
    _one(r"^(.*)$", ("SELECT * FROM ({0}) q", "SELECT count(*) AS n FROM ({0}) q")),
    _one(r"^(?!WITH)(.*)$", ("WITH sale AS (SELECT * FROM main.sale WHERE quantity > 0) {0}",)),
    _one(r"\b\w+\.(\w+)", ("{0}",)),
)


def _texts() -> list[str]:
    """The statements of the fixtures, each in one line."""
    found = [one for one in cases.load("ide/rewrites") if one.options["schema"] == "trade"]
    joined = (" ".join(one.source.text.split()).rstrip("; ") for one in found)
    return sorted({one for one in joined if not _ODD.search(one)})


def _proved(seen: Context) -> Iterator[str]:
    for rewrite in _known():
        for step in rewrite.find(seen):
            if step.proved:
                yield apply_edits(seen.text, step.edits)


def _seen(text: str, schema: Catalog) -> Context | None:
    dialect = dialects.get("sqlite")
    statements = script.of(text, dialect).statements
    seen = context.of(statements[0], schema, dialect, "") if len(statements) == 1 else None
    return seen if seen is not None and seen.tree is not None else None


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with real_engines.opened("sqlite", "trade") as opened:
        yield opened


@pytest.mark.parametrize("seed", range(_ROUNDS))
def test_what_is_proved_of_a_near_miss_holds(seed: int, engine: Engine) -> None:
    choice = random.Random(seed)
    schema = schemas.catalog("trade", "sqlite")
    texts, compared = _texts(), 0
    for _ in range(50 * _STATEMENTS):
        text = choice.choice(texts)
        for _ in range(choice.choice((1, 1, 2, 3))):
            text = choice.choice(_CHANGES)(choice, text)
        if isinstance(engine.results((), [text])[0], str):
            continue  # SQLite refuses it.
        seen = _seen(text, schema)
        after = list(_proved(seen)) if seen is not None else []
        if seen is None or seen.tree is None or not after:
            continue
        if repeatable.obstacles(seen.tree, seen.dialect, schema):
            continue
        compared += 1
        relations = random_rows.ordered(schema, set(random_rows.names(seen.tree)))
        for number in range(_DATABASES):
            wild = number == 3
            rows = random_rows.database(schema, relations, seen.tree, number + seed, wild)
            before, *results = engine.results(rows, [text, *after])
            turned = [replace(one, rows=one.rows[::-1]) for one in rows]
            if isinstance(before, Counter) and engine.results(turned, [text]) == [before]:
                for new, got in zip(after, results, strict=True):
                    assert got == before, f"{text}\n{new}\n{rows}"
        if compared == _STATEMENTS:
            return
    pytest.fail("hardly any statement was rewritten")
