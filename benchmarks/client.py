"""A small client that notes when each message arrives."""

from __future__ import annotations

import asyncio
import json
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE = 60


@dataclass
class Client:
    """`told` holds (time of arrival, notification)."""

    process: Process
    told: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    _answers: dict[int, asyncio.Future[tuple[float, dict[str, Any]]]] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _next: int = 0
    _reading: asyncio.Task[None] | None = None

    def notify(self, method: str, params: Any) -> float:
        """Send a notification; the time it was sent."""
        return self._send({"method": method, "params": params})

    def ask(self, method: str, params: Any) -> int:
        """Send a request; its id."""
        self._next += 1
        self._answers[self._next] = asyncio.get_running_loop().create_future()
        self._send({"id": self._next, "method": method, "params": params})
        return self._next

    async def answer(self, number: int) -> tuple[float, dict[str, Any]]:
        """When the answer came, and the answer."""
        return await asyncio.wait_for(self._answers[number], PATIENCE)

    async def request(self, method: str, params: Any) -> tuple[float, Any]:
        """Seconds from sending to the answer, and its result (None for an error)."""
        begun = time.perf_counter()
        arrived, message = await self.answer(self.ask(method, params))
        return arrived - begun, message.get("result")

    async def until(self, found: Callable[[dict[str, Any]], bool], since: float) -> float:
        """When the first notification after `since` arrived that fits."""

        async def wait() -> float:
            while True:
                for arrived, message in reversed(self.told):
                    if arrived < since:
                        break
                    if found(message):
                        return min(t for t, m in self.told if t >= since and found(m))
                self._news.clear()
                await self._news.wait()

        return await asyncio.wait_for(wait(), PATIENCE)

    async def close(self) -> None:
        await self.request("shutdown", None)
        self.notify("exit", None)
        await asyncio.wait_for(self.process.wait(), PATIENCE)
        if self._reading:
            await self._reading

    def _send(self, message: dict[str, Any]) -> float:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        return time.perf_counter()

    async def read(self) -> None:
        stdout = self.process.stdout
        assert stdout is not None
        while header := await stdout.readline():
            size = 0
            while header.strip():
                if header.lower().startswith(b"content-length:"):
                    size = int(header.split(b":")[1])
                header = await stdout.readline()
            body = await stdout.readexactly(size)
            arrived = time.perf_counter()
            message = json.loads(body)
            if "method" not in message:
                self._answers[message["id"]].set_result((arrived, message))
            elif "id" in message:
                self._send({"id": message["id"], "result": None})
            else:
                self.told.append((arrived, message))
                self._news.set()


async def start(command: Sequence[str], environment: dict[str, str], root: Path) -> Client:
    """A client whose server process has been started and nothing else."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, env=environment, cwd=root, limit=1 << 26
    )
    client = Client(process)
    client._reading = asyncio.create_task(client.read())
    return client


def initialize(root: Path) -> dict[str, Any]:
    """What an ordinary editor sends."""
    return {
        "processId": None,
        "rootUri": root.as_uri(),
        "workspaceFolders": [{"uri": root.as_uri(), "name": root.name}],
        "capabilities": {
            "textDocument": {"completion": {"completionItem": {"snippetSupport": True}}},
            "general": {"positionEncodings": ["utf-16"]},
        },
    }
