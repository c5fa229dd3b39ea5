"""Diagnostics that the editor asks for: of a document, and of the whole workspace."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from lsp.conftest import SCHEMA, Start
from lsp.wire import CAPABILITIES, Wire
from support.waiting import PATIENCE

REFRESH = "workspace/diagnostic/refresh"
ASKING = {
    **CAPABILITIES,
    "workspace": {**CAPABILITIES["workspace"], "diagnostics": {"refreshSupport": True}},
    "textDocument": {
        **CAPABILITIES["textDocument"],
        "diagnostic": {"relatedDocumentSupport": False},
    },
}
SERVER_CANCELLED = -32802


def ask(wire: Wire, uri: str, known: str | None = None) -> int:
    params: dict[str, Any] = {"textDocument": {"uri": uri}}
    if known:
        params["previousResultId"] = known
    return wire.ask("textDocument/diagnostic", params)


async def pull(wire: Wire, uri: str, known: str | None = None) -> dict[str, Any]:
    answer = await wire.answer(ask(wire, uri, known))
    assert "result" in answer, answer
    report: dict[str, Any] = answer["result"]
    return report


async def pulled(wire: Wire, uri: str, codes: list[str], severity: int = 4) -> dict[str, Any]:
    """Ask until these codes are the answer, as an editor does that is told to ask again."""
    async with asyncio.timeout(PATIENCE):
        while True:
            report = await pull(wire, uri)
            if [one["code"] for one in report["items"] if one["severity"] <= severity] == codes:
                return report
            await asyncio.sleep(0.05)


async def everything(wire: Wire, *known: tuple[str, str], **more: Any) -> dict[str, dict[str, Any]]:
    ids = [{"uri": uri, "value": value} for uri, value in known]
    params = {"previousResultIds": ids, **more}
    items = (await wire.request("workspace/diagnostic", params))["items"]
    assert len({item["uri"] for item in items}) == len(items)
    return {item["uri"]: item for item in items}


def errors(report: dict[str, Any]) -> int:
    return sum(one["severity"] == 1 for one in report["items"])


async def test_the_first_answer_already_knows_the_edited_statement(
    start: Start, workspace: Path
) -> None:
    wire = await start(workspace, capabilities=ASKING)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, "SELECT name FROM artist;\nSELECT title FROM album;")
    await wire.loaded()
    await pulled(wire, uri, [])
    place = {"line": 1, "character": 12}
    wire.change(uri, 2, {"range": {"start": place, "end": place}, "text": "x"})
    wire.change(uri, 3, {"range": {"start": place, "end": place}, "text": "x"})
    report = await pull(wire, uri)
    assert [one["code"] for one in report["items"]] == ["unknown-column"]
    assert report["kind"] == "full"
    assert await wire.end() == 0


async def test_an_answer_that_has_not_changed_is_not_sent_again(
    start: Start, workspace: Path
) -> None:
    wire = await start(workspace, capabilities=ASKING)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, "SELECT nme FROM artist;")
    report = await pulled(wire, uri, ["unknown-column"])
    again = await pull(wire, uri, report["resultId"])
    assert again == {"kind": "unchanged", "resultId": report["resultId"]}
    end = {"line": 0, "character": 10}
    wire.change(uri, 2, {"range": {"start": end, "end": end}, "text": "x"})
    changed = await pull(wire, uri, report["resultId"])
    assert changed["kind"] == "full"
    assert changed["items"][0]["range"]["end"]["character"] == 11
    assert await wire.end() == 0


async def test_what_was_pushed_is_taken_back_once_the_editor_asks(
    start: Start, workspace: Path
) -> None:
    wire = await start(workspace, capabilities=ASKING)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, "SELECT nme FROM artist;")
    await wire.codes(uri, ["unknown-column"])
    await pulled(wire, uri, ["unknown-column"])
    await wire.until(lambda: wire.diagnostics(uri) == [])
    before = len(wire.notifications("textDocument/publishDiagnostics"))
    place = {"line": 0, "character": 0}
    wire.change(uri, 2, {"range": {"start": place, "end": place}, "text": "SELECT x FROM album;\n"})
    await pulled(wire, uri, ["unknown-column", "unknown-column"])
    await asyncio.sleep(0.5)
    assert len(wire.notifications("textDocument/publishDiagnostics")) == before
    assert await wire.end() == 0


async def test_the_editor_is_told_to_ask_again_when_the_schema_changes(
    start: Start, workspace: Path
) -> None:
    wire = await start(workspace, capabilities=ASKING)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, "SELECT born FROM artist;")
    report = await pulled(wire, uri, ["unknown-column"])
    wire.asked.clear()
    schema = workspace / "schema.sql"
    schema.write_text(SCHEMA.replace("country text", "country text, born date"))
    wire.notify("textDocument/didSave", {"textDocument": {"uri": schema.as_uri()}})
    # It asks when it is told to, and never else. Once may be because of what was open before.
    while report.get("items") != []:
        await wire.until(lambda: any(one["method"] == REFRESH for one in wire.asked))
        wire.asked.clear()
        report = await pull(wire, uri)
    assert await wire.end() == 0


async def test_editors_that_cannot_be_told_wait_for_the_whole_file(
    start: Start, workspace: Path
) -> None:
    capabilities = {**ASKING, "workspace": CAPABILITIES["workspace"]}
    wire = await start(workspace, capabilities=capabilities)
    uri = (workspace / "q.sql").as_uri()
    text = "SELECT nme FROM artist;\n" * 100
    wire.open(uri, text)
    await wire.loaded()
    await pulled(wire, uri, ["unknown-column"] * 100)
    end = {"line": 100, "character": 0}
    wire.change(uri, 2, {"range": {"start": end, "end": end}, "text": text})
    report = await pull(wire, uri)
    assert len(report["items"]) == 200
    assert not any(one["method"] == REFRESH for one in wire.asked)
    assert await wire.end() == 0


async def test_of_several_requests_only_the_newest_is_worked_on(
    start: Start, workspace: Path
) -> None:
    wire = await start(workspace, capabilities=ASKING)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, "SELECT nme FROM artist;")
    await pulled(wire, uri, ["unknown-column"])
    place = {"line": 0, "character": 0}
    cancelled = []
    last = 1
    # A server that is quicker than the editor answers them all.
    while not cancelled:
        numbers = []
        for version in range(last + 1, last + 11):
            wire.change(uri, version, {"range": {"start": place, "end": place}, "text": "\n"})
            numbers.append(ask(wire, uri))
        *older, newest = [await wire.answer(number) for number in numbers]
        assert newest["result"]["items"][0]["range"]["start"]["line"] == last + 9
        last += 10
        cancelled = [answer["error"] for answer in older if "error" in answer]
    for error in cancelled:
        assert error["code"] == SERVER_CANCELLED
        assert error["data"] == {"retriggerRequest": False}
    assert await wire.end() == 0


async def test_a_document_that_is_not_open_has_an_empty_report(
    start: Start, workspace: Path
) -> None:
    wire = await start(workspace, capabilities=ASKING)
    assert await pull(wire, "file:///nowhere.sql") == {"kind": "full", "items": []}
    wire.open("untitled:a", "SELECT")
    number = ask(wire, "untitled:a")
    wire.notify("textDocument/didClose", {"textDocument": {"uri": "untitled:a"}})
    assert (await wire.answer(number))["result"]["kind"] == "full"
    assert await wire.end() == 0


async def test_the_whole_workspace(start: Start, workspace: Path) -> None:
    (workspace / "sub").mkdir()
    broken, fine, opened = (workspace / name for name in ("sub/a.sql", "b.sql", "c.sql"))
    broken.write_text("-- é\nSELECT 'é', nme FROM artist;\n")
    fine.write_text("SELECT name FROM artist;\n")
    opened.write_text("SELECT name FROM artist;\n")
    wire = await start(workspace, capabilities=ASKING)
    wire.open(opened.as_uri(), "SELECT nme, contry FROM artist;")
    await pulled(wire, opened.as_uri(), ["unknown-column"] * 2)
    found = await everything(wire)
    assert {Path(uri).name: errors(one) for uri, one in found.items()} == {
        "c.sql": 2,
        "a.sql": 1,
        "b.sql": 0,
        "schema.sql": 0,
    }
    item = found[broken.as_uri()]
    assert item["version"] is None
    assert item["items"][0]["range"]["start"] == {"line": 1, "character": 12}
    assert found[opened.as_uri()]["version"] == 1
    known = [(uri, one["resultId"]) for uri, one in found.items()]
    again = await everything(wire, *known)
    assert {one["kind"] for one in again.values()} == {"unchanged"}

    broken.write_text("SELECT name FROM artist;")
    fine.unlink()
    last = await everything(wire, *known)
    assert last[broken.as_uri()]["items"] == []
    assert last[broken.as_uri()]["kind"] == "full"
    assert last[fine.as_uri()]["items"] == []
    assert last[(workspace / "schema.sql").as_uri()]["kind"] == "unchanged"
    assert await wire.end() == 0


async def test_a_renamed_document_leaves_nothing_under_its_old_name(
    start: Start, workspace: Path
) -> None:
    wire = await start(workspace, capabilities=ASKING)
    old, new = workspace / "old.sql", workspace / "new.sql"
    old.write_text("SELECT nme FROM artist;\n", encoding="utf-8")
    wire.open(old.as_uri(), "SELECT nme FROM artist;\n")
    await pulled(wire, old.as_uri(), ["unknown-column"])
    await everything(wire)
    old.rename(new)
    wire.notify("textDocument/didClose", {"textDocument": {"uri": old.as_uri()}})
    # Editors forget the results of documents that they close.
    reports = await everything(wire)
    assert reports[old.as_uri()]["items"] == []
    assert errors(reports[new.as_uri()]) == 1
    assert old.as_uri() not in await everything(wire)
    assert await wire.end() == 0


async def test_files_of_the_workspace_follow_the_schema_and_the_settings(
    start: Start, workspace: Path
) -> None:
    (workspace / "a.sql").write_text("SELECT nme, contry FROM artist;")
    wire = await start(workspace, capabilities=ASKING)
    uri = (workspace / "a.sql").as_uri()
    found = await everything(wire)
    assert len(found[uri]["items"]) == 2
    (workspace / "schema.sql").write_text(SCHEMA.replace("name text", "name text, nme text"))
    again = await everything(wire, (uri, found[uri]["resultId"]))
    assert [one["message"] for one in again[uri]["items"]] == ["`artist` has no column `contry`."]
    wire.configuration = {"diagnostics": {"off": ["unknown-column"]}}
    wire.notify("workspace/didChangeConfiguration", {"settings": None})
    await wire.until(lambda: sum(o["method"] == "workspace/configuration" for o in wire.asked) == 2)
    # The settings are there as soon as the editor has answered and the answer was read.
    async with asyncio.timeout(PATIENCE):
        while (await everything(wire, (uri, again[uri]["resultId"])))[uri].get("items") != []:
            await asyncio.sleep(0.05)
    assert await wire.end() == 0


async def test_parts_of_the_workspace_come_as_they_are_found(start: Start, workspace: Path) -> None:
    for number in range(30):
        (workspace / f"q{number}.sql").write_text("SELECT nme FROM artist;")
    wire = await start(workspace, capabilities=ASKING)
    assert await everything(wire, partialResultToken="part") == {}
    parts = [
        one["value"]["items"] for one in wire.notifications("$/progress") if one["token"] == "part"
    ]
    assert len(parts) > 30
    assert sum(errors(one) for part in parts for one in part) == 30
    assert await wire.end() == 0


async def test_a_cancelled_look_at_the_workspace_leaves_the_worker_free(
    start: Start, workspace: Path
) -> None:
    body = "SELECT nme, name, country FROM artist JOIN album USING (artist_id);\n" * 300
    for number in range(40):
        (workspace / f"q{number}.sql").write_text(body.replace("nme", f"nme{number}"))
    wire = await start(workspace, capabilities=ASKING)
    wire.open("untitled:a", "SELECT nme FROM artist;")
    await wire.loaded()
    number = wire.ask("workspace/diagnostic", {"previousResultIds": []})
    await asyncio.sleep(0.3)
    # A pull of the edited document does not wait for forty files.
    await pulled(wire, "untitled:a", ["unknown-column"])
    assert number not in wire.answers
    wire.notify("$/cancelRequest", {"id": number})
    answer = await wire.answer(number)
    assert answer["error"]["code"] == -32800
    assert await wire.end() == 0


async def test_an_editor_that_would_not_ask_again_is_told_instead(
    start: Start, workspace: Path
) -> None:
    """Neovim 0.11 asks when a document changes and never again: what comes later would be lost."""
    once = {**ASKING, "workspace": CAPABILITIES["workspace"]}
    wire = await start(workspace, capabilities=once)
    assert "diagnosticProvider" not in wire.introduced["capabilities"]
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, "SELECT nme FROM artist;")
    await wire.codes(uri, ["unknown-column"])
    assert [one["code"] for one in (await pull(wire, uri))["items"]] == ["unknown-column"]
    assert await wire.end() == 0


async def test_an_editor_that_asks_again_is_told_that_it_may_ask(
    start: Start, workspace: Path
) -> None:
    wire = await start(workspace, capabilities=ASKING)
    assert wire.introduced["capabilities"]["diagnosticProvider"]["workspaceDiagnostics"]
    assert await wire.end() == 0
