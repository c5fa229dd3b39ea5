"""Files spread over processes. One that crashes costs its own file and no other."""

from __future__ import annotations

import multiprocessing
import multiprocessing.util
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext

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
    if processes <= 1:
        checker = Checker(wishes)
        try:
            for place, text in tasks:
                yield checker.check(place, text)
        finally:
            kept_engines.close()
        return
    chunks = [tasks[start : start + _CHUNK] for start in range(0, len(tasks), _CHUNK)]
    with _pool(processes, wishes) as pool:
        waiting = [pool.submit(_check, chunk) for chunk in chunks]
        broken: dict[int, Sequence[Task]] = {}
        for number, (future, chunk) in enumerate(zip(waiting, chunks, strict=True)):
            try:
                yield from future.result()
            except BrokenProcessPool:
                broken[number] = chunk
                yield from _one_by_one(chunk, wishes)


def _one_by_one(tasks: Sequence[Task], wishes: Wishes) -> Iterator[Result]:
    for task in tasks:
        with _pool(1, wishes) as pool:
            try:
                yield from pool.submit(_check, [task]).result()
            except BrokenProcessPool:
                text = task[1]
                note = f"{text.path} could not be checked: the process ended."
                yield Result(text, text, notes=(note,), failed=True)


def _pool(processes: int, wishes: Wishes) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, _context(), _begin, (wishes,))


def _context() -> BaseContext:
    # A forked process has everything imported already; elsewhere forking is not safe.
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


def _begin(wishes: Wishes) -> None:
    global _checker
    _checker = Checker(wishes)
    multiprocessing.util.Finalize(None, kept_engines.close, exitpriority=10)


def _check(tasks: Sequence[Task]) -> list[Result]:
    checker = _checker
    return [checker.check(place, text) for place, text in tasks] if checker else []
