"""What a model says is not trusted, and what it is told is not everything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lsp.conftest import Start
from lsp.test_model import INVOKED, QUERY, ghosts, items, session
from support.fault_server import FaultServer
from support.spoken import Answer

HOSTILE = (
    "1 = 1; DROP TABLE artist",
    "name = pg_read_file('/etc/passwd')",
    "name IN (SELECT nothing FROM nowhere)",
    "I cannot complete this query without more context.",
    "EXISTS (DELETE FROM artist)",
)


@pytest.fixture
async def endpoint() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        yield server


@pytest.mark.parametrize(
    "fault",
    [
        Answer(status=500),
        Answer(status=401),
        Answer(fault="garbage"),
    ],
    ids=lambda fault: fault.fault or str(fault.status),
)
async def test_whatever_the_endpoint_does_the_engine_goes_on(
    start: Start, workspace: Path, endpoint: FaultServer, fault: Answer
) -> None:
    endpoint.script(fault)
    wire = await session(start, workspace, endpoint)
    (item,) = await items(wire, "SELECT * FROM artist a JOIN album b ON a.", 2)
    assert item["data"]["source"] == "engine"
    await items(wire, QUERY, 3)
    await wire.until(lambda: wire.notifications("didChangeStatus")[-1]["kind"] != "Normal")
    assert not [one for one in wire.told if one["method"] == "window/showMessage"]
    assert await wire.end() == 0


async def test_nothing_unchecked_is_shown(
    start: Start, workspace: Path, endpoint: FaultServer
) -> None:
    wire = await session(start, workspace, endpoint)
    for number, said in enumerate(HOSTILE):
        before = len(ghosts(endpoint))
        endpoint.script(Answer(pieces=(said,)))
        # Elsewhere each time, so that no answer is known yet.
        query = f"SELECT name, {number} FROM artist WHERE "
        for item in await items(wire, query, 2 + number, INVOKED):
            text = item["insertText"].lower()
            assert not {"drop", "delete", "nowhere", "cannot"} & set(text.replace("(", " ").split())
            assert "pg_read_file" not in text
        assert len(ghosts(endpoint)) > before
    assert await wire.end() == 0


async def test_of_a_hidden_file_nothing_is_sent(
    start: Start, workspace: Path, endpoint: FaultServer
) -> None:
    uri = (workspace / "secrets" / "a.sql").as_uri()
    wire = await session(start, workspace, endpoint)
    wire.open(uri, QUERY)
    position = {"line": 0, "character": len(QUERY)}
    params = {
        "textDocument": {"uri": uri},
        "position": position,
        "context": {"triggerKind": INVOKED},
    }
    found = await wire.request("textDocument/inlineCompletion", params)
    assert all(item["data"]["source"] != "model" for item in found["items"])
    await items(wire, QUERY, 2)
    # Nor beside another file.
    assert len(ghosts(endpoint)) == 1
    assert "secrets/a.sql" not in ghosts(endpoint)[0].raw.decode()
    assert await wire.end() == 0
