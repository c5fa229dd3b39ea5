"""Files that are too large, no text, renamed or closed at the wrong moment."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil

from lsp.conftest import Start
from lsp.test_faults import alive, statuses
from lsp.wire import Wire

LINE = "INSERT INTO artist VALUES (1, 'x', 'y');\n"
HUGE = 30_000_000


def said(wire: Wire, words: str) -> int:
    return sum(words in one["message"] for one in statuses(wire))


def edit(wire: Wire, uri: str, version: int) -> None:
    at = {"line": 0, "character": 0}
    wire.change(uri, version, {"range": {"start": at, "end": at}, "text": "x"})


async def test_a_huge_file_is_off_and_takes_no_memory(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    await alive(wire, "untitled:a")
    server = psutil.Process(wire.process.pid)
    before = server.memory_info().rss
    uri = (workspace / "dump.sql").as_uri()
    wire.open(uri, LINE * (HUGE // len(LINE)))
    await wire.until(lambda: said(wire, "dump.sql is too large to be checked."))
    for version in range(2, 5):
        edit(wire, uri, version)
        assert await wire.request("textDocument/hover", wire.at(uri, 0, 14)) is None
    assert "name" in await wire.labels("untitled:a", 0, 7)
    assert said(wire, "too large") == 1
    assert server.memory_info().rss - before < HUGE
    # The editor sends all of it anew: it is short now.
    wire.change(uri, 9, {"text": "SELECT nme FROM artist"})
    await wire.codes(uri, ["unknown-column"])
    assert await wire.end() == 0


NO_TEXTS = ("\x7fELF\x02\x01\0\0" * 50, "\ufffdPNG\ufffd\x1a\ufffd\ufffd" * 50, "SELECT 1;\0")


async def test_what_is_no_text_is_off(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    await alive(wire, "untitled:a")
    for number, text in enumerate(NO_TEXTS):
        name = f"image{number}.sql"
        uri = (workspace / name).as_uri()
        wire.open(uri, text)
        await wire.until(lambda name=name: said(wire, f"{name} is not text: it is not checked."))
        edit(wire, uri, 2)
        assert await wire.request("textDocument/hover", wire.at(uri, 0, 3)) is None
        assert not wire.diagnostics(uri)
        assert "name" in await wire.labels("untitled:a", 0, 7)
    assert said(wire, "not text") == len(NO_TEXTS)
    assert await wire.end() == 0


async def test_schema_sources_follow_a_rename(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    uri = "untitled:a"
    await alive(wire, uri)
    old, new = workspace / "schema.sql", workspace / "tables.sql"
    old.rename(new)
    files = [{"oldUri": old.as_uri(), "newUri": new.as_uri()}]
    wire.notify("workspace/didRenameFiles", {"files": files})
    while True:
        found = await wire.request("textDocument/definition", wire.at(uri, 0, 14))
        if found and found[0]["targetUri"] == new.as_uri():
            break
        await asyncio.sleep(0.05)
    assert await wire.end() == 0


async def test_a_file_renamed_while_it_is_open(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    old, new = ((workspace / name).as_uri() for name in ("a.sql", "b.sql"))
    wire.open(old, "SELECT nme FROM artist")
    await wire.codes(old, ["unknown-column"])
    wire.notify("textDocument/didClose", {"textDocument": {"uri": old}})
    wire.open(new, "SELECT nme FROM artist")
    files = [{"oldUri": old, "newUri": new}]
    wire.notify("workspace/didRenameFiles", {"files": files})
    await wire.codes(new, ["unknown-column"])
    await wire.codes(old, [])
    assert await wire.end() == 0


async def test_a_document_closed_while_requests_run(start: Start, workspace: Path) -> None:
    wire = await start(workspace)
    uri = (workspace / "a.sql").as_uri()
    await alive(wire, "untitled:a")
    wire.open(uri, "WITH q AS (SELECT name AS n FROM artist) SELECT n FROM q;\n" * 20)
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    place = wire.at(
        uri, 0, 6, newName="b", range=whole,
        context={"includeDeclaration": True, "diagnostics": [], "triggerKind": 1},
        options={"tabSize": 4, "insertSpaces": True},
    )  # fmt: skip
    asked = [
        wire.ask(f"textDocument/{method}", place)
        for method in (
            *("rename", "references", "documentHighlight", "codeAction", "formatting"),
            *("inlineCompletion", "completion", "hover", "diagnostic", "codeLens"),
        )
    ]
    arguments = {"uri": uri, "position": place["position"]}
    for command in ("sureql.explain", "sureql.optimize"):
        params = {"command": command, "arguments": [arguments]}
        asked.append(wire.ask("workspace/executeCommand", params))
    wire.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    for number in asked:
        await wire.answer(number)
    log = await wire.request("workspace/executeCommand", {"command": "sureql.showLog"})
    assert "Traceback" not in str(log)
    await alive(wire, "untitled:b")
    assert await wire.end() == 0


SETTINGS: list[object] = [
    {"dialect": 5, "schema": {"a": 1}, "inline": "yes", "diagnostics": {"enabled": "maybe"}},
    {"model": [], "privacy": 3, "diagnostics": {"off": "select-star", "on": [1]}},
    {"model": {"enabled": {}, "name": 7, "base_url": []}, "save": None, "judge": True},
    [],
    "none",
]


async def test_settings_of_the_wrong_type(start: Start, workspace: Path) -> None:
    wire = await start(workspace, configuration=SETTINGS[0])
    await alive(wire, "untitled:a")
    for settings in SETTINGS[1:]:
        wire.configuration = settings  # type: ignore[assignment]
        wire.notify("workspace/didChangeConfiguration", {"settings": {"sureql": settings}})
        assert "name" in await wire.labels("untitled:a", 0, 7)
    log = await wire.request("workspace/executeCommand", {"command": "sureql.showLog"})
    assert "Traceback" not in str(log)
    assert await wire.end() == 0
