"""A server on a port lets in whoever has the token, and nobody else, whatever they send."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.frames import Frame, Opcode

from support.waiting import PATIENCE
from sureql.lsp import admission, listening
from sureql.lsp.admission import Admission
from sureql.lsp.listening import Guest, Limits, Listener
from sureql.ports.errors import ConfigurationError

TOKEN = "correct-horse-battery-staple"
ALLOWED = "https://ide.example"


class Sessions:
    """Sessions that answer every message with itself, and keep what they got."""

    def __init__(self) -> None:
        self.got: list[Any] = []

    async def serve(self, guest: Guest) -> None:
        def receive(body: bytes) -> None:
            self.got.append(json.loads(body))
            head = b"Content-Length: %d\r\n\r\n" % len(body) if guest.framed else b""
            guest.output.write(head + body)

        await guest.read(receive)


USUAL = Limits()


@asynccontextmanager
async def listening_on(limits: Limits = USUAL) -> AsyncIterator[tuple[int, Sessions]]:
    sessions = Sessions()
    listener = Listener(Admission(TOKEN, "127.0.0.1", (ALLOWED,)), sessions.serve, limits)
    server = await listening.opened(listener, "127.0.0.1", 0, remote=False)
    await server.start_serving()
    try:
        yield server.sockets[0].getsockname()[1], sessions
    finally:
        server.close()


def frame(message: object) -> bytes:
    body = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


def initialize(token: object = TOKEN) -> dict[str, Any]:
    options = {"initializationOptions": {"token": token, "other": 1}}
    return {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": options}


async def said(port: int, data: bytes) -> bytes:
    """What comes back for `data` until the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        return await asyncio.wait_for(reader.read(), PATIENCE)
    except ConnectionError:
        return b""
    finally:
        writer.close()


def websocket(port: int, token: str = TOKEN, **options: Any) -> connect:
    return connect(f"ws://127.0.0.1:{port}/?token={token}", proxy=None, **options)


async def status(port: int, token: str = TOKEN, **options: Any) -> int:
    """The status that a WebSocket is refused with."""
    with pytest.raises(InvalidStatus) as refused:
        async with websocket(port, token, **options):
            pass
    return refused.value.response.status_code


async def test_plain_messages_with_the_token() -> None:
    async with listening_on() as (port, sessions):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for part in (b"Con", b"tent-", frame(initialize())[8:20], frame(initialize())[20:]):
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0)
        writer.write(frame({"id": 2}))
        expected = initialize()
        del expected["params"]["initializationOptions"]["token"]
        assert await reader.readexactly(len(frame(expected))) == frame(expected)
        assert await reader.readexactly(len(frame({"id": 2}))) == frame({"id": 2})
        assert sessions.got == [expected, {"id": 2}]
        writer.close()


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", TOKEN[:-1], None, 7, {}, "\ud800"])
async def test_plain_messages_with_a_wrong_token(token: object) -> None:
    async with listening_on() as (port, sessions):
        answer = await said(port, frame(initialize(token)) + frame({"id": 2, "method": "shutdown"}))
        assert b"the token is missing or wrong" in answer
        assert answer.count(b"Content-Length") == 1
        assert TOKEN.encode() not in answer
        assert sessions.got == []


@pytest.mark.parametrize(
    "first",
    [
        frame({"jsonrpc": "2.0", "id": 1, "method": "shutdown"}),
        frame({"id": 1, "method": "workspace/executeCommand", "params": {"token": TOKEN}}),
        frame([initialize()]),
        frame("initialize"),
        b"Content-Length: 3\r\n\r\n{]}",
        b"Content-Length: 99999999\r\n\r\n" + b"[" * (1 << 20),
        b"Content-Type: " + b"a" * (1 << 20),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n",
        b"\n",
        b"nonsense\r\n" + frame(initialize()),
    ],
    ids=[
        "other",
        "command",
        "batch",
        "text",
        "no-json",
        "large",
        "endless",
        "tls",
        "blank",
        "junk",
    ],
)
async def test_anything_else_before_the_token_gets_no_answer(first: bytes) -> None:
    async with listening_on() as (port, sessions):
        assert await said(port, first) == b""
        assert sessions.got == []


@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS", "DELETE"])
async def test_messages_smuggled_in_a_request_of_a_page(method: str) -> None:
    body = frame(initialize()) + frame({"id": 2, "method": "workspace/executeCommand"})
    head = f"{method} / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"
    async with listening_on() as (port, sessions):
        answer = await said(port, head.encode() + body)
        assert answer.startswith(b"HTTP/1.1 405 ")
        assert sessions.got == []


