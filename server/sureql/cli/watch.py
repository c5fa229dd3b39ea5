"""Ends this process if an engine does not come back, or if nobody is left who wants its results.

Some statements keep an engine busy for minutes, and it can't be interrupted while it plans. Whoever
started this process then checks the file without an engine.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import IO

from sureql.catalog.model import Catalog
from sureql.ide.diagnostics.runner import Judges
from sureql.ports.judge import Judge, Judgement

LIMIT = 5.0
"""Seconds that an engine may take for one statement; its own deadline is far shorter."""


@dataclass(slots=True)
class Tally:
    """How often an engine could not answer in time, or was gone."""

    unanswered: int = 0


def over(judges: Judges, tally: Tally, alarmed: bool) -> Judges:
    """The same judges, each under watch; `alarmed` ends this process if one hangs."""
    # Open as long as there may be an alarm.
    nowhere = Path(os.devnull).open("w") if alarmed else None  # noqa: SIM115
    known: dict[int, _Watched] = {}

    def of(schema: Catalog) -> Judge | None:
        judge = judges(schema)
        if judge is None:
            return None
        watched = known.get(id(judge))
        if watched is None or watched.inner is not judge:
            watched = known[id(judge)] = _Watched(judge, judge.dialect, tally, nowhere)
        return watched

    return of


def parent() -> None:
    """End this process as soon as the one that started it is gone, killed ones included."""
    if (started := multiprocessing.parent_process()) is not None:
        threading.Thread(target=_end_with, args=(started.sentinel, os._exit), daemon=True).start()


def _end_with(sentinel: int, end: Callable[[int], object]) -> None:
    wait([sentinel])
    end(1)


@dataclass(slots=True)
class _Watched:
    inner: Judge
    dialect: str
    tally: Tally
    nowhere: IO[str] | None

    def judge(self, statement: str) -> Judgement:
        answer = self._asked(statement)
        self.tally.unanswered += answer.passing
        return answer

    def _asked(self, statement: str) -> Judgement:
        if self.nowhere is None:
            return self.inner.judge(statement)
        # The alarm is rung by a thread that needs none of Python's locks, which an engine may hold.
        faulthandler.dump_traceback_later(LIMIT, exit=True, file=self.nowhere)
        try:
            return self.inner.judge(statement)
        finally:
            faulthandler.cancel_dump_traceback_later()
