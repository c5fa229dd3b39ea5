"""The real worker process with jobs that misbehave. Run as a script."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from sureql.ports.errors import SourceBusy
from sureql.workers import worker
from sureql.workers.context import Context


def echo(request: Any, context: Context) -> Any:
    return request


def noisy(request: Any, context: Context) -> str:
    sys.stdout.write("noise on stdout\n")
    os.write(1, b"noise from a C library\n")
    return "quiet"


def counting(request: int, context: Context) -> int:
    for number in range(request):
        if context.cancelled():
            return number
        context.report(number)
        time.sleep(0.01)
    return request


def gated(request: str, context: Context) -> None:
    context.report(None)
    while not Path(request).exists():
        time.sleep(0.01)


def broken(request: Any, context: Context) -> None:
    raise ZeroDivisionError("secret detail")


def busy(request: Any, context: Context) -> None:
    raise SourceBusy("The database is busy.")


def dying(request: Any, context: Context) -> None:
    os._exit(3)


def stuck(request: Any, context: Context) -> None:
    time.sleep(600)


def yielding(request: Any, context: Context) -> str:
    for _ in range(20):
        context.report(None)
        time.sleep(0.02)
        if context.overtaken():
            return "overtaken"
    return "done"


def niceness(request: Any, context: Context) -> int:
    return os.getpriority(os.PRIO_PROCESS, 0)


for job in (echo, noisy, counting, gated, broken, busy, dying, stuck, yielding, niceness):
    module = ModuleType(f"sureql.workers.jobs.{job.__name__}")
    module.__dict__["run"] = job
    sys.modules[module.__name__] = module

if __name__ == "__main__":
    worker.main()
