"""Comments that ask in words, answered by whole exchanges of the protocol as a large model would have
them (`fixtures/exchanges`). No large model was run here: what is tested is all that sureql does."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lsp.conftest import Start
from support import cases, schemas
from support.fault_server import FaultServer, Request
from support.spoken import Answer

URI = "untitled:a"
EXCHANGES = sorted((cases.FIXTURES / "exchanges").glob("*.txt"))


@dataclass(frozen=True, slots=True)
class Exchange:
    """`answers` are the endpoint's to one question and to what sureql objects, byte for byte."""

    wish: str
    api: str
    note: str
    statement: str
    answers: tuple[bytes, ...]


def read(path: Path) -> Exchange:
    """An exchange from its file: its head, the statement that is shown in the end, the answers."""
    head, statement, *answers = path.read_text("utf-8").split("\n=== ")
    about = dict(line.split(": ", 1) for line in head.strip().splitlines())
    raw = []
    for answer in answers:
        header, body = answer.removeprefix("answer\n").split("\n\n", 1)
        lines = header.replace("\n", "\r\n")
        raw.append(f"{lines}\r\n\r\n{body.rstrip()}\n\n".encode())
    shown = statement.removeprefix("statement\n").rstrip()
    return Exchange(about["wish"], about["api"], about["note"], shown, tuple(raw))


@pytest.fixture
async def endpoint() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        yield server


def heard(endpoint: FaultServer) -> list[Request]:
    """The requests that ask for something, without those that find out about the endpoint."""
    return [one for one in endpoint.asked if "invoice" in one.raw.decode()]


@pytest.mark.parametrize("path", EXCHANGES, ids=lambda path: path.stem)
async def test_a_comment_that_asks_is_answered_as_recorded(
    start: Start, workspace: Path, endpoint: FaultServer, path: Path
) -> None:
    exchange = read(path)
    assert "not verified with a large model" in exchange.note
    (workspace / "schema.sql").write_text(schemas.text("music"))
    left = list(exchange.answers)

    def answer(request: Request) -> Answer:
        asks = "invoice" in request.raw.decode()
        return Answer(recorded=left.pop(0)) if asks else Answer()

    endpoint.script(answer)
    model = {"name": "large", "base_url": endpoint.base_url, "api": exchange.api}
    configuration: dict[str, Any] = {"model": model, "inline": {"debounce": 10, "wait": 60_000}}
    wire = await start(workspace, configuration=configuration)
    wire.open(URI, f"{exchange.wish}\n")
    await wire.loaded()
    await endpoint.arrival()
    place = wire.at(URI, 1, 0, context={"triggerKind": 2})
    (item,) = (await wire.request("textDocument/inlineCompletion", place))["items"]
    assert item["insertText"].removesuffix(";") == exchange.statement
    assert item["data"]["source"] == "model"
    # What did not hold up went back, with what is right; nothing was asked once more.
    assert not left
    asked = [json.loads(one.raw) for one in heard(endpoint)]
    assert len(asked) == len(exchange.answers)
    kind = "messages" if exchange.api == "chat" else "input"
    assert exchange.wish.removeprefix("-- ") in json.dumps(asked[0][kind], ensure_ascii=False)
    if len(asked) > 1:
        assert [turn["role"] for turn in asked[1][kind]][-3:] == ["user", "assistant", "user"]
        assert (
            "total" in asked[1][kind][-1]["content"] or "country" in asked[1][kind][-1]["content"]
        )
    assert await wire.end() == 0


def test_english_and_chinese_are_recorded_in_both_forms() -> None:
    found = {(exchange.wish, exchange.api) for exchange in map(read, EXCHANGES)}
    wishes = ("-- monthly revenue per country, last 12 months", "-- 每个国家的月收入")
    assert found >= {(wish, api) for wish in wishes for api in ("chat", "responses")}
