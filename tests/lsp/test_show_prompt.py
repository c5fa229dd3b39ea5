"""`sureql.showPrompt`: what would be sent for a place, with a model and without one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lsp.conftest import Start
from lsp.wire import Wire
from support.fault_server import Answer, FaultServer, Request

SECRET = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
TEXT = f"-- token {SECRET}\nSELECT title FROM album WHERE "


async def shown(wire: Wire, uri: str, line: int, character: int) -> str:
    place = {"uri": uri, "position": {"line": line, "character": character}}
    asked = {"command": "sureql.showPrompt", "arguments": [place]}
    found: str = await wire.request("workspace/executeCommand", asked)
    return found


async def opened(wire: Wire, workspace: Path, text: str = TEXT, name: str = "q.sql") -> str:
    uri = (workspace / name).as_uri()
    wire.open(uri, text)
    await wire.loaded()
    return uri


async def test_without_a_model_it_says_what_would_be_sent(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    uri = await opened(wire, workspace)
    found = await shown(wire, uri, 1, 30)
    assert "No model is configured. Nothing is sent; this is what would be." in found
    assert "| schema |" in found
    assert "CREATE TABLE album (album_id integer PRIMARY KEY" in found
    assert "SELECT title FROM album WHERE ▮" in found
    assert SECRET not in found
    assert "1 secret was taken out" in found


async def test_the_tokens_of_the_parts_add_up(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    uri = await opened(wire, workspace)
    found = await shown(wire, uri, 1, 30)
    rows = [line.split("|")[1:3] for line in found.split("\n") if line.startswith("| ")]
    sizes = {name.strip(): size.strip() for name, size in rows if name.strip() != "source"}
    total = int(sizes.pop("all"))
    assert total == sum(map(int, sizes.values())) > 100
    assert "Tokens are counted by cl100k_base." in found


async def test_it_is_the_very_request(start: Start, workspace: Path) -> None:
    async with FaultServer() as endpoint:
        heard: list[Request] = []

        def answer(request: Request) -> Answer:
            # What finds out about the endpoint is not about the schema.
            if b"CREATE TABLE album" in request.raw:
                heard.append(request)
            return Answer(pieces=("album_id = 1",))

        endpoint.script(answer)
        model = {"name": "model", "base_url": endpoint.base_url, "api": "chat", "grammar": False}
        wire = await start(workspace, configuration={"model": model, "inline": {"wait": 15_000}})
        uri = await opened(wire, workspace)
        found = await shown(wire, uri, 1, 30)
        assert "For model at 127.0.0.1." in found
        assert heard == []
        asked = wire.at(uri, 1, 30, context={"triggerKind": 1})
        await wire.request("textDocument/inlineCompletion", asked)
        for message in heard[0].body["messages"]:
            assert message["content"] in found
        assert SECRET not in heard[0].raw.decode()


async def test_a_wish_in_words_has_a_prompt_of_its_own(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    uri = await opened(wire, workspace, "-- number of albums of each artist from Sweden\n")
    found = await shown(wire, uri, 1, 0)
    assert "-- NO DATA:" in found
    assert "user: number of albums of each artist from Sweden" in found


async def test_nothing_is_shown_of_what_is_hidden(start: Start, workspace: Path) -> None:
    wire = await start(workspace, configuration={"privacy": {"ignore_tables": ["album"]}})
    uri = await opened(wire, workspace)
    assert "privacy.ignore_tables" in await shown(wire, uri, 1, 30)
    uri = await opened(wire, workspace, "SELECT 1 ", "my_secret.sql")
    assert "privacy.ignore_paths" in await shown(wire, uri, 0, 9)


@pytest.mark.parametrize("arguments", [[], [{}], [{"uri": "file:///q.sql", "position": 3}]])
async def test_wrong_arguments_are_an_error(
    start: Start, workspace: Path, arguments: list[Any]
) -> None:
    wire = await start(workspace)
    asked = {"command": "sureql.showPrompt", "arguments": arguments}
    answer = await wire.answer(wire.ask("workspace/executeCommand", asked))
    assert "sureql.showPrompt takes" in answer["error"]["message"]
