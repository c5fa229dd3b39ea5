"""The main process' end: sends calls to the worker, starts it when needed, survives its death."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sureql.ports import errors
from sureql.ports.errors import SureqlError, WorkerGone
from sureql.ports.provider import GIVEN_KEYS
from sureql.workers import frames

log = logging.getLogger(__name__)

# `-P` keeps the current directory, which is the user's workspace, off the import path.
COMMAND = (sys.executable, "-P", "-m", "sureql.workers.worker")
LONGEST_PAUSE = 10.0
FAREWELL = 2.0
"""Seconds that a process has to end by itself when it is told to."""
UNKNOWN = "A background task failed; the log (`sureql.showLog`) says why."


@dataclass(slots=True)
class _Waiting:
    process: asyncio.subprocess.Process
    answer: asyncio.Future[Any]
    on_report: Callable[[Any], None] | None


@dataclass(slots=True)
class Worker:
    """Calls to one worker process. All methods belong to one event loop."""

    options: tuple[str, ...] = ()
    process: asyncio.subprocess.Process | None = None
    closed: bool = False
    _waiting: dict[int, _Waiting] = field(default_factory=dict)
    _ids: itertools.count[int] = field(default_factory=itertools.count)
    _starting: asyncio.Lock = field(default_factory=asyncio.Lock)
    _reader: asyncio.Task[None] | None = None
    _deaths: int = 0
    _last_sign: float = 0.0

    async def call(
        self,
        job: str,
        request: Any,
        *,
        priority: int = 1,
        on_report: Callable[[Any], None] | None = None,
        silence: float = 60.0,
    ) -> Any:
        """The result of `job`. Cancelling the caller cancels the job.

        Raises WorkerGone if the worker dies or gives no sign for `silence` seconds, SureqlError if the
        job fails.
        """
        process = await self._started()
        loop = asyncio.get_running_loop()
        number = next(self._ids)
        waiting = _Waiting(process, loop.create_future(), on_report)
        if not self._waiting:
            self._last_sign = loop.time()
        self._waiting[number] = waiting
        try:
            await self._send(process, frames.Call(number, job, request, priority))
            while not waiting.answer.done():
                remaining = self._last_sign + silence - loop.time()
                if remaining <= 0:
                    log.warning("The worker is stuck in %s; starting another.", job)
                    self.kill()
                    raise WorkerGone("The background process did not answer and was restarted.")
                await asyncio.wait([waiting.answer], timeout=remaining)
            return waiting.answer.result()
        except asyncio.CancelledError:
            if process.returncode is None:
                self._write(process, frames.Cancel(number))
            raise
        finally:
            self._waiting.pop(number, None)

    def kill(self) -> None:
        """End the process; whoever waits gets WorkerGone, and the next call starts another."""
        # Its end is noticed later; a call that comes before that must not be sent to it.
        process, self.process = self.process, None
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()

    async def close(self) -> None:
        """End the process for good; it may close what it has opened."""
        self.closed = True
        process = self.process
        if process is not None and process.stdin is not None and process.returncode is None:
            process.stdin.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), FAREWELL)
        self.kill()
        if self._reader is not None:
            await asyncio.wait([self._reader], timeout=FAREWELL)

    async def _started(self) -> asyncio.subprocess.Process:
        async with self._starting:
            if self.closed:
                raise WorkerGone("The server is shutting down.")
            if self.process is None or self.process.returncode is not None:
                if self._deaths > 1:
                    await asyncio.sleep(min(LONGEST_PAUSE, 0.1 * 2**self._deaths))
                self.process = await asyncio.create_subprocess_exec(
                    *COMMAND,
                    *self.options,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    env=_environment(),
                )
                self._reader = asyncio.create_task(self._read(self.process))
            return self.process

    async def _send(self, process: asyncio.subprocess.Process, message: frames.Call) -> None:
        self._write(process, message)
        if process.stdin is not None:
            # A worker that is already gone is noticed by the reader.
            with contextlib.suppress(ConnectionError):
                await process.stdin.drain()

    def _write(self, process: asyncio.subprocess.Process, message: Any) -> None:
        if process.stdin is not None and not process.stdin.is_closing():
            process.stdin.write(frames.encode(message))

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        if process.stdout is None:
            return
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                (size,) = frames.HEADER.unpack(await process.stdout.readexactly(frames.HEADER.size))
                self._take(frames.decode(await process.stdout.readexactly(size)))
        code = await process.wait()
        if not self.closed:
            self._deaths += 1
            log.warning("The worker process ended (%s); the next call starts another.", code)
        for waiting in self._waiting.values():
            if waiting.process is process and not waiting.answer.done():
                waiting.answer.set_exception(WorkerGone("The background process ended."))

    def _take(self, message: Any) -> None:
        self._last_sign = asyncio.get_running_loop().time()
        waiting = self._waiting.get(message.id)
        if waiting is None or waiting.answer.done():
            return  # Cancelled meanwhile.
        if isinstance(message, frames.Report):
            if waiting.on_report is not None:
                waiting.on_report(message.value)
        elif isinstance(message, frames.Done):
            self._deaths = 0
            waiting.answer.set_result(message.value)
        elif isinstance(message, frames.Failed):
            waiting.answer.set_exception(_error(message))


def _error(failed: frames.Failed) -> SureqlError:
    kind = getattr(errors, failed.error, SureqlError)
    error: SureqlError = kind(failed.message if failed.error else UNKNOWN)
    return error


def _environment() -> dict[str, str]:
    own = {name: text for name, text in os.environ.items() if name != GIVEN_KEYS}
    return {**own, "PYTHONIOENCODING": "utf-8"}
