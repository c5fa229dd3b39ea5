"""`sureql.status`, and what an editor's trust in a folder decides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lsp.conftest import Start
from lsp.wire import Wire
from support.fault_server import FaultServer
from sureql import __version__
from sureql.settings import trust


async def status(wire: Wire, uri: str = "") -> dict[str, Any]:
    arguments = [{"uri": uri}] if uri else []
    asked = {"command": "sureql.status", "arguments": arguments}
    found: dict[str, Any] = await wire.request("workspace/executeCommand", asked)
    return found


async def opened(wire: Wire, workspace: Path) -> str:
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, "SELECT title FROM album")
    await wire.loaded()
    return uri


async def test_it_tells_what_a_menu_shows(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    uri = await opened(wire, workspace)
    found = await status(wire, uri)
    assert (found["version"], found["uri"]) == (__version__, uri)
    assert found["schema"]["relations"] == 2
    assert found["schema"]["sources"] == ["schema.sql"]
    assert found["dialect"] == "postgres"
    assert isinstance(found["judge"], str)
    assert found["model"] == {"state": "none", "name": ""}
    assert found["spend"]["requests"] == 0
    assert found["trusted"] is None
    # Without a document it is about the one that was looked at last.
    assert (await status(wire))["uri"] == uri


async def test_problems_of_the_schema_are_listed(start: Start, workspace: Path) -> None:
    (workspace / "schema.sql").write_text("CREATE TABLE a (x int);\nCREATE TABLE (y int;\n")
    wire = await start(workspace)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, "SELECT 1")
    await wire.until(
        lambda: any(one["kind"] == "Warning" for one in wire.notifications("didChangeStatus"))
    )
    found = await status(wire, uri)
    assert found["schema"]["problemCount"] == 1
    assert found["schema"]["problems"][0]["line"] == 1


async def test_nothing_is_open(start: Start) -> None:
    wire = await start(None)
    found = await status(wire)
    assert (found["uri"], found["schema"]["state"]) == ("", "none")


async def test_in_a_folder_that_is_not_trusted_no_model_is_asked(
    start: Start, workspace: Path, tmp_path: Path
) -> None:
    # Neither the user's own settings nor an older `sureql trust` changes that.
    trust.add(workspace, tmp_path / "cache" / "no" / trust.FILE)
    async with FaultServer() as endpoint:
        model = {"name": "m", "base_url": endpoint.base_url, "api": "chat"}
        wire = await start(workspace, configuration={"model": model, "trusted": False})
        uri = await opened(wire, workspace)
        found = await status(wire, uri)
        assert (found["trusted"], found["model"]["state"]) == (False, "untrusted")
        wish = {"uri": uri, "position": {"line": 0, "character": 0}, "prompt": "all albums"}
        asked = {"command": "sureql.generate", "arguments": [wish]}
        answer = await wire.request("workspace/executeCommand", asked)
        assert answer["sql"] == ""
        assert "have not trusted" in answer["message"]
        assert endpoint.connections == 0

        # The user trusts the folder: it works from now on.
        wire.configuration = {"model": model, "trusted": True}
        wire.notify("workspace/didChangeConfiguration", {"settings": None})
        await endpoint.arrival()
        assert (await status(wire, uri))["trusted"] is True


async def test_what_a_trusted_folder_says_counts(start: Start, workspace: Path) -> None:
    (workspace / "sureql.toml").write_text('model = { name = "m", enabled = false }\n')
    wire = await start(workspace, configuration={"trusted": True})
    uri = await opened(wire, workspace)
    assert (await status(wire, uri))["model"] == {"state": "off", "name": "m"}
    assert wire.notifications("window/showMessage") == []
