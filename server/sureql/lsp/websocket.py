"""One WebSocket: a message of the protocol is one text frame. Only this module imports `websockets`,
which does no reading or writing of its own here."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence

from websockets.datastructures import Headers
from websockets.exceptions import WebSocketException
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from sureql.lsp import admission

PING = 20.0
"""Seconds of silence after which the other end is asked whether it is still there. Proxies close what is
silent for a minute."""

_LONGEST = 1 << 26
_CHUNK = 1 << 16


class WebSocket:
    """The server's end, before and after it is accepted."""

    def __init__(self, reader: asyncio.StreamReader, write: Callable[[bytes], None]) -> None:
        self._reader = reader
        self._write = write
        self._protocol = ServerProtocol(select_subprotocol=_chosen, max_size=_LONGEST)
        self._message = bytearray()
        self._rest = b""

    def asked(self, data: bytes) -> Request | None:
        """What the headers that `data` begins with ask for; None if they are no request."""
        head, mark, self._rest = data.partition(b"\r\n\r\n")
        self._protocol.receive_data(head + mark)
        found = self._protocol.events_received()
        return found[0] if found and isinstance(found[0], Request) else None

    def accept(self, request: Request) -> bool:
        """Agree; False if the request was not what WebSockets begin with, which it is told."""
        response = self._protocol.accept(request)
        self._protocol.send_response(response)
        self._flush()
        return response.status_code == 101

    def reject(self, status: int, reason: str) -> None:
        """Refuse with a status of HTTP and a sentence."""
        self._protocol.send_response(self._protocol.reject(status, reason + "\n"))
        self._flush()

    def send(self, data: bytes) -> None:
        """One message. Nobody hears it once the other end has said goodbye."""
        if self._protocol.state is State.OPEN:
            self._protocol.send_text(data)
            self._flush()

    async def read(self, receive: Callable[[bytes], None]) -> None:
        """Hand every message to `receive` until the other end closes or is gone."""
        silent = False
        self._protocol.receive_data(self._rest)
        self._take(receive)
        while not self._protocol.close_expected():
            try:
                data = await asyncio.wait_for(self._reader.read(_CHUNK), PING)
            except TimeoutError:
                if silent or self._protocol.state is not State.OPEN:
                    return
                silent = True
                self._protocol.send_ping(b"")
                self._flush()
                continue
            except ConnectionError:
                return
            if not data:
                return
            silent = False
            self._protocol.receive_data(data)
            self._take(receive)

    def _take(self, receive: Callable[[bytes], None]) -> None:
        for event in self._protocol.events_received():
            if not isinstance(event, Frame) or event.opcode not in _WITH_DATA:
                continue
            self._message += event.data
            if event.fin:
                body = bytes(self._message)
                self._message.clear()
                receive(body)
        self._flush()

    def _flush(self) -> None:
        with contextlib.suppress(ConnectionError, WebSocketException):
            for data in self._protocol.data_to_send():
                # An empty one means that nothing more will come; whoever opened the socket closes it.
                if data:
                    self._write(data)


_WITH_DATA = frozenset({Opcode.TEXT, Opcode.BINARY, Opcode.CONT})


def protocols(headers: Headers) -> list[str]:
    """The protocols a request offers."""
    offered = ",".join(headers.get_all("Sec-WebSocket-Protocol"))
    return [name.strip() for name in offered.split(",") if name.strip()]


def _chosen(_: ServerProtocol, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    # A browser ends the connection if it offered some and none is chosen. The token is never said again.
    known = Subprotocol(admission.SUBPROTOCOL)
    return known if known in offered else None
