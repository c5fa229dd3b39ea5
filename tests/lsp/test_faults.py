"""Bad messages, bad documents, bad moments: no crash, no hang, one answer per request."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil
import pytest

from lsp.conftest import SCHEMA, Start
from lsp.wire import Wire
from support.waiting import PATIENCE

INITIALIZE = {"processId": None, "rootUri": None, "capabilities": {}}


async def alive(wire: Wire, uri: str) -> None:
    """The server still completes."""
    wire.open(uri, "SELECT  FROM artist")
    await wire.loaded()
    assert "name" in await wire.labels(uri, 0, 7)


async def test_malformed_messages_are_answered_and_cost_nothing_else(
    start: Start, workspace: Path
) -> None:
    wire = await start(workspace)
    bodies: list[bytes] = [
        b"{not json",
        b'{"jsonrpc": "2.0", "id": 1, "method": ',
        b"\xff\xfe\x00",
        b"[1, 2]",
        b"null",
        b'"text"',
        b"[" * 100_000,
        b"{}",
        b'{"jsonrpc": "2.0"}',
        b'{"jsonrpc": "2.0", "id": {"a": 1}, "method": "textDocument/hover", "params": {}}',
        b'{"jsonrpc": "2.0", "id": true, "method": "textDocument/hover", "params": {}}',
    ]
    for body in bodies:
        wire.raw(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    for silent in (
        b'{"jsonrpc": "2.0", "method": 7}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {"nonsense": 1}}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didOpen"}',
        b'{"jsonrpc": "2.0", "method": "$/unknown", "params": [1]}',
        b'{"jsonrpc": "2.0", "method": "no/such/notification"}',
        b'{"jsonrpc": "2.0", "id": "nobody asked", "result": 1}',
        b'{"jsonrpc": "2.0", "id": 5, "error": {"code": 1, "message": "x"}}',
        b'{"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 999}}',
    ):
        wire.raw(b"Content-Length: %d\r\n\r\n" % len(silent) + silent)
    wire.raw(b"junk between\r\nframes\r\n\r\nContent-Length: none\r\n\r\n")
    await alive(wire, "untitled:a")
    refused = [answer["error"]["code"] for answer in wire.answers[None]]
    assert refused == [-32700, -32700, -32700, -32600, -32600, -32600, -32700] + [-32600] * 4
    for method, params, code in (
        ("no/such/request", {}, -32601),
        ("textDocument/hover", {"textDocument": 1}, -32602),
        ("textDocument/completion", None, -32602),
        ("workspace/executeCommand", {"command": "rm -rf"}, -32602),
    ):
        answer = await wire.answer(wire.ask(method, params))
        assert answer["error"]["code"] == code
    assert wire.notifications("window/showMessage") == []
    assert await wire.end() == 0


async def test_life_cycle_is_enforced(start: Start) -> None:
    wire = await start.bare()  # type: ignore[attr-defined]
    early = await wire.answer(wire.ask("textDocument/hover", wire.at("file:///a.sql", 0, 0)))
    assert early["error"]["code"] == -32002
    wire.open("file:///early.sql", "SELECT 1")
    await wire.request("initialize", INITIALIZE)
    again = await wire.answer(wire.ask("initialize", INITIALIZE))
    assert again["error"]["code"] == -32600
    wire.notify("initialized", {})
    await wire.request("shutdown")
    for method in ("textDocument/hover", "shutdown", "initialize"):
        late = await wire.answer(wire.ask(method, wire.at("file:///a.sql", 0, 0)))
        assert late["error"]["code"] == -32600
    wire.notify("exit")
    assert await wire.process.wait() == 0
    await wire.reading  # type: ignore[attr-defined]
    wire.check()


async def test_exit_without_shutdown_is_an_error(start: Start) -> None:
    wire = await start.bare()  # type: ignore[attr-defined]
    wire.notify("exit")
    assert await asyncio.wait_for(wire.process.wait(), PATIENCE) == 1


@pytest.mark.parametrize("in_session", [False, True])
async def test_the_server_ends_with_its_input(
    start: Start, workspace: Path, in_session: bool
) -> None:
    wire = await start(workspace) if in_session else await start.bare()  # type: ignore[attr-defined]
    if in_session:
        await alive(wire, "untitled:a")
    family = psutil.Process(wire.process.pid).children(recursive=True)
    wire.process.stdin.close()  # type: ignore[union-attr]
    assert await asyncio.wait_for(wire.process.wait(), PATIENCE) == 1
    assert psutil.wait_procs(family, timeout=PATIENCE)[1] == []


async def test_requests_under_way_at_shutdown_are_answered_once(
    start: Start, workspace: Path
) -> None:
    wire = await start(workspace)
    uri = "untitled:a"
    wire.open(uri, "SELECT  FROM artist")
    for number in range(30):
        method = ("completion", "inlineCompletion", "hover")[number % 3]
        context = {"context": {"triggerKind": 1}}
        wire.ask(f"textDocument/{method}", wire.at(uri, 0, 7, **context))
    wire.ask("workspace/executeCommand", {"command": "sureql.refreshSchema"})
    assert await wire.end() == 0


async def test_a_storm_of_cancelled_requests(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    uri = "untitled:a"
    await alive(wire, uri)
    methods = ("completion", "inlineCompletion", "hover", "documentSymbol", "definition")
    ids = []
    for number in range(300):
        method = f"textDocument/{methods[number % len(methods)]}"
        ids.append(wire.ask(method, wire.at(uri, 0, 7, context={"triggerKind": 1})))
        wire.notify("$/cancelRequest", {"id": ids[-1]})
        if number % 3 == 0:
            wire.notify("$/cancelRequest", {"id": ids[-1]})
    await wire.until(lambda: len(wire.answers) >= len(ids))
    await alive(wire, uri)
    codes = {a["error"]["code"] for n in ids for a in wire.answers[n] if "error" in a}
    assert codes <= {-32800}
    assert await wire.end() == 0


async def test_newer_ghost_text_ends_the_older_which_is_answered_first(
    start: Start, workspace: Path
) -> None:
    wire = await start(workspace)
    uri = "untitled:a"
    await alive(wire, uri)
    params = wire.at(uri, 0, 7, context={"triggerKind": 1})
    ids = [wire.ask("textDocument/inlineCompletion", params) for _ in range(20)]
    last = await wire.answer(ids[-1])
    assert [number for number in wire.order if number in ids] == ids
    for number in ids:
        assert isinstance(wire.answers[number][0]["result"]["items"], list)
    assert "error" not in last
    cancelled = wire.ask("textDocument/inlineCompletion", params)
    wire.notify("$/cancelRequest", {"id": cancelled})
    assert (await wire.answer(cancelled)).get("error", {"code": -32800})["code"] == -32800
    assert await wire.end() == 0


async def test_a_worker_that_is_killed_is_replaced(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, "SELECT nme FROM artist;\n")
    await wire.codes(uri, ["unknown-column"])
    main = psutil.Process(wire.process.pid)
    for version in range(2, 5):
        for child in main.children():
            child.kill()
        text = "SELECT nme FROM artist;\n" * version
        wire.change(uri, version, {"text": text})
        await wire.codes(uri, ["unknown-column"] * version)
    assert "name" in await wire.labels(uri, 0, 7)
    assert await wire.end() == 0


async def test_a_client_that_never_answers_is_served_all_the_same(
    start: Start, workspace: Path
) -> None:
    wire = await start(workspace, refuses=lambda method: True)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, "SELECT nme FROM artist;\n")
    await wire.codes(uri, ["unknown-column"])
    assert {m["method"] for m in wire.asked} >= {
        "workspace/configuration",
        "client/registerCapability",
        "window/workDoneProgress/create",
    }
    assert wire.notifications("$/progress") == []
    assert await wire.end() == 0


DOCUMENTS: dict[str, str] = {
    "empty": "",
    "binary": "\0\x01\x02PNG" * 300,
    "mixed line ends": "SELECT 1;\r\nSELECT 2;\rSELECT 3;\n\fSELECT\v4;\x85\u2028SELECT 5",
    "half a character": "SELECT '\ud83d' FROM artist;",
    "unclosed quote": "SELECT 'oops FROM artist;\n" + "SELECT name FROM artist;\n" * 200,
    "unclosed comment": "/* oops\n" + "SELECT name FROM artist;\n" * 200,
    "only brackets": "(" * 3000,
    "deep": "SELECT " + "(" * 400 + "1" + ")" * 400,
    "a line of 500 kB": "SELECT " + ", ".join(f"'{n:08}'" for n in range(42_000)) + " FROM artist",
    "a dump of 10 MB": SCHEMA + "INSERT INTO artist VALUES (1, 'x', 'y');\n" * 250_000,
}


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_any_document_is_served(start: Start, workspace: Path, name: str) -> None:
    wire = await start(workspace)
    uri = (workspace / "odd.sql").as_uri()
    wire.open(uri, DOCUMENTS[name])
    for version, place in enumerate([(0, 0), (0, 7), (3, 1), (999_999, 5)], start=2):
        line, character = place
        at = {"line": line, "character": character}
        wire.change(uri, version, {"range": {"start": at, "end": at}, "text": "x"})
        context = {"triggerKind": 1}
        for method in ("completion", "inlineCompletion", "hover", "definition"):
            await wire.request(f"textDocument/{method}", wire.at(uri, *place, context=context))
    await wire.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    where = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 9}}
    params = {"textDocument": {"uri": uri}, "range": where, "context": {"diagnostics": []}}
    await wire.request("textDocument/codeAction", params)
    await alive(wire, "untitled:next")
    assert await wire.end() == 0


async def test_documents_without_a_file(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    gone = (workspace / "gone" / "deleted.sql").as_uri()
    for uri in ("untitled:Untitled-1", gone, "git:/a.sql?x", "vscode-notebook-cell:/a#1", "no uri"):
        wire.open(uri, "SELECT  FROM artist")
        while "name" not in await wire.labels(uri, 0, 7):
            await asyncio.sleep(0.05)
        wire.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        wire.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        assert await wire.labels(uri, 0, 7) == []
    wire.change(gone, 2, {"text": "never opened"})
    wire.notify("textDocument/didClose", {"textDocument": {"uri": gone}})
    assert await wire.end() == 0


async def test_a_deleted_schema_file_can_still_be_asked_about(
    start: Start, workspace: Path
) -> None:
    wire = await start(workspace)
    uri = "untitled:a"
    await alive(wire, uri)
    (workspace / "schema.sql").unlink()
    found = await wire.request("textDocument/definition", wire.at(uri, 0, 14))
    assert found[0]["targetRange"]["start"] == {"line": 0, "character": 0}
    assert await wire.end() == 0


async def test_a_lone_file_without_schema_has_no_squiggle_about_names(
    start: Start, tmp_path: Path
) -> None:
    (tmp_path / "other.sql").write_text("CREATE TABLE neighbour (a int);")
    wire = await start(None)
    uri = (tmp_path / "lone.sql").as_uri()
    wire.open(uri, "SELECT a, b.c FROM somewhere b;\nSELECT FROM;\nSEL")
    await wire.codes(uri, ["syntax-error"] * 2)
    # Until it is clear that there is no schema the list is empty, and clients ask again.
    while "SELECT" not in await wire.labels(uri, 2, 3):
        await asyncio.sleep(0.05)
    assert "neighbour" not in await wire.labels(uri, 0, 19)
    assert await wire.end() == 0


async def test_two_servers_share_a_workspace(start: Start, workspace: Path) -> None:
    first, second = await start(workspace), await start(workspace)
    uri = (workspace / "q.sql").as_uri()
    for wire in (first, second):
        wire.open(uri, "SELECT nme FROM artist;")
    for round_ in range(3):
        added = f"CREATE TABLE extra{round_} (a int);"
        (workspace / "schema.sql").write_text(SCHEMA + added)
        for wire in (first, second):
            saved = {"uri": (workspace / "schema.sql").as_uri()}
            wire.notify("textDocument/didSave", {"textDocument": saved})
    for wire in (first, second):
        await wire.codes(uri, ["unknown-column"])
        await wire.request("workspace/executeCommand", {"command": "sureql.refreshSchema"})
        wire.open("untitled:x", "SELECT * FROM ext")
        assert "extra2" in await wire.labels("untitled:x", 0, 17)
        assert await wire.end() == 0


async def test_a_damaged_cache_is_made_anew(start: Start, workspace: Path, tmp_path: Path) -> None:
    wire = await start(workspace)
    await alive(wire, "untitled:a")
    assert await wire.end() == 0
    for file in (tmp_path / "cache").rglob("*.catalog"):
        file.write_bytes(b"SQLite format 3\0" + b"rubbish" * 100)
    wire = await start(workspace)
    await alive(wire, "untitled:a")
    assert await wire.end() == 0


async def test_a_home_that_cannot_be_written_to(
    start: Start, workspace: Path, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("no folder")
    wire = await start(workspace)
    await alive(wire, "untitled:a")
    told = await wire.request("workspace/executeCommand", {"command": "sureql.status"})
    own = Path(told["log"]).parent
    assert own != tmp_path / "cache"
    assert own.stat().st_mode & 0o077 == 0
    assert any(own.rglob("*.catalog"))
    assert await wire.end() == 0
    assert not own.exists()


async def test_mistakes_in_the_configuration_are_named(start: Start, workspace: Path) -> None:
    (workspace / "sureql.toml").write_text("inline.enabled = 3\nschemas = 'x'\n")
    wire = await start(workspace)
    await alive(wire, "untitled:a")
    await wire.until(lambda: len(wire.notifications("window/showMessage")) == 2)
    shown = [params["message"] for params in wire.notifications("window/showMessage")]
    file = workspace / "sureql.toml"
    assert shown[0] == f"{file}: `inline.enabled` must be true or false, not 3."
    assert shown[1] == f"{file}: unknown key `schemas`; did you mean `schema`?"
    assert await wire.end() == 0


async def test_an_answer_that_nobody_waits_for_any_more_is_dropped(
    start: Start, workspace: Path
) -> None:
    bar = "window/workDoneProgress/create"
    wire = await start(workspace, refuses=lambda method: method == bar)
    await alive(wire, "untitled:a")
    await wire.until(lambda: any("2 tables" in one["message"] for one in statuses(wire)))
    for message in wire.asked:
        if message["method"] == bar:
            wire.send({"jsonrpc": "2.0", "id": message["id"], "result": None})
    await alive(wire, "untitled:b")
    shown = await wire.request("workspace/executeCommand", {"command": "sureql.showLog"})
    assert "InvalidStateError" not in shown
    assert await wire.end() == 0


def statuses(wire: Wire) -> list[dict[str, str]]:
    return wire.notifications("didChangeStatus")


def test_what_is_printed_never_reaches_the_protocol(tmp_path: Path) -> None:
    import subprocess
    import sys

    script = tmp_path / "noise.py"
    script.write_text(
        "import os\nfrom sureql.lsp import stream\nout = stream.own_stdout()\n"
        "print('noise', flush=True)\nos.system('echo noise')\nout.write(b'message')\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, check=True)
    assert done.stdout == b"message"
    assert done.stderr.count(b"noise") == 2
