"""What becomes of ghost texts is remembered on this machine, and nowhere else."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from lsp.conftest import Start
from lsp.wire import Wire
from support.waiting import eventually
from sureql.storage import ledger

BEFORE = "SELECT * FROM artist JOIN "
SECRET = "hunter2" + "kaboom"


def insert(character: int, text: str, over: int = 0) -> dict[str, Any]:
    start = {"line": 0, "character": character}
    return {
        "range": {"start": start, "end": {"line": 0, "character": character + over}},
        "text": text,
    }


async def ghost(wire: Wire, uri: str, character: int) -> list[dict[str, Any]]:
    place = wire.at(uri, 0, character, context={"triggerKind": 2})
    found: list[dict[str, Any]] = (await wire.request("textDocument/inlineCompletion", place))[
        "items"
    ]
    return found


async def test_an_accepted_ghost_text_is_counted(
    start: Start, workspace: Path, tmp_path: Path
) -> None:
    wire = await start(workspace)
    uri = (workspace / "q.sql").as_uri()
    above = f"CREATE USER ada IDENTIFIED BY '{SECRET}' GRANTED BY bob; "
    wire.open(uri, above + BEFORE)
    await wire.loaded()
    at = len(above + BEFORE)
    [item] = await ghost(wire, uri, at)
    wire.notify("textDocument/didShowCompletion", {"item": item})
    wire.change(uri, 2, insert(at, item["insertText"]))
    kept = ledger.open_ledger(tmp_path / "cache")
    # The first text is looked through for secrets beside the event loop.
    await eventually(lambda: len(kept.events()) == 3)
    assert await wire.end() == 0
    events = kept.events()
    assert [one.what for one in events] == ["offered", "shown", "accepted"]
    assert events[2].text == item["insertText"]
    assert events[2].prompt.endswith(BEFORE)
    assert SECRET not in events[2].prompt and "GRANTED BY" in events[2].prompt
    assert events[2].characters == len(item["insertText"])
    assert 0 < events[0].latency < 5_000
    # What is not accepted leaves no text behind.
    assert events[0].text == events[1].prompt == ""
    stats = command(tmp_path, "stats", "--format", "json")
    [engine] = json.loads(stats)["sources"]
    assert (engine["shown"], engine["accepted"], engine["acceptance"]) == (1, 1, 1.0)


async def test_an_editor_that_ends_at_once_loses_no_count(
    start: Start, workspace: Path, tmp_path: Path
) -> None:
    wire = await start(workspace)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, BEFORE)
    await wire.loaded()
    [item] = await ghost(wire, uri, len(BEFORE))
    wire.change(uri, 2, insert(len(BEFORE), item["insertText"]))
    assert await wire.end() == 0
    events = ledger.open_ledger(tmp_path / "cache").events()
    assert "accepted" in [one.what for one in events]


async def test_typing_another_word_dismisses_it(
    start: Start, workspace: Path, tmp_path: Path
) -> None:
    wire = await start(workspace)
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, BEFORE)
    await wire.loaded()
    [item] = await ghost(wire, uri, len(BEFORE))
    wire.notify("textDocument/didShowCompletion", {"item": item})
    wire.change(uri, 2, insert(len(BEFORE), "(SELECT"))
    assert await wire.end() == 0
    events = ledger.open_ledger(tmp_path / "cache").events()
    assert [one.what for one in events] == ["offered", "shown", "dismissed"]


async def test_nothing_is_kept_where_the_user_wants_no_log(
    start: Start, workspace: Path, tmp_path: Path
) -> None:
    wire = await start(workspace)
    wire.notify(
        "workspace/didChangeConfiguration", {"settings": {"sureql": {"privacy": {"log": False}}}}
    )
    wire.configuration = {"privacy": {"log": False}}
    uri = (workspace / "q.sql").as_uri()
    wire.open(uri, BEFORE)
    await wire.loaded()
    assert await ghost(wire, uri, len(BEFORE))
    assert await wire.end() == 0
    assert ledger.open_ledger(tmp_path / "cache").events() == []


def test_training_data(tmp_path: Path) -> None:
    from sureql.ports.ledger import Event

    kept = ledger.open_ledger(tmp_path / "cache")
    for number in range(13):
        accepted = Event(
            1e9 + number,
            f"{number}",
            "accepted",
            "engine",
            "accepted",
            f"JOIN t{number}",
            "FROM a ",
        )
        # The last one was accepted and taken back.
        share = 0.0 if number == 12 else 1.0
        kept.happened(accepted)
        kept.happened(
            replace(accepted, what="retained", text="", prompt="", seconds=30, share=share)
        )
    text = command(tmp_path, "export", "finetune", "--days", "100000", "--price", "3")
    lines = [json.loads(line) for line in text.splitlines()]
    assert len(lines) == 12
    assert all(line.keys() == {"messages"} for line in lines)
    assert all(
        [one["role"] for one in line["messages"]] == ["system", "user", "assistant"]
        for line in lines
    )
    assert lines[3]["messages"][2]["content"] == "JOIN t3"


def command(tmp_path: Path, *arguments: str) -> str:
    environment = {"PATH": "/usr/bin:/bin", "SUREQL_CACHE": str(tmp_path / "cache")}
    done = subprocess.run(
        [sys.executable, "-m", "sureql", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
