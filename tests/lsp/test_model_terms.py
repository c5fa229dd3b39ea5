"""What a user allows a model, through the real server: budgets, offline, and what the status says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lsp.conftest import Start
from lsp.test_model_faults import KEYS, Writer, ghosts, settings, status
from support.fault_server import FaultServer, Request
from support.spoken import Answer
from support.waiting import eventually
from sureql.storage import ledger

FAR = "http://models.example/v1"


async def begun(start: Start, workspace: Path, configuration: dict[str, Any]) -> Writer:
    wire = await start(workspace, configuration=configuration)
    wire.open("untitled:a", "")
    await wire.loaded()
    return Writer(wire)


def costly(request: Request) -> Answer:
    """Ghost text that costs more than anybody would have guessed."""
    usage = (4_000, 10) if ghosts([request]) else (10, 5)
    return Answer(("country = ", "'FR'"), usage=usage)


async def test_what_may_not_be_asked_is_not_and_the_status_says_why(
    start: Start, workspace: Path
) -> None:
    async with FaultServer() as server:
        server.script(Answer(("country = ", "'FR'")))
        plain = settings(server.base_url)
        not_allowed = {
            "`privacy.offline` is on": {**plain, "privacy": {"offline": True}},
            "`privacy.local_only` is on": {**settings(FAR), "privacy": {"local_only": True}},
            "(`budget.session_tokens`)": {**plain, "budget": {"session_tokens": 10}},
            "(`budget.day_tokens`)": {**plain, "budget": {"day_tokens": 10}},
            "no price is": {**settings(FAR), "budget": {"day_cost": 1.0}},
        }
        writer = await begun(start, workspace, next(iter(not_allowed.values())))
        for words, configuration in not_allowed.items():
            await writer.sets(configuration)
            shown = await writer.until_told("Inactive", words)
            shown += await writer.writes(KEYS)
            assert all(item["data"]["source"] != "model" for item in shown), words
            await writer.sees_the_engine()
            assert not server.requests, words
        # Switched off, there is nothing to say about it.
        await writer.sets({**plain, "model": {**plain["model"], "enabled": False}})
        await writer.wire.until(lambda: status(writer.wire)["kind"] == "Normal")
        await writer.writes(2)
        assert not server.requests
        assert not writer.wire.notifications("window/showMessage")
        assert await writer.wire.end() == 0


async def test_a_sessions_budget_outlives_a_change_of_settings(
    start: Start, workspace: Path, tmp_path: Path
) -> None:
    async with FaultServer() as server:
        server.script(costly)
        limited = {**settings(server.base_url), "budget": {"session_tokens": 20_000}}
        writer = await begun(start, workspace, limited)
        words = "The limit of 20,000 tokens a session is reached (`budget.session_tokens`)"
        await writer.until_told("Inactive", words)
        spent = ledger.open_ledger(tmp_path / "cache").spent(0).tokens
        assert 16_000 < spent <= 24_500
        asked = len(server.asked)
        # The same limit with other settings is the same session.
        await writer.sets({**settings(server.base_url, timeout=9_000), "budget": limited["budget"]})
        await writer.until_told("Inactive", words)
        await writer.writes(KEYS)
        assert len(ghosts(server.asked[asked:])) == 0
        assert await writer.wire.end() == 0


async def test_the_status_is_busy_while_an_answer_is_awaited(start: Start, workspace: Path) -> None:
    async with FaultServer() as server:
        server.script(Answer(("country = ", "'FR'"), first=1.0))
        writer = await begun(start, workspace, settings(server.base_url))
        await writer.writes(1)
        while not any(one["data"]["source"] == "model" for one in await writer.writes(1)):
            continue
        wire = writer.wire
        await wire.until(lambda: not status(wire)["busy"])
        assert any(one["busy"] for one in wire.notifications("didChangeStatus"))
        assert status(wire)["kind"] == "Normal"
        assert await wire.end() == 0


async def test_a_model_that_is_named_no_more_is_asked_nothing_more(
    start: Start, workspace: Path
) -> None:
    async with FaultServer() as server:
        server.script(Answer(first=0.5))
        writer = await begun(start, workspace, settings(server.base_url))
        # It is being found out what the endpoint can do.
        await server.arrival()
        await writer.sets({"model": {"name": ""}})
        await eventually(lambda: server.connections == 0)
        asked = len(server.requests)
        await writer.writes(KEYS)
        assert len(server.requests) == asked
        shown = await writer.wire.request("workspace/executeCommand", {"command": "sureql.showLog"})
        assert "Traceback" not in shown
        assert await writer.wire.end() == 0
