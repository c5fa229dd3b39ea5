"""A strict client over raw bytes: every byte of the server's output must belong to a message."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.waiting import PATIENCE

COMMAND = (sys.executable, "-m", "sureql", "lsp")


@dataclass
class Wire:
    """`refuses`: methods of the server's own requests that are never answered."""

    process: Process
    refuses: Callable[[str], bool] = lambda method: False
    configuration: dict[str, Any] = field(default_factory=dict)
    answers: dict[Any, list[dict[str, Any]]] = field(default_factory=dict)
    order: list[Any] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    impurity: bytes = b""
    introduced: Any = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _next: int = 0

    def raw(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)

    def send(self, message: Any) -> None:
        body = json.dumps(message).encode()
        self.raw(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def notify(self, method: str, params: Any = None) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: Any = None) -> int:
        """Send a request without waiting; its id."""
        self._next += 1
        message = {"jsonrpc": "2.0", "id": self._next, "method": method}
        self.send(message if params is None else {**message, "params": params})
        return self._next

    async def answer(self, number: Any) -> dict[str, Any]:
        await self.until(lambda: number in self.answers)
        return self.answers[number][0]

    async def request(self, method: str, params: Any = None) -> Any:
        """The result; fails on an error."""
        answer = await self.answer(self.ask(method, params))
        assert "error" not in answer, answer
        return answer["result"]

    async def until(self, condition: Callable[[], Any]) -> None:
        async def wait() -> None:
            while not condition():
                self._changed.clear()
                await self._changed.wait()

        await asyncio.wait_for(wait(), PATIENCE)

    def notifications(self, method: str) -> list[dict[str, Any]]:
        return [message["params"] for message in self.told if message["method"] == method]

    def diagnostics(self, uri: str) -> list[dict[str, Any]] | None:
        """The newest published for a document, None if there are none yet."""
        found = self.notifications("textDocument/publishDiagnostics")
        return next((p["diagnostics"] for p in reversed(found) if p["uri"] == uri), None)

    async def codes(self, uri: str, wanted: Sequence[str]) -> None:
        """Wait until exactly these codes are published, in order."""
        await self.until(lambda: [d["code"] for d in self.diagnostics(uri) or []] == list(wanted))

    def open(self, uri: str, text: str, version: int = 1) -> None:
        item = {"uri": uri, "languageId": "sql", "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, version: int, *changes: dict[str, Any]) -> None:
        document = {"uri": uri, "version": version}
        params = {"textDocument": document, "contentChanges": list(changes)}
        self.notify("textDocument/didChange", params)

    def at(self, uri: str, line: int, character: int, **more: Any) -> dict[str, Any]:
        place = {"line": line, "character": character}
        return {"textDocument": {"uri": uri}, "position": place, **more}

    async def loaded(self) -> None:
        """Wait until a schema is there."""
        await self.until(
            lambda: any("tables" in one["message"] for one in self.notifications("didChangeStatus"))
        )

    async def labels(self, uri: str, line: int, character: int) -> list[str]:
        """The popup at a place."""
        found = await self.request("textDocument/completion", self.at(uri, line, character))
        return [item["label"] for item in found["items"]]

    async def end(self) -> int:
        """Say goodbye; the exit code. Every request must have had exactly one answer."""
        if self.process.returncode is None:
            await self.request("shutdown")
            self.notify("exit")
        code = await asyncio.wait_for(self.process.wait(), PATIENCE)
        self.check()
        return code

    def check(self) -> None:
        assert self.impurity == b""
        counts = Counter({number: len(found) for number, found in self.answers.items() if number})
        assert counts == Counter(dict.fromkeys(range(1, self._next + 1), 1))

    async def read(self) -> None:
        """Take messages until the output ends."""
        stdout = self.process.stdout
        assert stdout is not None
        while header := await stdout.readline():
            if not header.startswith(b"Content-"):
                self.impurity += header
                continue
            size = 0
            while header.strip():
                if header.startswith(b"Content-Length:"):
                    size = int(header.split(b":")[1])
                header = await stdout.readline()
            self._take(json.loads(await stdout.readexactly(size)))
            self._changed.set()

    def _take(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            self.answers.setdefault(message["id"], []).append(message)
            self.order.append(message["id"])
        elif "id" not in message:
            self.told.append(message)
        else:
            self.asked.append(message)
            if not self.refuses(message["method"]):
                reply = {"jsonrpc": "2.0", "id": message["id"], "result": self._reply(message)}
                self.send(reply)

    def _reply(self, message: dict[str, Any]) -> Any:
        if message["method"] == "workspace/configuration":
            return [self.configuration for _ in message["params"]["items"]]
        return None


CAPABILITIES = {
    "window": {"workDoneProgress": True},
    "workspace": {
        "configuration": True,
        "workspaceFolders": True,
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "workspaceEdit": {"documentChanges": True},
    },
    "textDocument": {
        "publishDiagnostics": {"relatedInformation": True, "versionSupport": True},
        "completion": {"completionItem": {"snippetSupport": True}},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "definition": {"linkSupport": True},
    },
}


async def spawn(cache: Path, cwd: Path | None = None) -> Wire:
    """A server that has not been initialized."""
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith("SUREQL_")},
        "SUREQL_CONFIG": str(cache / "no" / "config.toml"),
        "SUREQL_CACHE": str(cache),
    }
    process = await asyncio.create_subprocess_exec(
        *COMMAND, stdin=PIPE, stdout=PIPE, env=environment, cwd=cwd, limit=1 << 26
    )
    wire = Wire(process)
    wire.reading = asyncio.create_task(wire.read())  # type: ignore[attr-defined]
    return wire


async def start(
    root: Path | None,
    cache: Path,
    capabilities: dict[str, Any] | None = None,
    refuses: Callable[[str], bool] = lambda method: False,
    configuration: dict[str, Any] | None = None,
) -> Wire:
    """A server in session, with the folder `root` open and the settings `configuration`."""
    wire = await spawn(cache)
    wire.refuses = refuses
    wire.configuration = configuration or {}
    folders = [{"uri": root.as_uri(), "name": root.name}] if root else None
    params = {
        "processId": os.getpid(),
        "rootUri": root.as_uri() if root else None,
        "capabilities": CAPABILITIES if capabilities is None else capabilities,
        "workspaceFolders": folders,
        "initializationOptions": wire.configuration,
    }
    wire.introduced = await wire.request("initialize", params)
    wire.notify("initialized", {})
    return wire
