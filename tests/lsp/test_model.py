"""Ghost text from a model, through the real server on standard input and output."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from lsp.conftest import Start
from lsp.wire import Wire
from support.fault_server import FaultServer, Request
from support.spoken import Answer
from support.waiting import eventually

URI = "untitled:a"
INVOKED, AUTOMATIC = 1, 2


@pytest.fixture
async def endpoint() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        yield server


def settings(endpoint: FaultServer, **more: Any) -> dict[str, Any]:
    model = {"name": "model", "base_url": endpoint.base_url, "api": "chat", "grammar": False}
    model["timeout"] = 60_000
    # Long enough for a machine that has much else to do.
    return {"model": model, "inline": {"wait": 60_000}, **more}


def ghosts(endpoint: FaultServer) -> list[Request]:
    """The requests for ghost text: all but those that find out what the endpoint can do."""
    return [one for one in endpoint.asked if _ghost(one)]


def _ghost(one: Request) -> bool:
    return "artist" in one.raw.decode()


async def session(start: Start, workspace: Path, endpoint: FaultServer, **more: Any) -> Wire:
    wire = await start(workspace, configuration=settings(endpoint, **more))
    wire.open(URI, "")
    await wire.loaded()
    # What it finds out about the endpoint takes a moment, and the model is used from then on.
    await endpoint.arrival()
    return wire


async def items(wire: Wire, text: str, version: int, kind: int = AUTOMATIC) -> list[Any]:
    """The ghost texts at the end of `text`."""
    wire.change(URI, version, {"text": text})
    return await asked(wire, text, kind)


async def asked(wire: Wire, text: str, kind: int = AUTOMATIC) -> list[Any]:
    number = request(wire, text, kind)
    return list((await wire.answer(number))["result"]["items"])


def request(wire: Wire, text: str, kind: int = AUTOMATIC) -> int:
    line, character = text.count("\n"), len(text) - text.rfind("\n") - 1
    params = wire.at(URI, line, character, context={"triggerKind": kind})
    return wire.ask("textDocument/inlineCompletion", params)


QUERY = "SELECT name, country FROM artist WHERE "


async def test_what_the_model_says_is_shown(
    start: Start, workspace: Path, endpoint: FaultServer
) -> None:
    endpoint.script(Answer(pieces=("country = ", "'FR'", " AND name", " IS NOT NULL;")))
    wire = await session(start, workspace, endpoint)
    (item,) = await items(wire, QUERY, 2)
    assert item["insertText"] == "country = 'FR'"
    assert item["data"]["source"] == "model"
    assert await wire.end() == 0


async def test_a_late_model_leaves_the_place_to_the_engine_and_is_shown_with_the_next_key(
    start: Start, workspace: Path, endpoint: FaultServer
) -> None:
    late = asyncio.Event()
    endpoint.script(lambda asked: Answer(("country = 'FR'",), hold=late if _ghost(asked) else None))
    wire = await session(start, workspace, endpoint, inline={"wait": 100, "debounce": 10})
    first = await items(wire, QUERY, 2)
    assert all(item["data"]["source"] != "model" for item in first)
    await eventually(lambda: ghosts(endpoint))
    late.set()
    await eventually(lambda: ghosts(endpoint)[0].finished)
    found = await items(wire, QUERY + "c", 3)
    # It is sent, and read a moment later.
    while [item["insertText"] for item in found] != ["country = 'FR'"]:
        await asyncio.sleep(0.05)
        found = await asked(wire, QUERY + "c")
    assert {item["data"]["source"] for item in found} == {"model"}
    assert len(ghosts(endpoint)) == 1
    assert await wire.end() == 0


async def test_what_the_model_is_not_sure_of_is_shown_only_to_who_asks(
    start: Start, workspace: Path, endpoint: FaultServer
) -> None:
    said = [Answer(("country = 'FR'",), logprob=number) for number in (-3.0, -0.1)]
    endpoint.script(lambda asked: said["name" in asked.raw.decode().split("<before>")[-1]])
    wire = await session(start, workspace, endpoint)
    query = "SELECT country FROM artist WHERE "
    unsure = await items(wire, query, 2)
    assert all(item["data"]["source"] != "model" for item in unsure)
    invoked = await asked(wire, query, INVOKED)
    assert "country = 'FR'" in [item["insertText"] for item in invoked]
    (sure,) = await items(wire, QUERY, 3)
    assert (sure["insertText"], sure["data"]["source"]) == ("country = 'FR'", "model")
    assert await wire.end() == 0


async def test_what_the_engine_is_sure_of_costs_nothing(
    start: Start, workspace: Path, endpoint: FaultServer
) -> None:
    wire = await session(start, workspace, endpoint)
    (item,) = await items(wire, "SELECT * FROM artist a JOIN album b ON ", 2)
    assert item["insertText"] == "b.artist_id = a.artist_id"
    assert item["data"]["source"] == "engine"
    assert not ghosts(endpoint)
    assert await wire.end() == 0


async def test_nothing_is_asked_while_the_popup_has_its_say_or_after_a_deletion(
    start: Start, workspace: Path, endpoint: FaultServer
) -> None:
    wire = await session(start, workspace, endpoint)
    wire.change(URI, 2, {"text": QUERY + "x"})
    place = {"line": 0, "character": len(QUERY)}
    end = {"line": 0, "character": len(QUERY) + 1}
    wire.change(URI, 3, {"range": {"start": place, "end": end}, "text": ""})
    assert await asked(wire, QUERY) == []
    wire.change(URI, 4, {"range": {"start": place, "end": place}, "text": "n"})
    chosen = {"range": {"start": place, "end": end}, "text": "name"}
    context = {"triggerKind": AUTOMATIC, "selectedCompletionInfo": chosen}
    params = wire.at(URI, 0, len(QUERY) + 1, context=context)
    await wire.request("textDocument/inlineCompletion", params)
    assert not ghosts(endpoint)
    assert await wire.end() == 0


async def test_what_was_not_wanted_does_not_come_back_at_once(
    start: Start, workspace: Path, endpoint: FaultServer
) -> None:
    endpoint.script(Answer(pieces=("country = 'FR'",)))
    wire = await session(start, workspace, endpoint)
    (item,) = await items(wire, QUERY, 2)
    wire.notify("textDocument/didShowCompletion", {"item": item})
    start_, end = ({"line": 0, "character": len(QUERY) + more} for more in (0, 1))
    wire.change(URI, 3, {"range": {"start": start_, "end": start_}, "text": "x"})
    wire.change(URI, 4, {"range": {"start": start_, "end": end}, "text": "c"})
    found = await asked(wire, QUERY + "c")
    assert item["insertText"] not in [one["insertText"] for one in found]
    # Who asks for it gets it.
    found = await asked(wire, QUERY + "c", INVOKED)
    assert item["insertText"] in [one["insertText"] for one in found]
    assert await wire.end() == 0


async def test_a_comment_that_asks_is_answered_with_a_statement(
    start: Start, workspace: Path, endpoint: FaultServer
) -> None:
    endpoint.script(
        Answer(
            pieces=("```sql\n", "SELECT country, count(*) FROM artist\n", "GROUP BY country\n```")
        )
    )
    wire = await session(start, workspace, endpoint)
    text = "-- how many artists per country\n"
    (item,) = await items(wire, text, 2)
    assert item["insertText"].startswith("SELECT country, count(*) FROM artist\nGROUP BY country")
    assert item["data"]["source"] == "model"
    assert await wire.end() == 0


async def test_who_types_along_waits_for_the_same_answer(
    start: Start, workspace: Path, endpoint: FaultServer
) -> None:
    endpoint.script(Answer(pieces=("country", " = ", "'FR'"), first=0.3))
    wire = await session(start, workspace, endpoint)
    wire.change(URI, 2, {"text": QUERY})
    numbers = [request(wire, QUERY)]
    await eventually(lambda: ghosts(endpoint))
    for count in range(1, 4):
        wire.change(URI, 2 + count, {"text": QUERY + "country"[:count]})
        numbers.append(request(wire, QUERY + "country"[:count]))
    newest = (await wire.answer(numbers[-1]))["result"]["items"]
    for older in numbers[:-1]:
        assert (await wire.answer(older))["result"] == {"items": []}
    while [item["insertText"] for item in newest] != ["country = 'FR'"]:
        await asyncio.sleep(0.1)
        newest = await asked(wire, QUERY + "cou")
    (item,) = newest
    assert item["insertText"] == "country = 'FR'"
    assert item["range"]["start"]["character"] == len(QUERY)
    assert len(ghosts(endpoint)) == 1
    assert await wire.end() == 0


async def test_who_types_something_else_closes_the_connection_at_once(
    start: Start, workspace: Path, endpoint: FaultServer
) -> None:
    endpoint.script(Answer(pieces=("country", " = ", "'FR'"), first=0.05, fault="stall"))
    wire = await session(start, workspace, endpoint)
    delays = []
    for number in range(10):
        begun = len(ghosts(endpoint))
        text = f"{QUERY}artist_id = {number} AND "
        wire.change(URI, 10 + 2 * number, {"text": text})
        older = request(wire, text)
        while len(ghosts(endpoint)) == begun:
            await asyncio.sleep(0.005)
        # Some of the answer has come.
        await asyncio.sleep(0.1)
        changed = time.monotonic()
        end = {"line": 0, "character": len(text)}
        change = {"range": {"start": end, "end": end}, "text": "n"}
        wire.change(URI, 11 + 2 * number, change)
        delays.append(await endpoint.hung_up(ghosts(endpoint)[-1]) - changed)
        newer = request(wire, text + "n")
        assert (await wire.answer(older))["result"] == {"items": []}
        assert wire.order.index(older) < len(wire.order)
        await wire.answer(newer)
    # The machine may be busy; without the edit it would take twenty seconds.
    assert sorted(delays)[2] < 1
    assert await wire.end() == 0


async def test_a_request_taken_back_closes_the_connection_at_once(
    start: Start, workspace: Path, endpoint: FaultServer
) -> None:
    endpoint.script(Answer(pieces=("country", " = "), fault="stall"))
    wire = await session(start, workspace, endpoint)
    delays = []
    for number in range(5):
        text = f"{QUERY}artist_id = {number} AND "
        wire.change(URI, 10 + number, {"text": text})
        older = request(wire, text)
        while len(ghosts(endpoint)) == number:
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.1)
        began = time.monotonic()
        wire.notify("$/cancelRequest", {"id": older})
        delays.append(await endpoint.hung_up(ghosts(endpoint)[-1]) - began)
        await wire.answer(older)
    assert sorted(delays)[1] < 1
    assert await wire.end() == 0


async def test_an_editor_that_asks_anew_with_every_key_keeps_the_answer_under_way(
    start: Start, workspace: Path, endpoint: FaultServer
) -> None:
    endpoint.script(Answer(pieces=("country", " = ", "'FR'"), first=1.0))
    wire = await session(start, workspace, endpoint)
    wire.change(URI, 2, {"text": QUERY})
    number = request(wire, QUERY)
    await eventually(lambda: ghosts(endpoint))
    for count in range(1, 4):
        wire.change(URI, 2 + count, {"text": QUERY + "country"[:count]})
        wire.notify("$/cancelRequest", {"id": number})
        await asyncio.sleep(0.02)
        number = request(wire, QUERY + "country"[:count])
    assert (await endpoint.arrival(len(endpoint.asked))).closed is None
    while ghosts(endpoint)[0].finished is None:
        await asyncio.sleep(0.01)
    assert len(ghosts(endpoint)) == 1
    assert await wire.end() == 0


async def test_two_hundred_keys_ask_the_model_seldom_and_show_nothing_stale(
    start: Start, workspace: Path, endpoint: FaultServer
) -> None:
    endpoint.script(Answer(pieces=("country", " = ", "'FR'"), first=0.1))
    wire = await session(start, workspace, endpoint)
    text = (
        "SELECT a.name, b.title\nFROM artist AS a\nJOIN album AS b ON b.artist_id = a.artist_id\n"
    )
    text += "WHERE a.country IN ('FR', 'DE') AND b.title LIKE 'A%' AND a.name IS NOT NULL\n"
    text = (text + "ORDER BY a.name, b.title, a.country DESC, b.album_id, a.artist_id " * 2)[:200]
    sent: dict[int, str] = {}
    pauses = 0
    for count in range(1, len(text) + 1):
        place = {
            "line": text.count("\n", 0, count - 1),
            "character": count - 2 - text.rfind("\n", 0, count - 1),
        }
        wire.change(
            URI, 1 + count, {"range": {"start": place, "end": place}, "text": text[count - 1]}
        )
        sent[request(wire, text[:count])] = text[:count]
        begun = time.monotonic()
        await asyncio.sleep(0.03)
        # A busy machine types with pauses, and reads in bunches; a pause is a reason to ask.
        pauses += time.monotonic() - begun > 0.06
    await wire.answer(max(sent))
    assert len(ghosts(endpoint)) <= 50 + pauses
    shown = 0
    for number, written in sent.items():
        for item in wire.answers[number][0]["result"]["items"]:
            shown += 1
            line = written[written.rfind("\n") + 1 :]
            typed = line[item["range"]["start"]["character"] :]
            assert item["insertText"].startswith(typed)
    assert shown > 10
    assert await wire.end() == 0


async def test_invoking_asks_for_more_than_one(
    start: Start, workspace: Path, endpoint: FaultServer
) -> None:
    said = {0.0: "country = 'FR'", 0.2: "name IS NULL", 0.4: "country='FR'"}

    def answer(request: Request) -> Answer:
        return Answer(pieces=(said[request.body.get("temperature", 0.0)],))

    endpoint.script(answer)
    wire = await session(start, workspace, endpoint)
    found = await items(wire, QUERY, 2, INVOKED)
    texts = [item["insertText"] for item in found]
    assert 2 <= len(texts) <= 3
    assert {"country = 'FR'", "name IS NULL"} <= set(texts)
    assert "country='FR'" not in texts
    assert await wire.end() == 0


async def test_without_a_model_nothing_is_sent_until_one_is_named(
    start: Start, workspace: Path, endpoint: FaultServer
) -> None:
    endpoint.script(Answer(pieces=("country = 'FR'",)))
    wire = await start(workspace)
    wire.open(URI, "")
    await wire.loaded()
    assert all(item["data"]["source"] != "model" for item in await items(wire, QUERY, 2))
    assert not endpoint.requests
    wire.configuration = settings(endpoint)
    wire.notify("workspace/didChangeConfiguration", {"settings": None})
    await endpoint.arrival()
    (item,) = await items(wire, QUERY + " ", 3)
    assert item["data"]["source"] == "model"
    assert await wire.end() == 0
