"""The worker process: results, reports, cancellation, and death at any moment."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from support.waiting import PATIENCE, eventually
from sureql.ports.errors import SourceBusy, SureqlError, WorkerGone
from sureql.workers import client
from sureql.workers.client import Worker
from sureql.workers.jobs import load_catalog

ODD = (sys.executable, str(Path(__file__).parent / "odd_worker.py"))


@pytest.fixture
async def worker(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Worker]:
    monkeypatch.setattr(client, "COMMAND", ODD)
    one = Worker()
    yield one
    await one.close()


async def test_answers_and_keeps_running(worker: Worker) -> None:
    assert await worker.call("echo", {"a": (1, "é")}) == {"a": (1, "é")}
    first = worker.process
    assert await worker.call("echo", "x" * 3_000_000) == "x" * 3_000_000
    assert worker.process is first


async def test_what_jobs_print_does_not_reach_the_pipe(worker: Worker) -> None:
    assert await worker.call("noisy", None) == "quiet"


async def test_reports_come_before_the_result(worker: Worker) -> None:
    seen: list[Any] = []
    assert await worker.call("counting", 5, on_report=seen.append) == 5
    assert seen == [0, 1, 2, 3, 4]


async def test_cancelling_the_caller_ends_the_job(worker: Worker) -> None:
    seen: list[int] = []
    task = asyncio.create_task(worker.call("counting", 20_000, on_report=seen.append))
    while not seen:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    # The next call would wait for minutes if the first still ran.
    assert await asyncio.wait_for(worker.call("echo", 1), PATIENCE) == 1


async def test_urgent_calls_overtake_waiting_ones(worker: Worker, tmp_path: Path) -> None:
    done: list[str] = []
    gate = tmp_path / "open"
    begun = asyncio.Event()

    async def call(name: str, priority: int) -> None:
        await worker.call("gated", str(gate), priority=priority, on_report=lambda _: begun.set())
        done.append(name)

    calls = [asyncio.create_task(call("first", 1))]
    await begun.wait()
    for name, priority in (("late", 2), ("normal", 1), ("urgent", 0)):
        calls.append(asyncio.create_task(call(name, priority)))
    await eventually(lambda: len(worker._waiting) == len(calls))
    gate.touch()
    await asyncio.gather(*calls)
    assert done == ["first", "urgent", "normal", "late"]


async def test_a_failing_job_says_so_without_details_and_the_worker_lives(worker: Worker) -> None:
    with pytest.raises(SureqlError, match="showLog") as caught:
        await worker.call("broken", None)
    assert "secret" not in str(caught.value)
    with pytest.raises(SourceBusy, match=r"The database is busy\."):
        await worker.call("busy", None)
    assert await worker.call("echo", 1) == 1


async def test_a_dying_worker_ends_all_calls_and_another_is_started(worker: Worker) -> None:
    calls = [worker.call("dying", None), worker.call("echo", 1), worker.call("counting", 3)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(result, WorkerGone) for result in results)
    assert await worker.call("echo", 2) == 2


async def test_a_worker_can_be_killed_at_any_moment(worker: Worker) -> None:
    for pause in (0.0, 0.02, 0.2):
        task = asyncio.create_task(worker.call("counting", 20_000))
        while worker.process is None:
            await asyncio.sleep(0.01)
        await asyncio.sleep(pause)
        worker.kill()
        with pytest.raises(WorkerGone):
            await asyncio.wait_for(task, PATIENCE)
    assert await worker.call("echo", 3) == 3


async def test_a_stuck_worker_is_replaced(worker: Worker) -> None:
    await worker.call("echo", None)
    with pytest.raises(WorkerGone):
        await worker.call("stuck", None, silence=0.3)
    assert await worker.call("echo", 4) == 4


async def test_a_long_queue_is_not_taken_for_being_stuck(worker: Worker) -> None:
    await worker.call("echo", None)
    calls = [worker.call("counting", 120, silence=3) for _ in range(3)]
    assert await asyncio.gather(*calls) == [120, 120, 120]


async def test_no_call_after_closing(worker: Worker) -> None:
    await worker.call("echo", None)
    await worker.close()
    with pytest.raises(WorkerGone):
        await worker.call("echo", None)


PARENT = """
import asyncio, sys
sys.path.insert(0, {tests!r})
from sureql.workers import client
client.COMMAND = {command!r}
async def main():
    worker = client.Worker()
    await worker.call("echo", None)
    print(worker.process.pid, flush=True)
    await worker.call("stuck", None)
asyncio.run(main())
"""


def test_the_worker_dies_with_its_parent() -> None:
    script = PARENT.format(tests=str(Path(__file__).parents[1]), command=ODD)
    parent = psutil.Popen([sys.executable, "-c", script], stdout=-1)
    orphan = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.communicate()
    orphan.wait(PATIENCE)
    assert not orphan.is_running()


async def test_the_worker_imports_nothing_from_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("sqlglot", "sqlite3", "pathspec", "logging"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported from the workspace')")
    (tmp_path / "schema.sql").write_text("CREATE TABLE a (b int);")
    monkeypatch.chdir(tmp_path)
    worker = Worker()
    request = load_catalog.Request(str(tmp_path), str(tmp_path), (), "", str(tmp_path / "cache"))
    loaded = await worker.call("load_catalog", request)
    await worker.close()
    assert loaded.relations == 1
