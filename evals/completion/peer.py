"""Another SQL language server, asked over the protocol; it gets a live PostgreSQL with the schema.

Tried with `postgres-language-server lsp-proxy` 0.25.5 (npm: @postgres-language-server/cli).
"""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.completion import corpus, engines

PATIENCE = 5.0
"""Seconds after which a request counts as answered with nothing."""


class Server:
    """A language server over stdio, asked one thing at a time."""

    def __init__(self, command: list[str], root: Path) -> None:
        self._command = command
        self._root = root
        self._uri = (root / "query.sql").as_uri()
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            cwd=self._root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self._next = 0
        self._version = 0
        capabilities = {
            "textDocument": {"completion": {"completionItem": {"snippetSupport": False}}}
        }
        self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": self._root.as_uri(),
                "capabilities": capabilities,
                "workspaceFolders": [{"uri": self._root.as_uri(), "name": "eval"}],
            },
        )
        self.notify("initialized", {})

    def notify(self, method: str, params: dict[str, Any]) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def request(self, method: str, params: dict[str, Any]) -> Any:
        self._next += 1
        self._send({"jsonrpc": "2.0", "id": self._next, "method": method, "params": params})
        while True:
            try:
                message = self._messages.get(timeout=PATIENCE)
            except queue.Empty:
                return None
            if message is None:
                raise OSError("the server closed its output")
            if message.get("id") == self._next and "method" not in message:
                return message.get("result")
            if "method" in message and "id" in message:
                self._send({"jsonrpc": "2.0", "id": message["id"], "result": None})

    def complete(self, text: str, offset: int) -> list[dict[str, Any]]:
        """The items offered at `offset` of a document with `text`, in the server's sort order.

        A server that ends over a question has no answer to it, and is started again.
        """
        try:
            return self._complete(text, offset)
        except OSError:
            self._process.kill()
            self._start()
            time.sleep(3)
            return []

    def _complete(self, text: str, offset: int) -> list[dict[str, Any]]:
        self._version += 1
        if self._version == 1:
            document = {"uri": self._uri, "languageId": "sql", "version": 1, "text": text}
            self.notify("textDocument/didOpen", {"textDocument": document})
        else:
            self.notify(
                "textDocument/didChange",
                {
                    "textDocument": {"uri": self._uri, "version": self._version},
                    "contentChanges": [{"text": text}],
                },
            )
        line = text.count("\n", 0, offset)
        before = text[text.rfind("\n", 0, offset) + 1 : offset]
        position = {"line": line, "character": len(before.encode("utf-16-le")) // 2}
        result = self.request(
            "textDocument/completion",
            {
                "textDocument": {"uri": self._uri},
                "position": position,
                "context": {"triggerKind": 1},
            },
        )
        items = result["items"] if isinstance(result, dict) else result or []
        return sorted(
            items, key=lambda item: (item.get("sortText") or item["label"], item["label"])
        )

    def texts(self, text: str, offset: int) -> list[str]:
        """What the items at `offset` would insert."""
        return [
            str(
                (item.get("textEdit") or {}).get("newText")
                or item.get("insertText")
                or item["label"]
            )
            for item in self.complete(text, offset)
        ]

    def close(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self.request("shutdown", {})
            self.notify("exit", {})
        self._process.kill()
        self._process.wait()

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        body = json.dumps(message).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _listen(self) -> None:
        while (message := self._receive()) is not None:
            self._messages.put(message)
        self._messages.put(None)

    def _receive(self) -> dict[str, Any] | None:
        assert self._process.stdout is not None
        length = 0
        while line := self._process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if not length:
            return None
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return message


@contextlib.contextmanager
def serving(command: list[str], schema: corpus.Schema) -> Iterator[Server]:
    """The peer with a live database that holds `schema`."""
    with engines.opened([schema]) as real, tempfile.TemporaryDirectory() as folder:
        engine = real[schema.name]
        assert isinstance(engine, engines.Postgres)
        # The peer wants a host in the address, though the socket named behind it is what counts.
        address = engine.uri.replace(":@/", "@localhost/")
        config = {"db": {"connectionString": address}}
        for name in ("postgres-language-server.jsonc", "postgrestools.jsonc"):
            (Path(folder) / name).write_text(json.dumps(config), encoding="utf-8")
        (Path(folder) / "query.sql").write_text("", encoding="utf-8")
        server = Server(command, Path(folder))
        try:
            time.sleep(3)
            yield server
        finally:
            server.close()
