"""An endpoint of ours that answers by a script, well or badly, and notes what it was sent.

Tests start one in their own loop (`async with FaultServer() as server`) or, where they block, in a
thread (`with running() as server`). Each request takes the next answer of the script; the last one
stays. It is also a program; in `tests`:
`python -m support.fault_server --port 8000`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import socket
import ssl
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from support import spoken
from support.spoken import FAULTS, Answer, Form
from support.waiting import PATIENCE


@dataclass(slots=True)
class Request:
    """`at` and `closed` are of `time.monotonic()`; `closed` is when the client hung up before the
    answer was over, None if it did not."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    raw: bytes
    at: float
    connection: int
    closed: float | None = None
    finished: float | None = None


Script = Answer | Callable[[Request], Answer]


@dataclass(slots=True)
class FaultServer:
    """`models` are listed at `/v1/models`; `llama` switches on llama.cpp's own paths."""

    models: tuple[str, ...] = ("model",)
    llama: bool = False
    keep_alive: float = 5.0
    tls: ssl.SSLContext | None = None
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    opened: int = 0
    port: int = 0
    _script: list[Script] = field(default_factory=lambda: [Answer()])
    _server: asyncio.Server | None = None
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    @property
    def base_url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}/v1"

    @property
    def asked(self) -> list[Request]:
        """The requests for an answer, without lists of models and the like."""
        return [one for one in self.requests if one.method == "POST"]

    def script(self, *answers: Script) -> None:
        """Answer the next requests so; the last answer also serves all further ones."""
        self._script = list(answers)

    async def arrival(self, count: int = 1, seconds: float = PATIENCE) -> Request:
        """Wait until `count` requests for an answer have come: the last of them."""
        async with asyncio.timeout(seconds):
            while len(self.asked) < count:
                self._arrived.clear()
                await self._arrived.wait()
        return self.asked[count - 1]

    async def hung_up(self, request: Request, seconds: float = PATIENCE) -> float:
        """Wait until the client has closed the connection of `request`: when that was."""
        async with asyncio.timeout(seconds):
            while request.closed is None:
                await asyncio.sleep(0.0005)
        return request.closed

    async def __aenter__(self) -> FaultServer:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: asyncio.StreamReaderProtocol(_Watched(), self._serve),
            "127.0.0.1",
            self.port,
            ssl=self.tls,
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._server.wait_closed(), 1)

    async def _serve(self, reader: _Watched, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        self.opened += 1
        self.connections += 1
        number = self.opened
        try:
            while request := await self._read(reader, writer, number):
                self.requests.append(request)
                self._arrived.set()
                if not await self._answer(request, reader, writer):
                    break
                request.finished = time.monotonic()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.connections -= 1
            self._tasks.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _read(
        self, reader: _Watched, writer: asyncio.StreamWriter, number: int
    ) -> Request | None:
        try:
            async with asyncio.timeout(self.keep_alive):
                head = await reader.readexactly(1)
                if head == b"\x16":
                    # A client that speaks TLS is answered in the clear, as other servers do.
                    await _whole(writer, {"error": "no TLS here"}, 400)
                    return None
                head += await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, TimeoutError, ConnectionError):
            return None
        first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        method, path, _ = first.split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in map(_parted, lines)}
        raw = await reader.readexactly(int(headers.get("content-length", "0")))
        try:
            body = json.loads(raw) if raw else None
        except ValueError:
            body = None
        return Request(method, path, headers, body, raw, time.monotonic(), number)

    async def _answer(
        self, request: Request, reader: _Watched, writer: asyncio.StreamWriter
    ) -> bool:
        """Whether the connection may serve another request."""
        if request.method == "GET":
            return await self._list(request, writer)
        chosen = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        answer = chosen if isinstance(chosen, Answer) else chosen(request)
        work = asyncio.ensure_future(self._play(request, answer, writer))
        gone = asyncio.ensure_future(reader.over.wait())
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            request.closed = time.monotonic()
            work.cancel()
        if not gone.done():
            gone.cancel()
        await asyncio.gather(work, gone, return_exceptions=True)
        if work.cancelled():
            return False
        if work.exception():
            request.closed = request.closed or time.monotonic()
            return False
        return work.result()

    async def _list(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        path = request.path.split("?")[0]
        if path.endswith("/models"):
            listed = [{"id": name, "object": "model"} for name in self.models]
            return await _whole(writer, {"object": "list", "data": listed})
        if self.llama and path.endswith("/props"):
            settings = {"n_ctx": 4096}
            return await _whole(writer, {"default_generation_settings": settings})
        return await _whole(writer, {"error": {"message": "Not found"}}, 404)

    async def _play(self, request: Request, answer: Answer, writer: asyncio.StreamWriter) -> bool:
        if answer.first:
            await asyncio.sleep(answer.first)
        if answer.hold:
            await answer.hold.wait()
        if answer.recorded:
            writer.write(answer.recorded)
            await writer.drain()
            return False
        if answer.fault == "close":
            return False
        if answer.fault == "redirect":
            moved = (("Location", answer.location), *answer.headers)
            return await _whole(writer, {}, 307, moved)
        if answer.fault == "html":
            return await _send(writer, 200, "text/html", b"<html>Please log in</html>")
        if answer.status != 200:
            said = answer.error or {"message": f"fault {answer.status}", "type": "fault"}
            return await _whole(writer, {"error": said}, answer.status, answer.headers)
        path = request.path.split("?")[0]
        if path.endswith("/embeddings"):
            return await _whole(writer, spoken.embedded(request.body))
        if path.endswith("/tokenize") and self.llama:
            return await _whole(writer, {"tokens": list(request.body["content"].encode())})
        form = spoken.spoken(path, request.body, answer)
        if form is None or (not self.llama and path.endswith(("/infill", "/completion"))):
            return await _whole(writer, {"error": {"message": "Not found"}}, 404)
        if not request.body.get("stream") or answer.fault == "silent":
            if answer.fault == "garbage":
                return await _send(writer, 200, "application/json", b'{"choices": [{"te')
            return await _whole(writer, form.whole(), 200, answer.headers)
        return await _stream(writer, form, answer)


class _Watched(asyncio.StreamReader):
    """Says when the client has hung up, without taking anything of a next request."""

    def __init__(self) -> None:
        super().__init__()
        self.over = asyncio.Event()

    def feed_eof(self) -> None:
        super().feed_eof()
        self.over.set()

    def set_exception(self, exc: BaseException) -> None:
        super().set_exception(exc)
        self.over.set()


@contextlib.contextmanager
def running(**options: Any) -> Iterator[FaultServer]:
    """A server in a thread of its own, for tests that block."""
    started: list[FaultServer] = []
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    over = asyncio.Event()

    async def serve() -> None:
        async with FaultServer(**options) as server:
            started.append(server)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield started[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
        loop.close()


async def _stream(
    writer: asyncio.StreamWriter,
    form: Form,
    answer: Answer,
) -> bool:
    extra = "".join(f"{name}: {value}\r\n" for name, value in answer.headers)
    head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"
    writer.write(f"{head}{extra}\r\n".encode())
    await writer.drain()
    async for event in spoken.paced(form, answer):
        for part in spoken.split(event, answer.fault):
            writer.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
            await writer.drain()
    match answer.fault:
        case "reset":
            _reset(writer)
            return False
        case "cut":
            return False
        case "stall":
            await asyncio.sleep(3600)
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True


async def _whole(
    writer: asyncio.StreamWriter,
    body: Any,
    status: int = 200,
    headers: tuple[tuple[str, str], ...] = (),
) -> bool:
    return await _send(writer, status, "application/json", json.dumps(body).encode(), headers)


async def _send(
    writer: asyncio.StreamWriter,
    status: int,
    kind: str,
    body: bytes,
    headers: tuple[tuple[str, str], ...] = (),
) -> bool:
    extra = "".join(f"{name}: {value}\r\n" for name, value in headers)
    head = f"HTTP/1.1 {status} Status\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    writer.write(f"{head}{extra}\r\n".encode() + body)
    await writer.drain()
    return True


def _reset(writer: asyncio.StreamWriter) -> None:
    found = writer.get_extra_info("socket")
    # To linger for no time makes closing a reset.
    found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def _parted(line: str) -> tuple[str, str, str]:
    return line.partition(":")


async def _forever(port: int, answer: Answer) -> None:
    async with FaultServer(port=port) as server:
        server.script(answer)
        sys.stdout.write(f"{server.base_url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main() -> None:
    """Serve on the loopback until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--fault", choices=FAULTS, default="")
    parser.add_argument("--status", type=int, default=200)
    parser.add_argument("--first", type=float, default=0.0)
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("pieces", nargs="*", default=["1"])
    given = parser.parse_args()
    answer = Answer(tuple(given.pieces), given.status, given.fault, given.first, given.delay)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_forever(given.port, answer))


if __name__ == "__main__":
    main()
