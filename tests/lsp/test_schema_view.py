"""`sureql.schema` through the real server."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from lsp.conftest import Start
from lsp.wire import Wire

URI = "untitled:a"


async def ask(wire: Wire, **given: Any) -> dict[str, Any]:
    params = {"command": "sureql.schema", "arguments": [given]}
    found: dict[str, Any] = await wire.request("workspace/executeCommand", params)
    return found


async def settled(wire: Wire) -> dict[str, Any]:
    """The top of the tree once nothing is being loaded any more."""
    while (found := await ask(wire, uri=URI))["loading"]:
        await asyncio.sleep(0.05)
    return found


async def session(start: Start, workspace: Path, **more: Any) -> Wire:
    wire = await start(workspace, configuration={"dialect": "sqlite", **more})
    wire.open(URI, "SELECT 1")
    await settled(wire)
    return wire


async def test_the_tree_is_told_in_parts(start: Start, workspace: Path) -> None:
    wire = await session(start, workspace)
    top = await ask(wire, uri=URI)
    assert (top["dialect"], top["loading"], top["message"]) == ("sqlite", False, "")
    assert [(one["name"], one["relations"]) for one in top["schemas"]] == [("main", 2)]
    (source,) = top["sources"]
    assert (source["name"], source["status"]) == ("schema.sql", "ok")
    assert source["uri"].endswith("/schema.sql")

    page = await ask(wire, schema="main")
    assert page["version"] == top["version"]
    assert page["next"] is None
    album, _ = page["relations"]
    assert (album["name"], album["insert"], album["columns"]) == ("album", "album", 3)
    assert album["location"] == {"uri": source["uri"], "line": 5}

    columns = (await ask(wire, schema="main", relation="album"))["columns"]
    assert [(one["name"], one["key"]) for one in columns] == [
        ("album_id", "primary"),
        ("artist_id", "foreign"),
        ("title", ""),
    ]
    assert columns[1]["references"] == "artist.artist_id"
    assert columns[2]["location"]["line"] == 8


async def test_what_is_searched_is_found(start: Start, workspace: Path) -> None:
    wire = await session(start, workspace)
    found = await ask(wire, search="artist")
    assert [
        (one["name"], [column["name"] for column in one["found"]]) for one in found["relations"]
    ] == [
        ("artist", []),
        ("album", ["artist_id"]),
    ]
    assert (await ask(wire, search="nothing at all"))["relations"] == []


async def test_what_could_not_be_read_stands_beside_its_source(
    start: Start, workspace: Path
) -> None:
    with (workspace / "schema.sql").open("a") as file:
        file.write("CREATE TABLE broken (;\n")
    wire = await session(start, workspace, schema=["schema.sql", "missing.sql"])
    sources = {one["name"]: one for one in (await ask(wire))["sources"]}
    assert sources["schema.sql"]["status"] == "warning"
    problem = sources["schema.sql"]["problems"][0]
    assert problem["location"]["line"] == 10
    assert sources["missing.sql"]["problems"][0]["message"]


async def test_without_a_schema_it_says_what_to_do(start: Start, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    wire = await start(empty)
    assert "sureql.schema" in (await ask(wire))["message"]
    wire.open(URI, "SELECT 1")
    await wire.until(
        lambda: any("No schema" in one["message"] for one in wire.notifications("didChangeStatus"))
    )
    # Who has heard this hears nothing more: the answer must be the last word.
    found = await ask(wire)
    assert not found["loading"]
    assert found["schemas"] == []
    assert "sureql.schema" in found["message"]


async def test_wrong_arguments_are_refused(start: Start, workspace: Path) -> None:
    wire = await session(start, workspace)
    for given in ({"search": 1}, {"schema": "main", "from": -1}, {"schema": []}, 3):
        params = {"command": "sureql.schema", "arguments": [given]}
        number = wire.ask("workspace/executeCommand", params)
        assert (await wire.answer(number))["error"]["code"] == -32602
