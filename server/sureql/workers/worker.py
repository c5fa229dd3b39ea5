"""The worker process itself: reads calls from its input, does them one by one, writes answers.

Started as `python -m sureql.workers.worker`. It ends when its input ends, which is when the main
process ends in whatever way. With `--urgent` it does not give way to other processes: somebody is
typing and waits for it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import logging
import os
import queue
import sys
import threading
import traceback
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

from sureql.ports.errors import SureqlError
from sureql.workers import frames, kept_engines
from sureql.workers.context import Context, Job

log = logging.getLogger(__name__)

URGENT = "--urgent"
LOWER_PRIORITY = 5
"""How much the worker gives way to the editor and the main process."""
FAREWELL = 1.0
"""Seconds that engines have to end once the main process is gone."""
_LAST = frames.Call(-1, "", None, -1)


@dataclass(slots=True)
class Worker:
    """One worker process' state. Calls wait in `waiting`, in order of priority, then of arrival."""

    output: BinaryIO
    waiting: queue.PriorityQueue[tuple[int, int, frames.Call]] = field(
        default_factory=queue.PriorityQueue
    )
    cancelled: set[int] = field(default_factory=set)
    writing: threading.Lock = field(default_factory=threading.Lock)
    ending: bool = False
    ended: threading.Event = field(default_factory=threading.Event)

    def read(self, stream: BinaryIO) -> None:
        """Take in calls until the input ends, then end the process: nobody is left to answer."""
        while len(header := stream.read(frames.HEADER.size)) == frames.HEADER.size:
            message = frames.decode(stream.read(*frames.HEADER.unpack(header)))
            if isinstance(message, frames.Cancel):
                self.cancelled.add(message.id)
            elif isinstance(message, frames.Call):
                self.waiting.put((message.priority, message.id, message))
        # An engine belongs to the thread that does the jobs, and may be stuck.
        self.ending = True
        self.waiting.put((_LAST.priority, _LAST.id, _LAST))
        if kept_engines.any_open():
            self.ended.wait(FAREWELL)
        os._exit(0)

    def work(self) -> None:
        """Do calls for ever. A job runs in an executor's thread, which holds whatever it raises."""
        with ThreadPoolExecutor(1, "job") as executor:
            while True:
                _, _, call = self.waiting.get()
                if call is _LAST:
                    executor.submit(kept_engines.close).exception()
                    self.ended.set()
                elif call.id not in self.cancelled:
                    future: Future[Any] = executor.submit(self._run, call)
                    error = future.exception()
                    answer = (
                        frames.Done(call.id, future.result())
                        if error is None
                        else _failure(call, error)
                    )
                    self._send(answer)
                    if self.waiting.empty():
                        # Full collections are rare while there is work: here is time for one.
                        gc.collect()
                self.cancelled.discard(call.id)

    def _run(self, call: frames.Call) -> Any:
        job = cast(Job, importlib.import_module(f"sureql.workers.jobs.{call.job}"))
        return job.run(
            call.request,
            Context(
                report=lambda value: self._send(frames.Report(call.id, value)),
                cancelled=lambda: self.ending or call.id in self.cancelled,
                overtaken=lambda: self._overtaken(call),
            ),
        )

    def _overtaken(self, call: frames.Call) -> bool:
        with self.waiting.mutex:
            return bool(self.waiting.queue) and self.waiting.queue[0][0] < call.priority

    def _send(self, message: frames.Report | frames.Done | frames.Failed) -> None:
        with self.writing:
            self.output.write(frames.encode(message))
            self.output.flush()


def _failure(call: frames.Call, error: BaseException) -> frames.Failed:
    known = isinstance(error, SureqlError)
    if not known:
        trace = "".join(traceback.format_exception(error))
        log.error("Job %s failed.\n%s", call.job, trace)
    return frames.Failed(call.id, str(error), type(error).__name__ if known else "")


def main() -> None:
    """Run until the main process is gone."""
    logging.basicConfig(stream=sys.stderr, format="sureql worker: %(message)s")
    output = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints goes to the log and cannot tear a frame.
    os.dup2(2, 1)
    if hasattr(os, "nice") and URGENT not in sys.argv:
        with contextlib.suppress(OSError):
            os.nice(LOWER_PRIORITY)
    if URGENT not in sys.argv:
        # Trees are full of cycles and live long: at the usual pace, looking through them takes an
        # eighth of a file's check. Rarer is longer, which is felt where somebody waits.
        gc.set_threshold(50_000, 5, 400)
    worker = Worker(output)
    threading.Thread(target=worker.read, args=(sys.stdin.buffer,), daemon=True).start()
    # A broken output means the same as an ended input.
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        worker.work()
    os._exit(0)


if __name__ == "__main__":
    main()
