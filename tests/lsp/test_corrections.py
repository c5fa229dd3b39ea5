"""Code actions, and what is corrected on save."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from lsp.conftest import Start
from lsp.wire import CAPABILITIES, Wire
from support.waiting import PATIENCE
from sureql.ide.model import Diagnostic, Fix
from sureql.lsp.actions import DISPLAY_ONLY, Actions
from sureql.lsp.to_proto import DiagnosticSupport
from sureql.syntax import dialects, script
from sureql.text import document
from sureql.text.encodings import Encoding
from sureql.text.span import Span

RESOLVING = {
    **CAPABILITIES,
    "textDocument": {
        **CAPABILITIES["textDocument"],
        "synchronization": {"willSaveWaitUntil": True},
        "codeAction": {
            "resolveSupport": {"properties": ["edit"]},
            "dataSupport": True,
            "disabledSupport": True,
        },
    },
}
PLAIN = {**RESOLVING, "textDocument": {"synchronization": {"willSaveWaitUntil": True}}}


async def actions(wire: Wire, uri: str, line: int, character: int, **context: Any) -> list[Any]:
    place = {"line": line, "character": character}
    params = {
        "textDocument": {"uri": uri},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": [], **context},
    }
    found: list[Any] = await wire.request("textDocument/codeAction", params)
    return found


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    lines = [0]
    for line in text.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))

    def offset(place: dict[str, int]) -> int:
        return lines[place["line"]] + place["character"]

    for edit in sorted(edits, key=lambda one: offset(one["range"]["start"]), reverse=True):
        start, end = (offset(edit["range"][edge]) for edge in ("start", "end"))
        text = text[:start] + edit["newText"] + text[end:]
    return text


def edited(text: str, action: dict[str, Any]) -> str:
    edit = action["edit"]
    listed = edit["documentChanges"][0]["edits"] if "documentChanges" in edit else None
    return applied(text, listed or next(iter(edit["changes"].values())))


async def save(wire: Wire, uri: str) -> list[dict[str, Any]]:
    params = {"textDocument": {"uri": uri}, "reason": 1}
    found: list[dict[str, Any]] = await wire.request("textDocument/willSaveWaitUntil", params)
    return found


async def corrected(wire: Wire, uri: str) -> list[dict[str, Any]]:
    """What is corrected on save, on a machine that may be too busy for it the first time."""
    async with asyncio.timeout(PATIENCE):
        while not (found := await save(wire, uri)):
            continue
    return found


TWICE = "SELECT contry FROM artist;\nSELECT name, contry FROM artist;\nSELECT contry FROM artist;\n"


async def test_the_actions_at_a_place(start: Start, workspace: Path) -> None:
    wire = await start(workspace, capabilities=RESOLVING)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, TWICE)
    await wire.codes(uri, ["unknown-column"] * 3)
    found = await actions(wire, uri, 1, 15)
    assert [one["title"] for one in found] == [
        "Change to `country`",
        "Fix all `unknown-column` in this file",
        "Ignore `unknown-column` on this line",
        "Ignore `unknown-column` in this file",
    ]
    first, everywhere, line, file = found
    assert first["isPreferred"]
    assert first["diagnostics"][0]["range"]["start"] == {"line": 1, "character": 13}
    assert edited(TWICE, first).count("contry") == 2
    assert "edit" not in everywhere
    resolved = await wire.request("codeAction/resolve", everywhere)
    assert edited(TWICE, resolved) == TWICE.replace("contry", "country")
    for one, left in ((line, ["unknown-column"] * 2), (file, [])):
        ignored = edited(TWICE, one)
        wire.change(uri, 2, {"text": ignored})
        await wire.codes(uri, left)
    assert await wire.end() == 0


async def test_the_last_of_many_problems_of_a_statement_has_fixes(
    start: Start, workspace: Path
) -> None:
    wire = await start(workspace, capabilities=RESOLVING)
    uri = (workspace / "q.sql").as_uri()
    many = " OR ".join(f"(country = NULL AND artist_id = {i})" for i in range(60))
    text = f"SELECT name FROM artist\nWHERE {many}\nOR country = NULL;\n"
    wire.open(uri, text)
    found = await actions(wire, uri, 2, 12)
    assert found[0]["title"] == "Change to `IS NULL`"
    assert edited(text, found[0]).endswith("\nOR country IS NULL;\n")
    # The same once the worker has found out about the first ones.
    await wire.codes(uri, ["equals-null"] * 61)
    assert (await actions(wire, uri, 2, 12))[0]["title"] == "Change to `IS NULL`"
    assert await wire.end() == 0


@pytest.mark.parametrize("can_disable", [True, False])
def test_what_can_only_be_shown_is_disabled_or_hidden(can_disable: bool) -> None:
    shown = Fix("Split the statement", (), "display-only")
    problem = Diagnostic(Span(0, 6), "too-long", "This is long.", fixes=(shown,))
    editor = SimpleNamespace(
        can=lambda what: can_disable,
        encoding=Encoding.UTF16,
        resolves_edits=False,
        diagnostic_support=lambda pulled: DiagnosticSupport(),
    )
    checking = SimpleNamespace(at=lambda view, span: [problem])
    text = "SELECT 1"
    view = SimpleNamespace(
        document=document.of("file:///a.sql", text),
        snapshot=SimpleNamespace(script=script.of(text, dialects.get("postgres"))),
    )
    session: Any = SimpleNamespace(editor=editor, checking=checking)
    session.editor.workspace_edit = lambda document, edits: {"changes": {document.uri: edits}}
    made: Any = Actions(session, view)  # type: ignore[arg-type]
    found = [one for one in made.at(Span(0, 0)) if one["title"] == shown.title]
    assert [one.get("disabled") for one in found] == [{"reason": DISPLAY_ONLY}] * can_disable
    assert all("edit" not in one for one in found)


async def test_an_action_on_a_document_that_has_changed_changes_nothing(
    start: Start, workspace: Path
) -> None:
    wire = await start(workspace, capabilities=RESOLVING)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, TWICE)
    await wire.codes(uri, ["unknown-column"] * 3)
    everywhere = (await actions(wire, uri, 0, 8))[1]
    wire.change(uri, 2, {"text": "\n" + TWICE})
    assert "edit" not in await wire.request("codeAction/resolve", everywhere)
    assert await wire.end() == 0


async def test_clients_that_do_not_resolve_get_the_edits_at_once(
    start: Start, workspace: Path
) -> None:
    wire = await start(workspace, capabilities=PLAIN)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, TWICE)
    await wire.codes(uri, ["unknown-column"] * 3)
    everywhere = next(a for a in await actions(wire, uri, 0, 8) if "Fix all" in a["title"])
    assert "data" not in everywhere
    assert edited(TWICE, everywhere) == TWICE.replace("contry", "country")
    assert await wire.end() == 0


@pytest.mark.parametrize(
    ("only", "kinds"),
    [
        (["quickfix"], {"quickfix"}),
        (["source"], {"source.fixAll.sureql"}),
        (["source.fixAll"], {"source.fixAll.sureql"}),
        (["source.fixAll.sureql"], {"source.fixAll.sureql"}),
        (["source.fixAll.other"], set()),
        (["refactor"], {"refactor.rewrite.sureql.expandStar"}),
        (["refactor.rewrite.sureql"], {"refactor.rewrite.sureql.expandStar"}),
        (["refactor.extract"], set()),
        (["quickfix", "source.fixAll"], {"quickfix", "source.fixAll.sureql"}),
        ([], {"quickfix"}),
    ],
)
async def test_only_the_kinds_that_were_asked_for(
    start: Start, workspace: Path, only: list[str], kinds: set[str]
) -> None:
    wire = await start(workspace, capabilities=RESOLVING)
    uri = (workspace / "q.sql").as_uri()
    text = "SELECT contry FROM artist;\nSELECT a.* FROM artist a;\n"
    wire.open(uri, text)
    await wire.until(lambda: "unknown-column" in [d["code"] for d in wire.diagnostics(uri) or ()])
    place = (1, 9) if any(kind.startswith("refactor") for kind in only) else (0, 9)
    found = await actions(wire, uri, *place, only=only)
    assert {one["kind"] for one in found} == kinds
    for one in found:
        if one["kind"] == "source.fixAll.sureql":
            assert edited(text, one) == text.replace("contry", "country")
        elif one["kind"].startswith("refactor"):
            assert "SELECT a.artist_id, a.name, a.country FROM" in edited(text, one)
    assert await wire.end() == 0


async def test_a_selected_file_costs_no_check_of_the_whole_file(
    start: Start, workspace: Path
) -> None:
    wire = await start(workspace, capabilities=RESOLVING)
    uri = (workspace / "q.sql").as_uri()
    text = "".join(f"SELECT nam, {number} FROM artist;\n" for number in range(2000))
    wire.open(uri, text)
    await wire.loaded()
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 2000, "character": 0}}
    params = {"textDocument": {"uri": uri}, "range": whole, "context": {"diagnostics": []}}
    server = psutil.Process(wire.process.pid)
    begun = server.cpu_times().user
    await wire.request("textDocument/codeAction", params)
    assert server.cpu_times().user - begun < 1.5
    assert await wire.end() == 0


async def saving(start: Start, workspace: Path, text: str, **save: bool) -> tuple[Wire, str]:
    wire = await start(workspace, capabilities=RESOLVING)
    wire.configuration = {"save": save}
    wire.notify("workspace/didChangeConfiguration", {"settings": None})
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, text)
    await wire.loaded()
    await wire.until(lambda: wire.diagnostics(uri))
    return wire, uri


async def test_nothing_is_changed_on_save_unless_it_is_wanted(
    start: Start, workspace: Path
) -> None:
    wire, uri = await saving(start, workspace, TWICE)
    assert await save(wire, uri) == []
    assert await wire.end() == 0


async def test_safe_fixes_are_applied_on_save(start: Start, workspace: Path) -> None:
    wire, uri = await saving(start, workspace, "-- é\n" + TWICE, fix_all=True)
    edits = await corrected(wire, uri)
    assert applied("-- é\n" + TWICE, edits) == "-- é\n" + TWICE.replace("contry", "country")
    assert all(edit["range"]["start"]["line"] > 0 for edit in edits)
    assert await wire.end() == 0


async def test_a_thousand_lines_are_corrected_in_time(start: Start, workspace: Path) -> None:
    line = "SELECT a.name, b.title, {} FROM artist a JOIN album b ON b.artist_id = a.artist_id;\n"
    text = "".join(line.format(number) for number in range(1000))
    broken = text.replace("title, 5", "titl, 5")
    wire, uri = await saving(start, workspace, broken, fix_all=True)
    await wire.codes(uri, ["unknown-column"] * broken.count("titl,"))
    edits = await corrected(wire, uri)
    assert applied(broken, edits) == text
    # One more line, and saved at once.
    wire.change(uri, 2, {"text": text + "SELECT contry FROM artist;\n"})
    edits = await corrected(wire, uri)
    assert [edit["newText"] for edit in edits] == ["SELECT country FROM artist;\n"]
    assert await wire.end() == 0


async def test_a_file_that_takes_too_long_is_saved_as_it_is(start: Start, workspace: Path) -> None:
    line = "SELECT a.nam, b.title, {} FROM artist a JOIN album b ON b.artist_id = a.artist_id;\n"
    text = "".join(line.format(number) for number in range(20_000))
    wire, uri = await saving(start, workspace, text, fix_all=True)
    # The whole of it would take half a minute.
    assert await save(wire, uri) == []
    await wire.until(
        lambda: any(
            "saved as it was" in one["message"] for one in wire.notifications("didChangeStatus")
        )
    )
    assert await wire.end() == 0
