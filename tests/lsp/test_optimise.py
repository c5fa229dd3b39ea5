"""Optimising, explaining and planning through the real server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lsp.conftest import Start
from lsp.test_generate import ANNOTATING
from lsp.wire import CAPABILITIES, Wire

URI = "untitled:a"
SLOW = """\
SELECT a.name
FROM artist a
WHERE (SELECT count(*) FROM album b WHERE b.artist_id = a.artist_id) > 0  -- has albums
"""
APPLYING = {**ANNOTATING, "workspace": {**ANNOTATING["workspace"], "applyEdit": True}}
LENSES = {
    **CAPABILITIES,
    "workspace": {**CAPABILITIES["workspace"], "codeLens": {"refreshSupport": True}},
}


async def session(start: Start, workspace: Path, text: str, **more: Any) -> Wire:
    wire = await start(workspace, configuration={"dialect": "sqlite"}, **more)
    wire.open(URI, text)
    await wire.loaded()
    return wire


async def command(wire: Wire, name: str, line: int = 0, **more: Any) -> dict[str, Any]:
    argument = {"uri": URI, "position": {"line": line, "character": 0}, **more}
    params = {"command": name, "arguments": [argument]}
    found: dict[str, Any] = await wire.request("workspace/executeCommand", params)
    return found


def applied(text: str, edit: dict[str, Any]) -> str:
    """The document with the edits of one candidate."""
    (change,) = edit["documentChanges"]
    lines = text.splitlines(keepends=True)

    def offset(place: dict[str, int]) -> int:
        return sum(map(len, lines[: place["line"]])) + place["character"]

    for one in sorted(change["edits"], key=lambda one: -offset(one["range"]["start"])):
        start, end = offset(one["range"]["start"]), offset(one["range"]["end"])
        text = text[:start] + one["newText"] + text[end:]
    return text


async def test_faster_forms_come_with_their_evidence(start: Start, workspace: Path) -> None:
    wire = await session(start, workspace, SLOW, capabilities=APPLYING)
    found = await command(wire, "sureql.optimize", partialResultToken="t")
    best = found["candidates"][0]
    assert best["equivalence"]["verdict"] in ("proved", "no-difference")
    assert best["evidence"]
    assert "-- has albums" in applied(SLOW, best["edit"])
    forms = [applied(SLOW, one["edit"]) for one in found["candidates"] if one["edit"]]
    assert found["candidates"][-1]["sql"].startswith("CREATE INDEX album_artist_id_idx")
    assert all("(SELECT count(*) FROM album b WHERE b.artist_id" not in form for form in forms)
    (note,) = best["edit"]["changeAnnotations"].values()
    assert note["needsConfirmation"] is True
    parts = [
        one["value"]["candidates"][0]
        for one in wire.notifications("$/progress")
        if one["token"] == "t"
    ]
    assert best["sql"] in [one["sql"] for one in parts]


async def test_who_asks_early_waits_for_the_schema(start: Start, workspace: Path) -> None:
    wire = await start(workspace, configuration={"dialect": "sqlite"}, capabilities=APPLYING)
    wire.open(URI, SLOW)
    found = await command(wire, "sureql.optimize")
    assert found["candidates"][-1]["sql"].startswith("CREATE INDEX album_artist_id_idx")


async def test_the_line_ends_of_the_document_are_kept(start: Start, workspace: Path) -> None:
    text = SLOW.replace("\n", "\r\n")
    wire = await session(start, workspace, text, capabilities=APPLYING)
    found = await command(wire, "sureql.optimize")
    edits = [one["edit"] for one in found["candidates"] if one["edit"]]
    written = [one["newText"] for edit in edits for one in edit["documentChanges"][0]["edits"]]
    assert written
    assert all(one.count("\n") == one.count("\r\n") for one in written)


async def test_a_client_without_an_interface_is_asked_and_served(
    start: Start, workspace: Path
) -> None:
    wire = await session(start, workspace, SLOW, capabilities=APPLYING)
    found = await command(wire, "sureql.optimize", ask=True)
    asked = [one for one in wire.asked if one["method"] == "window/showMessageRequest"]
    titles = [one["title"] for one in asked[0]["params"]["actions"]]
    assert found["candidates"][0]["title"] in titles


async def test_where_there_is_nothing_it_says_so(start: Start, workspace: Path) -> None:
    wire = await session(start, workspace, "SELECT name FROM artist;\n\nDELETE FROM album")
    for line in (0, 2):
        found = await command(wire, "sureql.optimize", line)
        assert found["candidates"] == []
        assert found["message"]
    gone = {
        "command": "sureql.optimize",
        "arguments": [{"uri": "untitled:b", "position": {"line": 0, "character": 0}}],
    }
    assert (await wire.request("workspace/executeCommand", gone))["message"]


async def test_wrong_arguments_are_refused(start: Start, workspace: Path) -> None:
    wire = await session(start, workspace, SLOW)
    for name in ("sureql.optimize", "sureql.explain", "sureql.plan"):
        for arguments in ([], [1], [{"uri": URI}], [{"uri": URI, "position": {"line": "x"}}]):
            number = wire.ask("workspace/executeCommand", {"command": name, "arguments": arguments})
            assert (await wire.answer(number))["error"]["code"] == -32602


async def test_the_action_is_offered_when_the_user_asks(start: Start, workspace: Path) -> None:
    wire = await session(start, workspace, SLOW, capabilities=APPLYING)
    place = {"line": 0, "character": 3}
    params = {
        "textDocument": {"uri": URI},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": [], "triggerKind": 1},
    }
    kinds = {one["kind"] for one in await wire.request("textDocument/codeAction", params)}
    assert "refactor.rewrite.sureql.optimize" in kinds
    assert "refactor.rewrite.sureql.count-to-exists" in kinds
    params["context"]["triggerKind"] = 2
    kinds = {one["kind"] for one in await wire.request("textDocument/codeAction", params)}
    assert not any(kind.startswith("refactor") for kind in kinds)


async def test_a_statement_is_explained(start: Start, workspace: Path) -> None:
    wire = await session(start, workspace, SLOW)
    found = await command(wire, "sureql.explain")
    assert "`artist`" in found["markdown"]
    assert "`album`" in found["markdown"]
    assert found["summary"]
    assert found["message"] == ""


async def test_behind_a_semicolon_the_statement_before_is_meant(
    start: Start, workspace: Path
) -> None:
    wire = await session(start, workspace, "SELECT name FROM artist;\n\n")
    for line, character in ((0, 24), (1, 0), (2, 0)):
        place = {"line": line, "character": character}
        found = await command(wire, "sureql.explain", position=place)
        assert "`artist`" in found["markdown"]
        assert found["range"]["start"] == {"line": 0, "character": 0}


async def test_the_picture_leads_back_to_the_text(start: Start, workspace: Path) -> None:
    text = "SELECT 1;\n-- all\nSELECT a.name FROM artist a\n  JOIN album b ON b.artist_id = a.artist_id"
    wire = await session(start, workspace, text)
    found = await command(wire, "sureql.explain", 2)
    assert found["range"]["start"] == {"line": 2, "character": 0}
    (picture,) = found["pictures"]
    assert picture["kind"] == "data-flow"
    ranges = {one["label"]: one.get("range") for one in picture["nodes"]}
    assert ranges["artist"]["start"] == {"line": 2, "character": 19}
    assert ranges["album"]["end"] == {"line": 3, "character": 12}
    known = {one["id"] for one in picture["nodes"]}
    assert all({edge["from"], edge["to"]} <= known for edge in picture["edges"])
    assert "│ artist │" in picture["text"]


async def test_the_picture_of_a_part_leads_back_to_the_text(start: Start, workspace: Path) -> None:
    text = "SELECT 1 FROM (SELECT a.name FROM artist a, album b WHERE 1 = 1) x"
    wire = await session(start, workspace, text)
    part = {"start": {"line": 0, "character": 15}, "end": {"line": 0, "character": 63}}
    found = await command(wire, "sureql.explain", range=part)
    assert found["range"] == part
    (picture,) = found["pictures"]
    (album,) = [one for one in picture["nodes"] if one["label"] == "album"]
    assert album["range"]["start"] == {"line": 0, "character": 44}


async def test_a_selected_part_is_explained_by_itself(start: Start, workspace: Path) -> None:
    wire = await session(start, workspace, SLOW)
    start_, end = {"line": 2, "character": 7}, {"line": 2, "character": 67}
    found = await command(wire, "sureql.explain", range={"start": start_, "end": end})
    assert "`album`" in found["markdown"]
    assert "`artist`" not in found["summary"]


async def test_a_plan_is_shown_until_the_statement_is_edited(start: Start, workspace: Path) -> None:
    text = "SELECT title FROM album WHERE album_id = 3"
    wire = await session(start, workspace, text, capabilities=LENSES)
    document = {"textDocument": {"uri": URI}}
    assert await wire.request("textDocument/codeLens", document) == []
    found = await command(wire, "sureql.plan")
    assert found["message"] == ""
    (lens,) = await wire.request("textDocument/codeLens", document)
    assert "SQLite" in lens["command"]["title"]
    assert lens["range"]["start"] == {"line": 0, "character": 0}
    wire.change(URI, 2, {"text": f"{text} OR title = 'x'"})
    assert await wire.request("textDocument/codeLens", document) == []
