"""A small language client over a child process's stdin and stdout. It speaks JSON-RPC itself, so
that the demo goes the way that any editor goes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {
        "synchronization": {"didSave": True},
        "inlineCompletion": {"dynamicRegistration": False},
        "completion": {"completionItem": {"snippetSupport": False, "labelDetailsSupport": True}},
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {"versionSupport": True, "codeDescriptionSupport": True},
        "codeAction": {
            "codeActionLiteralSupport": {
                "codeActionKind": {"valueSet": ["quickfix", "source.fixAll"]}
            },
            "isPreferredSupport": True,
        },
    },
    "workspace": {"configuration": False, "workspaceFolders": True},
    "window": {"workDoneProgress": True},
}


class ServerError(Exception):
    """The server refused a request, ended, or did not answer in time."""


class Client:
    """One server and one workspace."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._next = 0
        self._heard: list[tuple[str, Any]] = []
        self._news = asyncio.Event()
        self._reader = asyncio.create_task(self._read())

    async def request(self, method: str, params: Any, seconds: float = 10) -> Any:
        """The server's answer; who stops waiting for it cancels it. Raises ServerError."""
        self._next += 1
        number = self._next
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._send({"id": number, "method": method, "params": params})
        try:
            return await asyncio.wait_for(answer, seconds)
        except asyncio.CancelledError:
            self.notify("$/cancelRequest", {"id": number})
            raise
        except TimeoutError:
            raise ServerError(f"no answer to {method} within {seconds:.0f} s") from None

    def notify(self, method: str, params: Any) -> None:
        """Tell the server something that it does not answer."""
        self._send({"method": method, "params": params})

    async def heard(
        self, method: str, fits: Callable[[Any], bool], seconds: float = 10
    ) -> dict[str, Any]:
        """The params of the first notification that fits, waited for. Raises ServerError."""
        end = asyncio.get_running_loop().time() + seconds
        looked_at = 0
        while True:
            for name, params in self._heard[looked_at:]:
                if name == method and fits(params):
                    return dict(params)
            looked_at = len(self._heard)
            self._news.clear()
            left = end - asyncio.get_running_loop().time()
            try:
                await asyncio.wait_for(self._news.wait(), max(left, 0))
            except TimeoutError:
                raise ServerError(f"no {method} within {seconds:.0f} s") from None

    def last(self, method: str) -> dict[str, Any]:
        """The params of the newest such notification; {} if none has come."""
        return next((dict(params) for name, params in reversed(self._heard) if name == method), {})

    async def close(self) -> None:
        """Shut the server down, by force if it does not listen."""
        with contextlib.suppress(ServerError):
            await self.request("shutdown", None, 3)
            self.notify("exit", None)
        try:
            await asyncio.wait_for(self._process.wait(), 3)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        self._reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reader

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        if self._process.stdin is None or self._process.stdin.is_closing():
            raise ServerError("the server has ended")
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    async def _read(self) -> None:
        stream = self._process.stdout
        assert stream
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                header = (await stream.readuntil(b"\r\n\r\n")).decode("ascii")
                fields = dict(line.split(": ", 1) for line in header.strip().split("\r\n"))
                self._handle(json.loads(await stream.readexactly(int(fields["Content-Length"]))))
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ServerError("the server ended unexpectedly"))

    def _handle(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            answer = self._waiting.pop(message["id"], None)
            if answer is None or answer.done():
                return
            if "error" in message:
                answer.set_exception(ServerError(message["error"]["message"]))
            else:
                answer.set_result(message.get("result"))
        elif "id" in message:
            # The server asks (for configuration, to register, for progress): nothing is set here.
            items = (message.get("params") or {}).get("items")
            result = [None] * len(items) if items is not None else None
            self._send({"id": message["id"], "result": result})
        else:
            self._heard.append((message["method"], message.get("params")))
            self._news.set()


async def start(command: Sequence[str], root: Path, settings: Mapping[str, str]) -> Client:
    """Start a server on the workspace `root`, with `settings` as variables besides the user's own,
    and shake hands. Raises ServerError."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=root,
        env={**os.environ, **settings},
        stdin=PIPE,
        stdout=PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    client = Client(process)
    uri = root.as_uri()
    params = {
        "processId": None,
        "clientInfo": {"name": "sureql demo"},
        "rootUri": uri,
        "workspaceFolders": [{"uri": uri, "name": root.name}],
        "capabilities": CAPABILITIES,
    }
    await client.request("initialize", params, 30)
    client.notify("initialized", {})
    return client
