"""Bytes in and out: frames of the base protocol, tolerant of anything that is not one.

pygls' own reader needs a pool thread per line and stops at the first malformed body.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

Read = Callable[[Callable[[bytes], None]], Coroutine[Any, Any, None]]
"""Hands every body that arrives to its argument; returns when no more can come."""

_LENGTH = re.compile(rb"Content-Length:[ \t]*(\d{1,9})[ \t]*\r?\n", re.IGNORECASE)
_HEADERS_END = re.compile(rb"\r?\n\r?\n")
_CHUNK = 1 << 16
_LONGEST_HEADERS = 4096
_LONGEST_BODY = 1 << 29


@dataclass(slots=True)
class Frames:
    """Cuts a stream of bytes into message bodies; junk between frames is skipped."""

    _buffer: bytearray = field(default_factory=bytearray)
    _missing: int = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bodies that `data` completes."""
        self._buffer += data
        while True:
            if not self._missing and not self._take_headers():
                return
            if len(self._buffer) < self._missing:
                return
            body = bytes(self._buffer[: self._missing])
            del self._buffer[: self._missing]
            self._missing = 0
            yield body

    def _take_headers(self) -> bool:
        """True if a whole header was taken off the buffer and a body is due."""
        while match := _LENGTH.search(self._buffer):
            length = int(match[1])
            # The end of the length's own line may begin the empty line that ends the headers.
            end = _HEADERS_END.search(self._buffer, match.end(1))
            if end is None:
                if len(self._buffer) - match.end() < _LONGEST_HEADERS:
                    return False
                del self._buffer[: match.end()]
                continue
            del self._buffer[: end.end()]
            if 0 < length <= _LONGEST_BODY:
                self._missing = length
                return True
        # What can still become a header is kept, so that endless junk takes no memory.
        del self._buffer[:-_LONGEST_HEADERS]
        return False


@dataclass(slots=True)
class Output:
    """Where answers go: a file descriptor of our own, or a socket."""

    write_bytes: Callable[[bytes], None]

    def write(self, data: bytes) -> None:
        """Send all of `data`. A client that has gone away is noticed by the reader."""
        with contextlib.suppress(OSError):
            self.write_bytes(data)

    def close(self) -> None:
        """Nothing: whoever opened the descriptor or socket closes it."""


def own_stdout() -> Output:
    """The protocol's output. Afterwards `print` and C libraries write to the log instead."""
    sys.stdout.flush()
    descriptor = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr

    def write(data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]

    return Output(write)


async def read_stdin(receive: Callable[[bytes], None]) -> None:
    """Hand every body from standard input to `receive` on the loop; return when the input ends.

    A daemon thread reads the descriptor itself, so that a read that never returns can't keep the
    process alive at exit.
    """
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()

    def pump() -> None:
        frames = Frames()
        with contextlib.suppress(OSError, RuntimeError):  # RuntimeError: the loop is closed.
            while data := os.read(0, _CHUNK):
                for body in frames.feed(data):
                    loop.call_soon_threadsafe(receive, body)
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(ended.cancel)

    threading.Thread(target=pump, name="stdin", daemon=True).start()
    await asyncio.wait([ended])
