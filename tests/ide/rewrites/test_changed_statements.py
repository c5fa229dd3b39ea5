"""Rewrites bear whatever stands in a statement: fixtures with some words changed, on real SQLite."""

from __future__ import annotations

import importlib
import random
from collections import Counter

import pytest
import sqlglot
from sqlglot.errors import SqlglotError

from ide.rewrites.test_rewrites import NAMES
from support import cases, random_rows, real_engines, schemas
from sureql.ide import rewrites
from sureql.ide.diagnostics import context
from sureql.syntax import dialects, lexer, script
from sureql.text.edits import apply_edits

_ODD = (
    *("NULL", "'a'", "1.5", "-1", "0", "*", "<>", ">", "IS", "OR", "AND", "NOT", "", "", ""),
    *("note", "price", "s", "s.quantity", "c.customer_id", "sale_id", "sale", "refund", "LEFT"),
    *("count(*)", "max", "DISTINCT", "UNION", "UNION ALL", "'2024-01-01'", "coalesce(price, 0)"),
)
_REWRITES = {name: importlib.import_module(f"{rewrites.__name__}.{name}").REWRITE for name in NAMES}


@pytest.mark.parametrize("seed", range(4))
def test_changed_statements(seed: int) -> None:
    choice = random.Random(seed)
    schema, dialect = schemas.catalog("trade", "sqlite"), dialects.get("sqlite")
    known = [one for one in cases.load("ide/rewrites") if one.options["schema"] == "trade"]
    compared = 0
    with real_engines.opened("sqlite", "trade") as engine:
        for _ in range(120):
            text = choice.choice(known).source.text
            for _ in range(choice.randint(0, 2)):
                token = choice.choice(lexer.code(text, dialect))
                alike = [one.text for one in lexer.code(text, dialect) if one.kind is token.kind]
                word = choice.choice((choice.choice(_ODD), choice.choice(alike)))
                text = f"{text[: token.start]}{word}{text[token.end :]}"
            statement, *others = script.of(text, dialect).statements
            seen = context.of(statement, schema, dialect, "")
            if seen.tree is None or others:
                continue
            steps = {
                apply_edits(seen.text, step.edits): name
                for name, rewrite in _REWRITES.items()
                for step in rewrite.find(seen)
                if step.proved
            }
            try:
                tree = sqlglot.parse_one(text, read="sqlite")
            except SqlglotError:
                continue
            relations = random_rows.ordered(schema, set(random_rows.names(tree)))
            for number in range(6 if steps else 0):
                rows = random_rows.database(schema, relations, tree, number, number == 5)
                before, *after = engine.results(rows, [text, *steps])
                if not isinstance(before, Counter):
                    break
                compared += 1
                for (changed, name), got in zip(steps.items(), after, strict=True):
                    assert got == before, f"{name}\n{text}\n{changed}\n{rows}"
    assert compared > 10
