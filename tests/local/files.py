"""A small GGUF file, and a server on the loopback that gives it away, badly if told to."""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def model(size: int = 300_000) -> bytes:
    """A file with a true beginning that llama.cpp could not run."""
    entries = {"general.name": "Tiny", "general.architecture": "llama", "general.license": "mit"}
    head = struct.pack("<4sIQQ", b"GGUF", 3, 1, len(entries))
    for key, value in entries.items():
        head += _text(key) + struct.pack("<I", 8) + _text(value)
    return head + bytes(index * 7 % 251 for index in range(size - len(head)))


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text)) + text.encode()


@dataclass(slots=True)
class Shop:
    """`cuts`: after how many bytes each answer breaks off, in turn; then none does.

    `asked` are the ranges that were asked for, '' for all.
    """

    content: bytes
    tag: str = '"one"'
    cuts: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    location: str = ""
    chunked: bool = False
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/models/Tiny-1B.Q4.gguf?signature=abc"


@contextmanager
def shop(content: bytes, **wishes: object) -> Iterator[Shop]:
    """The server while it runs."""
    here = Shop(content, **wishes)  # type: ignore[arg-type]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _answer(self, here)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        here.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield here
        finally:
            server.shutdown()
            thread.join()


def _answer(request: BaseHTTPRequestHandler, here: Shop) -> None:
    wanted = request.headers.get("Range", "")
    here.asked.append(wanted)
    request.close_connection = True
    if here.location and len(here.asked) == 1:
        request.send_response(302)
        request.send_header("Location", here.location)
        request.send_header("Content-Length", "0")
        request.end_headers()
        return
    if here.statuses:
        request.send_response(here.statuses.pop(0))
        request.send_header("Content-Length", "0")
        request.end_headers()
        return
    begin = 0
    if wanted and request.headers.get("If-Range") == here.tag:
        begin = int(wanted.removeprefix("bytes=").rstrip("-"))
    size = len(here.content)
    request.send_response(206 if begin else 200)
    if begin:
        request.send_header("Content-Range", f"bytes {begin}-{size - 1}/{size}")
    if here.tag:
        request.send_header("ETag", here.tag)
    if not here.chunked:
        request.send_header("Content-Length", str(size - begin))
    request.send_header("Connection", "close")
    request.end_headers()
    rest = here.content[begin:]
    request.wfile.write(rest[: here.cuts.pop(0)] if here.cuts else rest)
