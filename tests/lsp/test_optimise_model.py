"""What a model adds to optimising and explaining, through the real server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lsp.conftest import Start
from lsp.test_generate import endpoint, settings
from lsp.wire import Wire
from support.fault_server import FaultServer, Request
from support.spoken import Answer

__all__ = ["endpoint"]

URI = "untitled:a"
SLOW = "SELECT name FROM artist WHERE artist_id IN (SELECT artist_id FROM album)"
SAME = (
    "SELECT name FROM artist a WHERE EXISTS (SELECT 1 FROM album b WHERE b.artist_id = a.artist_id)"
)
OTHER = "SELECT name FROM artist a JOIN album b ON b.artist_id = a.artist_id"


def script(endpoint: FaultServer, *answers: str) -> list[str]:
    """Answer conversations about the query in this order; what was asked in them."""
    said, heard = list(answers), []

    def answer(request: Request) -> Answer:
        told = request.raw.decode()
        if "artist_id IN" not in told and "artist" not in told:
            return Answer(pieces=("ok",))
        heard.append(told)
        return Answer(pieces=(said.pop(0) if len(said) > 1 else said[0],))

    endpoint.script(answer)
    return heard


async def session(start: Start, workspace: Path, endpoint: FaultServer) -> Wire:
    wire = await start(workspace, configuration={"dialect": "sqlite", **settings(endpoint)})
    wire.open(URI, SLOW)
    await wire.loaded()
    return wire


async def command(wire: Wire, name: str, **more: Any) -> dict[str, Any]:
    argument = {"uri": URI, "position": {"line": 0, "character": 0}, **more}
    found: dict[str, Any] = await wire.request(
        "workspace/executeCommand", {"command": name, "arguments": [argument]}
    )
    return found


def by_model(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in found["candidates"] if one["rewrites"] == ["model"]]


async def test_a_refuted_rewrite_goes_back_with_its_witness(
    start: Start, workspace: Path, endpoint: FaultServer
) -> None:
    wire = await session(start, workspace, endpoint)
    heard = script(endpoint, OTHER, SAME)
    found = await command(wire, "sureql.optimize")
    (model,) = by_model(found)
    assert model["sql"] == SAME
    assert model["equivalence"]["verdict"] in ("proved", "no-difference")
    assert any("returns other rows" in one for one in heard)


async def test_it_is_left_out_where_the_client_wants_that(
    start: Start, workspace: Path, endpoint: FaultServer
) -> None:
    wire = await session(start, workspace, endpoint)
    heard = script(endpoint, SAME)
    assert by_model(await command(wire, "sureql.optimize", model=False)) == []
    assert heard == []


async def test_a_model_that_fails_takes_nothing_away(
    start: Start, workspace: Path, endpoint: FaultServer
) -> None:
    wire = await session(start, workspace, endpoint)
    endpoint.script(Answer(status=401))
    found = await command(wire, "sureql.optimize")
    assert "key" in found["message"]
    assert (await command(wire, "sureql.explain", reword=True))["summary"]


async def test_an_explanation_is_reworded(
    start: Start, workspace: Path, endpoint: FaultServer
) -> None:
    wire = await session(start, workspace, endpoint)
    script(endpoint, "It reads `artist`.\nThe 7 artists are rich.")
    found = await command(wire, "sureql.explain", reword=True)
    assert found["reworded"] == ["It reads `artist`."]
    assert found["markdown"].startswith("It reads `artist`.")