async def test_a_page_that_is_only_looked_at() -> None:
    request = f"GET /?token={TOKEN} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    async with listening_on() as (port, sessions):
        answer = await said(port, request + frame(initialize()))
        assert answer.startswith(b"HTTP/1.1 426 ")
        assert sessions.got == []


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nA: " + b"b" * 20_000 + b"\r\n\r\n",
        b"GET /" + b"b" * 20_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n",
        b"GET / HTTP/1.1\r\nno header\r\n\r\n",
    ],
    ids=["header", "path", "many", "malformed"],
)
async def test_headers_that_are_too_much(head: bytes) -> None:
    async with listening_on() as (port, sessions):
        answer = await said(port, head)
        assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")
        assert sessions.got == []


@pytest.mark.parametrize("begun", [b"", b"Conten", b"GET / HTTP/1.1\r\nHost: lo", frame(0)[:-1]])
async def test_whoever_is_slow_is_not_waited_for(begun: bytes) -> None:
    async with listening_on(Limits(seconds=0.05)) as (port, sessions):
        assert await said(port, begun) == b""
        assert sessions.got == []


async def test_strangers_can_not_take_all_places() -> None:
    async with listening_on(Limits(strangers=2, seconds=PATIENCE)) as (port, _):
        waiting = [await asyncio.open_connection("127.0.0.1", port) for _ in range(5)]
        async with websocket(port) as client:
            await _echoed(client)
            # The ones that waited longest had to go for those that came later.
            ended = [asyncio.ensure_future(reader.read()) for reader, _ in waiting]
            done, _ = await asyncio.wait(ended[:3], timeout=PATIENCE)
            assert len(done) == 3
            assert not ended[4].done()
            assert all(one.result() == b"" for one in done)
        for one in ended:
            one.cancel()
        for _, writer in waiting:
            writer.close()


@pytest.mark.parametrize(
    "path", ["//[", "http://[::1", "//[x]y?token=", "*", "?token=%ff&token", "/#?"]
)
async def test_an_address_that_is_none(path: str, caplog: pytest.LogCaptureFixture) -> None:
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"
    async with listening_on() as (port, sessions):
        assert (await said(port, head.encode())).startswith(b"HTTP/1.1 401 ")
        assert sessions.got == []
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("flood", ["pings", "messages"])
async def test_who_reads_nothing_is_gone(flood: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "_UNSENT", 1 << 18)
    ping = Frame(Opcode.PING, b"x" * 125).serialize(mask=True) * 5_000
    message = Frame(Opcode.TEXT, json.dumps("x" * 100_000).encode()).serialize(mask=True)
    async with listening_on() as (port, _):
        head = f"GET /?token={TOKEN} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        head += "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        head += "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        writer.write(head.encode())
        # The connection ends; else this would go on for ever.
        with pytest.raises(ConnectionError):
            while True:
                writer.write(ping if flood == "pings" else message)
                await asyncio.wait_for(writer.drain(), PATIENCE)
        writer.close()


async def _echoed(client: ClientConnection, message: str = '{"id": 1}') -> None:
    await client.send(message)
    assert await asyncio.wait_for(client.recv(), PATIENCE) == message


@pytest.mark.parametrize("origin", [None, ALLOWED])
async def test_a_websocket_with_the_token(origin: Any) -> None:
    async with listening_on() as (port, sessions), websocket(port, origin=origin) as client:
        await _echoed(client)
        await _echoed(client, json.dumps({"text": "é" * 100_000}))
        await client.send(iter(['{"parts"', ": 1}"]))
        assert await asyncio.wait_for(client.recv(), PATIENCE) == '{"parts": 1}'
        assert len(sessions.got) == 3


async def test_a_page_of_the_same_host_and_the_token_among_the_protocols() -> None:
    protocols: Any = ["sureql", f"sureql.token.{TOKEN}"]
    async with listening_on() as (port, _):
        origin: Any = f"http://127.0.0.1:{port}"
        address = f"ws://127.0.0.1:{port}/"
        async with connect(address, subprotocols=protocols, origin=origin, proxy=None) as client:
            assert client.subprotocol == "sureql"
            await _echoed(client)


