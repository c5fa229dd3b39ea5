"""The server on a port, for web IDEs: plain messages and WebSockets, both only with the token.

A connection is nobody until it has introduced itself: it gets no answer but a refusal, a few seconds, and
little memory. What begins like HTTP is taken for a WebSocket or refused, so that no page can smuggle
messages in the body of a form.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import logging
import os
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sureql.lsp import admission, server
from sureql.lsp.admission import Admission
from sureql.lsp.stream import Frames, Output, Read
from sureql.ports.errors import ConfigurationError

log = logging.getLogger(__name__)

_CHUNK = 1 << 16
_PLAIN = re.compile(rb"Content-(Length|Type):", re.IGNORECASE)
_HTTP = re.compile(rb"[A-Z]+ [^ ]+ HTTP/")
_UNSENT = 1 << 26
"""Bytes that may wait for a client that does not read. One that lets more pile up is gone."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a connection may use before it is known, and how many there may be."""

    seconds: float = 10.0
    headers: int = 16_384
    introduction: int = 1 << 20
    strangers: int = 32
    sessions: int = 8


@dataclass(frozen=True, slots=True)
class Guest:
    """A connection that has shown the token. `framed`: its messages begin with headers."""

    output: Output
    read: Read
    framed: bool


class Refused(Exception):
    """Why a connection is closed. The other end was told, if it could understand."""


Serve = Callable[[Guest], Awaitable[object]]


