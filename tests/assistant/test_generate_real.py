"""Whole statements from a real model of 135 million parameters. It is far too small for the task, so
nothing is said here about how good it is: only that what is shown is what an engine accepts."""

from __future__ import annotations

import sqlite3
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from support import schemas
from support.llama import Llama
from support.scripted_model import place, within
from sureql.assistant import generate, mend
from sureql.assistant.exchange import Exchange
from sureql.assistant.generate import Means
from sureql.assistant.terms import Terms
from sureql.ide.diagnostics import runner
from sureql.oracle import judges
from sureql.ports.provider import Ask
from sureql.prompt import tokens
from sureql.prompt.model import Limits, Place
from sureql.providers.openai_endpoint import open_endpoint
from sureql.semantics.snapshot import Snapshot
from sureql.storage.answers import open_answers
from sureql.storage.ledger import open_ledger
from sureql.syntax import dialects, script
from sureql.text.edits import apply_edits

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs file locks of POSIX")
DDL = "CREATE TABLE artist (artist_id INTEGER PRIMARY KEY, name TEXT, country TEXT);"


class Brief:
    """The model, which may say little: it is slow."""

    def __init__(self, exchange: Exchange, most: int = 20) -> None:
        self.exchange = exchange
        self.most = most
        self.answers: list[str] = []

    async def answer(self, ask: Ask, path: str = "") -> str:
        self.answers.append(await self.exchange.answer(replace(ask, most_tokens=self.most), path))
        return self.answers[-1]


def here(text: str) -> Place:
    made = place(text)
    known = schemas.of(DDL, "sqlite")
    parsed = script.of(text, dialects.get("sqlite"))
    return replace(made, snapshot=Snapshot("test:///a.sql", "", 1, parsed, known), offset=len(text))


def means(llama: Llama, folder: Path) -> tuple[Means, Brief]:
    provider = open_endpoint(llama.endpoint, folder / "endpoints.json")
    exchange = Exchange(provider, Terms(), open_ledger(folder), open_answers(folder))
    model = Brief(exchange)
    limits = Limits(tokens=600)
    return Means(model, tokens.estimate, within, limits, judges=judges.for_catalog), model


def accepted(sql: str) -> bool:
    with sqlite3.connect(":memory:") as connection:
        connection.executescript(DDL)
        connection.execute(f"EXPLAIN {sql}")
    connection.close()
    return True


async def test_what_is_shown_is_what_the_engine_accepts(llama: Llama, tmp_path: Path) -> None:
    asked, model = means(llama, tmp_path)
    found = await generate.statement(here(""), "the names of all artists", (), asked)
    await model.exchange.close()
    assert model.answers
    if found.sql:
        assert found.level == "judged"
        assert accepted(found.sql)
    else:
        assert found.message


async def test_held_to_simple_queries_even_a_small_model_keeps_to_the_schema(
    llama: Llama, tmp_path: Path
) -> None:
    asked, model = means(llama, tmp_path)
    model.most = 120
    await model.exchange.examine()
    found = await generate.statement(
        here(""), "the names of all artists", (), replace(asked, held=True)
    )
    await model.exchange.close()
    assert found.level == "judged"
    assert accepted(found.sql)
    assert found.rounds == 1


async def test_a_fix_that_is_shown_leaves_no_error(llama: Llama, tmp_path: Path) -> None:
    asked, model = means(llama, tmp_path)
    place = here("SELECT zzqx FROM artist")
    part = place.snapshot.script.statements[0]
    found = runner.unfiltered(place.snapshot, part, judges.for_catalog)
    made = await mend.mended(place, part, found[0], found, asked)
    await model.exchange.close()
    assert model.answers
    if made.edits:
        assert accepted(apply_edits(place.snapshot.text, made.edits))
    else:
        assert made.message