async def test_websockets_that_are_refused() -> None:
    async with listening_on(Limits(sessions=1)) as (port, sessions):
        assert await status(port, "") == 401
        assert await status(port, "wrong") == 401
        assert await status(port, subprotocols=["sureql", "sureql.token.wrong"], token="") == 401
        for origin in (
            "https://evil.example",
            "http://ide.example",
            "https://ide.example.evil.example",
            "https://ide.example:8443",
            "http://127.0.0.1:1",
            "null",
            "",
        ):
            assert await status(port, origin=origin) == 403, origin
        assert sessions.got == []
        async with websocket(port):
            assert await status(port) == 503


@pytest.mark.parametrize(
    "hosts", [["evil.example:7474"], [], ["localhost", "evil.example"], ["localhost@evil"], [""]]
)
async def test_a_foreign_name_for_this_machine(hosts: list[str]) -> None:
    lines = [f"GET /?token={TOKEN} HTTP/1.1", *(f"Host: {host}" for host in hosts)]
    lines += ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
    lines += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", ""]
    async with listening_on() as (port, sessions):
        answer = await said(port, "\r\n".join(lines).encode())
        assert answer.startswith(b"HTTP/1.1 403 ")
        assert sessions.got == []


async def test_only_this_machine_unless_it_is_wanted() -> None:
    listener = Listener(Admission(TOKEN, "0.0.0.0"), Sessions().serve)
    with pytest.raises(ConfigurationError, match="--allow-remote"):
        await listening.opened(listener, "0.0.0.0", 0, remote=False)
    server = await listening.opened(listener, "0.0.0.0", 0, remote=True)
    with pytest.raises(ConfigurationError, match="Can't listen on"):
        port = server.sockets[0].getsockname()[1]
        await server.start_serving()
        await listening.opened(listener, "127.0.0.1", port, remote=False)
    server.close()


def test_tokens() -> None:
    variables = {admission.VARIABLE: TOKEN, "OTHER": "1"}
    assert admission.token(variables) == (TOKEN, True)
    assert variables == {"OTHER": "1"}
    made, given = admission.token(variables)
    assert len(made) >= 43 and not given
    assert made != admission.token(variables)[0]
    for bad in ("short", "with spaces in it all over", "x" * 300, "päßwörter-sind-schön"):
        with pytest.raises(ConfigurationError, match="SUREQL_TOKEN must have"):
            admission.token({admission.VARIABLE: bad})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://IDE.example:443/", "https://ide.example"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://[::1]:80", "http://[::1]"),
        ("vscode-webview://abc", "vscode-webview://abc"),
        ("*", None),
        ("ide.example", None),
        ("https://", None),
        ("https://ide.example/path", None),
        ("https://user@ide.example", None),
        ("https://ide.example:99999", None),
    ],
)
def test_origins(text: str, expected: str | None) -> None:
    if expected is not None:
        assert admission.origin(text) == expected
    else:
        with pytest.raises(ConfigurationError, match="--allow-origin takes"):
            admission.origin(text)


async def test_the_program_on_a_port(tmp_path: Any) -> None:
    command = (sys.executable, "-m", "sureql", "lsp", "--tcp", "127.0.0.1:0")
    process = await asyncio.create_subprocess_exec(
        *command, stderr=asyncio.subprocess.PIPE, stdin=asyncio.subprocess.DEVNULL, cwd=tmp_path
    )
    assert process.stderr
    try:
        async with asyncio.timeout(PATIENCE):
            where = await process.stderr.readline()
            token = (await process.stderr.readline()).decode().removeprefix("token: ").strip()
            found = re.fullmatch(rb"sureql listens on 127\.0\.0\.1:(\d+)\n", where)
            assert found, where
            port = int(found[1])
            for _ in range(2):
                first = initialize(token)
                first["params"] |= {"processId": None, "rootUri": None, "capabilities": {}}
                ending = ({"id": 2, "method": "shutdown"}, {"method": "exit"})
                found_answers = await said(port, b"".join(map(frame, (first, *ending))))
                assert b'"id": 1' in found_answers
                assert b'"id": 2, "jsonrpc": "2.0", "result": null' in found_answers
            async with websocket(port, token) as one, websocket(port, token) as two:
                for client in (one, two):
                    await client.send(json.dumps(first))
                for client in (one, two):
                    answer = json.loads(await client.recv())
                    assert answer["result"]["serverInfo"]["name"] == "sureql"
    finally:
        process.kill()
        await process.communicate()