@dataclass(slots=True)
class Listener:
    """Lets connections in; `serve` is a session with one of them, until it ends.

    When too many strangers wait, the one that has waited longest goes: a client says who it is at once.
    """

    admission: Admission
    serve: Serve
    limits: Limits = Limits()
    _strangers: list[asyncio.Timeout] = field(default_factory=list, init=False)
    _sessions: int = field(default=0, init=False)

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its first byte to its last."""
        try:
            guest = await self._admitted(reader, writer)
            if guest is not None:
                self._sessions += 1
                try:
                    await self.serve(guest)
                finally:
                    self._sessions -= 1
        finally:
            writer.close()
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(self.limits.seconds):
                    await writer.wait_closed()
            # Whoever reads nothing more does not keep what was left to send.
            writer.transport.abort()

    async def _admitted(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> Guest | None:
        peer = writer.get_extra_info("peername")
        if len(self._strangers) >= self.limits.strangers:
            self._hurry()
        try:
            async with asyncio.timeout(self.limits.seconds) as waiting:
                self._strangers.append(waiting)
                try:
                    return await self._introduced(reader, writer)
                finally:
                    self._strangers = [one for one in self._strangers if one is not waiting]
        except TimeoutError:
            log.warning("Refused a connection from %s: it did not say who it is in time.", peer)
        except (Refused, OSError) as problem:
            log.warning("Refused a connection from %s: %s", peer, problem)
        return None

    def _hurry(self) -> None:
        """End the wait for the stranger that has been here longest."""
        oldest = self._strangers.pop(0)
        if not oldest.expired():
            oldest.reschedule(0)

    async def _introduced(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> Guest:
        begun = await _up_to(reader, b"", b"\n", self.limits.headers)
        if _PLAIN.match(begun):
            return await self._plain(reader, writer, begun)
        if not _HTTP.match(begun):
            raise Refused("it speaks another protocol.")
        if not begun.startswith(b"GET "):
            _answer(
                writer, "405 Method Not Allowed", "This is a language server, not a web server."
            )
            raise Refused("it is an HTTP request, but no WebSocket.")
        return await self._websocket(reader, writer, begun)

    async def _plain(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, begun: bytes
    ) -> Guest:
        frames, total, data = Frames(), 0, begun
        bodies: list[bytes] = []
        while True:
            total += len(data)
            if total > self.limits.introduction:
                raise Refused("its first message is too long.")
            bodies.extend(frames.feed(data))
            if bodies:
                break
            data = await reader.read(_CHUNK)
            if not data:
                raise Refused("it ended before it said who it is.")
        try:
            message = json.loads(bodies[0])
        except (ValueError, RecursionError):
            raise Refused("its first message is not JSON.") from None
        known = self.admission.knows(admission.introduced_token(message))
        if not known or self._sessions >= self.limits.sessions:
            reason = "the token is missing or wrong" if not known else "too many sessions"
            self._refuse(writer, message, reason)
            raise Refused(f"{reason}.")
        bodies[0] = json.dumps(message).encode()

        async def read(receive: Callable[[bytes], None]) -> None:
            for body in bodies:
                receive(body)
            bodies.clear()
            with contextlib.suppress(ConnectionError):
                while data := await reader.read(_CHUNK):
                    for body in frames.feed(data):
                        receive(body)

        return Guest(Output(_within_bounds(writer)), read, framed=True)

    def _refuse(self, writer: asyncio.StreamWriter, message: Any, reason: str) -> None:
        # Only an `initialize` is answered: whoever sends it is a client, and its user should know.
        if not isinstance(message, dict) or message.get("method") != "initialize":
            return
        hint = "Set initializationOptions.token to what `sureql lsp --tcp` printed."
        text = f"sureql: {reason}. {hint}" if "token" in reason else f"sureql: {reason}."
        error = {"code": -32803, "message": text}
        body = json.dumps({"jsonrpc": "2.0", "id": message.get("id"), "error": error}).encode()
        writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    async def _websocket(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, begun: bytes
    ) -> Guest:
        try:
            from sureql.lsp import websocket
        except ImportError:
            _answer(writer, "501 Not Implemented", MISSING)
            raise Refused(MISSING) from None
        socket = websocket.WebSocket(reader, _within_bounds(writer))
        head = await _up_to(reader, begun, b"\r\n\r\n", self.limits.headers)
        request = socket.asked(head)
        if request is None:
            _answer(writer, "400 Bad Request", "This is no request of HTTP.")
            raise Refused("its HTTP is malformed.")
        hosts, origins = request.headers.get_all("Host"), request.headers.get_all("Origin")
        host, origin = hosts[0] if hosts else "", origins[0] if origins else None
        shown = admission.shown_token(websocket.protocols(request.headers), request.path)
        refusal = None
        if len(hosts) != 1 or not self.admission.admits_host(host):
            refusal = (403, f"The host {host[:100]!r} is not this server.")
        elif len(origins) > 1 or not self.admission.admits_origin(origin, host):
            refusal = (403, f"Pages of {str(origin)[:100]!r} may not connect; see --allow-origin.")
        elif not self.admission.knows(shown):
            refusal = (401, "The token is missing or wrong.")
        elif self._sessions >= self.limits.sessions:
            refusal = (503, "Too many sessions.")
        if refusal is not None:
            socket.reject(*refusal)
            raise Refused(refusal[1])
        if not socket.accept(request):
            raise Refused("it is an HTTP request, but no WebSocket.")
        return Guest(Output(socket.send), socket.read, framed=False)


MISSING = "WebSockets need the extra: uv tool install 'sureql[web]'"


def run(host: str, port: int, origins: Sequence[str], remote: bool) -> int:
    """Serve clients that connect to `host:port` with the token, each in its own session, until
    interrupted. `origins` are pages that may; without `remote` only this machine can reach the port."""
    token, given = admission.token(os.environ)
    admitted = Admission(token, host, tuple(map(admission.origin, origins)))
    journal = server.set_up_log()

    async def serve_guest(guest: Guest) -> object:
        return await server.serve(guest.output, guest.read, journal, guest.framed)

    async def listen() -> None:
        listener = Listener(admitted, serve_guest)
        listens = await opened(listener, host, port, remote)
        try:
            await listens.start_serving()
            address = listens.sockets[0].getsockname()
            where = f"[{address[0]}]" if ":" in address[0] else address[0]
            sys.stderr.write(f"sureql listens on {where}:{address[1]}\n")
            sys.stderr.write(f"token: {f'that of {admission.VARIABLE}' if given else token}\n")
            if importlib.util.find_spec("websockets") is None:
                sys.stderr.write(MISSING + "\n")
            sys.stderr.flush()
            await listens.serve_forever()
        finally:
            listens.close()

    try:
        asyncio.run(listen())
    except KeyboardInterrupt:
        return 0
    return 0


async def opened(listener: Listener, host: str, port: int, remote: bool) -> asyncio.Server:
    """A server that is about to serve. Unless `remote` is wanted, only this machine may reach it."""
    try:
        # Not started: the address is looked at before anybody can connect.
        listens = await asyncio.start_server(listener.connected, host, port, start_serving=False)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise ConfigurationError(f"Can't listen on {host}:{port}: {reason}") from None
    reachable = [one.getsockname()[0] for one in listens.sockets]
    if not remote and not all(map(admission.is_loopback, reachable)):
        listens.close()
        raise ConfigurationError(
            f"{host} can be reached from other machines. Whoever has the token could then read and change"
            " what you can, and nothing is encrypted. Listen on 127.0.0.1 behind an SSH tunnel or a proxy"
            " with TLS; or say --allow-remote if that is what you want."
        )
    return listens


async def _up_to(reader: asyncio.StreamReader, begun: bytes, mark: bytes, most: int) -> bytes:
    """`begun` and what follows, until `mark` is in it."""
    data = begun
    while mark not in data:
        if len(data) > most:
            raise Refused("its headers are too long.")
        more = await reader.read(most)
        if not more:
            raise Refused("it ended before it said who it is.")
        data += more
    if data.index(mark) > most:
        raise Refused("its headers are too long.")
    return data


def _answer(writer: asyncio.StreamWriter, status: str, reason: str) -> None:
    body = reason.encode() + b"\n"
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n"
    writer.write(head.encode() + b"Connection: close\r\n\r\n" + body)


def _within_bounds(writer: asyncio.StreamWriter) -> Callable[[bytes], None]:
    def write(data: bytes) -> None:
        if writer.transport.get_write_buffer_size() > _UNSENT:
            log.warning("A client does not read what it is sent; its connection is closed.")
            writer.transport.abort()
        elif not writer.transport.is_closing():
            writer.write(data)

    return write
