"""Asks another SQL language server, over the protocol, what its popup offers.

`python -m evals.completion.peer --command '.../postgres-language-server lsp-proxy'` starts a real
PostgreSQL with the music store for it (it needs a live database) and runs the same situations, and
with --corpora the same next-name measurement on the PostgreSQL schema `minder`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.completion import corpus, engines, popup, situations
from sureql.syntax import cursor, dialects, script


class Server:
    """A language server over stdio, asked one thing at a time."""

    def __init__(self, command: list[str], root: Path) -> None:
        self._process = subprocess.Popen(
            command,
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._next = 0
        self._version = 0
        self._uri = (root / "query.sql").as_uri()
        capabilities = {
            "textDocument": {"completion": {"completionItem": {"snippetSupport": False}}}
        }
        self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": root.as_uri(),
                "capabilities": capabilities,
                "workspaceFolders": [{"uri": root.as_uri(), "name": "eval"}],
            },
        )
        self.notify("initialized", {})

    def notify(self, method: str, params: dict[str, Any]) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def request(self, method: str, params: dict[str, Any]) -> Any:
        self._next += 1
        self._send({"jsonrpc": "2.0", "id": self._next, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == self._next and "method" not in message:
                return message.get("result")
            if "method" in message and "id" in message:
                self._send({"jsonrpc": "2.0", "id": message["id"], "result": None})

    def complete(self, text: str, offset: int) -> list[dict[str, Any]]:
        """The items offered at `offset` of a document with `text`, in the server's sort order."""
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

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        length = 0
        while line := self._process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if not length:
            raise OSError("the peer closed its output")
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


def _insert(item: dict[str, Any]) -> str:
    edit = item.get("textEdit") or {}
    return str(edit.get("newText") or item.get("insertText") or item["label"])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.completion.peer")
    parser.add_argument("--command", required=True)
    parser.add_argument("--corpora", type=Path)
    parser.add_argument("--queries", type=int, default=10)
    options = parser.parse_args()
    command = shlex.split(options.command)
    dialect = dialects.get("postgres")
    ddl = situations.MUSIC.read_text(encoding="utf-8")
    music = corpus.Schema("music", dialect, ddl, situations.music(), ())
    found = []
    with serving(command, music) as server:
        for situation in situations.read()[1]:
            statement = script.of(situation.text, dialect).at(situation.offset)
            at = cursor.at(statement.masked, situation.offset - statement.start, dialect)
            items = server.complete(situation.text, situation.offset)
            items = [
                item
                for item in items
                if (item.get("filterText") or item["label"])
                .lower()
                .lstrip('"')
                .startswith(at.typed.lower())
            ]
            wanted = {text.lower() for text in situation.wanted}
            rank = next(
                (
                    index
                    for index, item in enumerate(items)
                    if {_insert(item).strip().lower(), item["label"].strip().lower()} & wanted
                ),
                None if wanted or items else 0,
            )
            found.append(rank)
    first = sum(rank == 0 for rank in found)
    five = sum(rank is not None and rank < 5 for rank in found)
    sys.stdout.write(f"situations: {len(found)}, first {first}, in the top 5 {five}\n")
    if options.corpora:
        (minder,) = [
            schema
            for schema in corpus.load(options.corpora, options.queries)
            if schema.name == "minder"
        ]
        with serving(command, minder) as server:

            def offered(schema: corpus.Schema, text: str, offset: int) -> list[str]:
                return [_insert(item) for item in server.complete(text, offset)]

            for hole in (True, False):
                tally = popup.measure(minder, offered, hole)
                sys.stdout.write(
                    f"minder, rest {'kept' if hole else 'removed'}: {tally.seen['all']} names, "
                    f"@1 {tally.first['all']}, @5 {tally.five['all']}, @10 {tally.ten['all']}\n"
                )


if __name__ == "__main__":
    main()
