"""Files spread over processes. One that crashes costs its own file and no other."""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.util
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing.context import BaseContext

from sureql import app
from sureql.cli import watch
from sureql.cli.checker import Checker, Result, Wishes
from sureql.cli.files import Text
from sureql.cli.project import Project
from sureql.workers import kept_engines

Task = tuple[Project, Text]

WORTH = 24
"""Files from which on further processes pay for their start."""
_CHUNK = 8

_checker: Checker | None = None


def run(tasks: Sequence[Task], wishes: Wishes, processes: int) -> Iterator[Result]:
    """The results in the order of `tasks`."""
    if processes <= 1 and not (wishes.judge and any(map(_may_hang, tasks))):
        checker = Checker(wishes)
        try:
            for place, text in tasks:
                yield checker.check(place, text)
        finally:
            kept_engines.close()
        return
    chunks = [tasks[start : start + _CHUNK] for start in range(0, len(tasks), _CHUNK)]
    done: dict[int, Sequence[Result]] = {}
    while missing := [number for number in range(len(chunks)) if number not in done]:
        with _pool(max(processes, 1), wishes) as pool:
            waiting: dict[int, Future[list[Result]]] = {}
            with contextlib.suppress(BrokenProcessPool):
                for number in missing:
                    waiting[number] = pool.submit(_check, chunks[number])
            for number, future in waiting.items():
                with contextlib.suppress(BrokenProcessPool):
                    done[number] = future.result()
        # One of those that were under way ended its process, which ended all: chunks are begun in order.
        for number in [number for number in missing if number not in done][: max(processes, 1)]:
            done[number] = [_alone(task, wishes) for task in chunks[number]]
    for number in range(len(chunks)):
        yield from done[number]


def _may_hang(task: Task) -> bool:
    # DuckDB runs in the process that asks; a statement that keeps it busy must not keep ours.
    place, text = task
    return place.dialect(text, place.catalog(text.path)).name == "duckdb"


def _alone(task: Task, wishes: Wishes) -> Result:
    # In a process of its own; once more without an engine if that ends it.
    text = task[1]
    for asked in (wishes, replace(wishes, judge=False)) if wishes.judge else (wishes,):
        with _pool(1, asked) as pool, contextlib.suppress(BrokenProcessPool):
            [result] = pool.submit(_check, [task]).result()
            if asked is wishes:
                return result
            note = (
                f"{text.path} was checked without an engine, which crashed or did not answer for "
                f"{watch.LIMIT:.0f} s."
            )
            return replace(result, notes=(*result.notes, note))
    return Result(
        text, text, notes=(f"{text.path} could not be checked: the process ended.",), failed=True
    )


def _pool(processes: int, wishes: Wishes) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, _context(), _begin, (wishes,))


def _context() -> BaseContext:
    # A forked process has everything imported already; elsewhere forking is not safe.
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


def _begin(wishes: Wishes) -> None:
    global _checker
    watch.parent()
    app.collect_rarely()
    _checker = Checker(wishes, watched=True)
    multiprocessing.util.Finalize(None, kept_engines.close, exitpriority=10)


def _check(tasks: Sequence[Task]) -> list[Result]:
    checker = _checker
    return [checker.check(place, text) for place, text in tasks] if checker else []
