"""What the worker's own parts promise: documents kept in step, edits by lines, urgent calls first."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sureql.oracle.engine import EngineSpec
from sureql.ports.errors import JudgeError
from sureql.syntax import dialects, script
from sureql.text.edits import apply_edits
from sureql.workers import client, documents, kept_engines, line_edits, requests
from sureql.workers.client import Worker
from sureql.workers.context import Context
from sureql.workers.jobs import check_files, check_statements, find_files, open_engine

ODD = (sys.executable, str(Path(__file__).parent / "odd_worker.py"))
LINES = st.lists(st.sampled_from(["SELECT 1;\n", "a\r\n", "\n", "é;", "-- x\n", "😀\r"])).map(
    "".join
)


def sent(text: str, version: int = 1, uri: str = "file:///a.sql") -> requests.Sent:
    return requests.Sent(uri, "/a.sql", version, text, "postgres", "")


@given(LINES, LINES)
def test_line_edits_make_one_text_of_the_other(before: str, after: str) -> None:
    edits = line_edits.between(before, after)
    assert apply_edits(before, edits) == after
    assert bool(edits) == (before != after)


def test_lines_that_stay_are_not_touched() -> None:
    before = "".join(f"line {number}\n" for number in range(100))
    after = before.replace("line 7\n", "seven\n").replace("line 90\n", "")
    edits = line_edits.between(before, after)
    assert [(edit.span.of(before), edit.new_text) for edit in edits] == [
        ("line 7\n", "seven\n"),
        ("line 90\n", ""),
    ]


@given(st.lists(LINES, min_size=1, max_size=5))
def test_a_document_is_split_as_if_it_were_new(versions: list[str]) -> None:
    for number, text in enumerate(versions):
        kept = documents.snapshot(sent(text, number)).script
        assert kept.statements == script.of(text, dialects.get("postgres")).statements


def run(request: requests.CheckStatements, **context: Any) -> tuple[list[Any], tuple[int, ...]]:
    reports: list[Any] = []
    told = {"cancelled": lambda: False, **context}
    left = check_statements.run(request, Context(reports.append, **told))
    return reports, left


def test_a_long_check_makes_way_and_says_what_is_left() -> None:
    calls = iter([False, False, True])
    request = requests.CheckStatements(sent("SELECT 1;" * 6), (4, 0, 1, 2, 3))
    reports, left = run(request, overtaken=lambda: next(calls))
    done = [index for part in reports for index, _ in part.diagnostics]
    assert (done, left) == ([4, 0, 1], (2, 3))


def test_statements_that_are_no_more_are_left_out() -> None:
    reports, left = run(requests.CheckStatements(sent("SELECT 1;"), (0, 7)))
    assert ([index for part in reports for index, _ in part.diagnostics], left) == ([0], ())


def test_an_engine_that_is_not_there_is_named() -> None:
    request = requests.CheckStatements(sent("SELECT 1;"), (0,), engine=EngineSpec("oracle"))
    with pytest.raises(JudgeError, match="no engine"):
        run(request)


def test_engines_are_opened_once_and_closed() -> None:
    spec = EngineSpec("duckdb")
    context = Context(lambda _: None, lambda: False)
    open_engine.run(spec, context)
    first = kept_engines.judges_of(spec)
    assert kept_engines.judges_of(spec) == first
    assert kept_engines.any_open()
    kept_engines.close()
    assert not kept_engines.any_open()


def test_files_are_found_and_unchanged_ones_left_out(tmp_path: Path) -> None:
    (tmp_path / "node_modules").mkdir()
    for name in ("a.sql", "b.txt", "node_modules/c.sql"):
        (tmp_path / name).write_text("SELECT FROM FROM;")
    (tmp_path / "binary.sql").write_bytes(b"\0\1\2")
    context = Context(lambda _: None, lambda: False)
    found = find_files.run(requests.FindFiles((str(tmp_path), str(tmp_path))), context)
    assert [Path(path).name for path in found] == ["a.sql", "binary.sql"]
    place = requests.Place(str(tmp_path), (), "", str(tmp_path / "cache"))
    reports: list[requests.CheckedFile] = []
    listed = Context(reports.append, lambda: False)
    gone = (str(tmp_path / "gone.sql"), place)
    request = requests.CheckFiles((*((path, place) for path in found), gone))
    assert check_files.run(request, listed) == 3
    [one] = reports
    assert one.diagnostics
    assert one.text == "SELECT FROM FROM;"
    again = requests.CheckFiles(request.files, ((one.path, one.result),))
    check_files.run(again, listed)
    assert (reports[-1].diagnostics, reports[-1].result) == (None, one.result)


@pytest.fixture
async def worker(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Worker]:
    monkeypatch.setattr(client, "COMMAND", ODD)
    one = Worker(("--urgent",))
    yield one
    await one.close()


async def test_a_job_sees_that_a_more_urgent_call_waits(worker: Worker) -> None:
    begun = asyncio.Event()
    slow = asyncio.create_task(
        worker.call("yielding", None, priority=2, on_report=lambda _: begun.set())
    )
    await begun.wait()
    await worker.call("echo", None, priority=2)
    assert await slow == "done"
    begun.clear()
    slow = asyncio.create_task(
        worker.call("yielding", None, priority=2, on_report=lambda _: begun.set())
    )
    await begun.wait()
    await worker.call("echo", None, priority=1)
    assert await slow == "overtaken"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no priorities")
async def test_an_urgent_process_does_not_give_way(worker: Worker) -> None:
    assert await worker.call("niceness", None) == os.getpriority(os.PRIO_PROCESS, 0)
