"""A document that is being typed: the text, the cursor, and what the server is told about both."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sureql.demo.client import Client

INVOKED, AUTOMATIC = 1, 2


@dataclass(frozen=True, slots=True)
class Ghost:
    """Ghost text: `rest` is what is still to be typed, `milliseconds` what the answer took."""

    rest: str
    source: str
    verdict: str
    milliseconds: float
    item: dict[str, Any]


class Document:
    """One open file, of SQL or of another `language`. `watch` is called after every keystroke."""

    def __init__(
        self,
        client: Client,
        path: Path,
        watch: Callable[[Document], None],
        language: str = "sql",
    ) -> None:
        self._client = client
        self.language = language
        self.uri = path.as_uri()
        self.text = ""
        self.version = 1
        self.watch = watch
        client.notify(
            "textDocument/didOpen",
            {
                "textDocument": {
                    "uri": self.uri,
                    "languageId": language,
                    "version": self.version,
                    "text": self.text,
                }
            },
        )

    async def type(self, keys: str, pause: float) -> None:
        """Type at the end, one key after another, `pause` seconds apart."""
        for key in keys:
            self._change(len(self.text), len(self.text), key)
            self.watch(self)
            await asyncio.sleep(pause)

    async def ghost(self, seconds: float = 3) -> Ghost | None:
        """The ghost text at the end of the text. The schema may still be loading: ask again till
        there is some or the time is over."""
        end = time.perf_counter() + seconds
        while True:
            begin = time.perf_counter()
            answer = await self._ask(
                "textDocument/inlineCompletion", context={"triggerKind": AUTOMATIC}
            )
            took = (time.perf_counter() - begin) * 1000
            items = answer if isinstance(answer, list) else (answer or {}).get("items", [])
            if items:
                return self._ghost(items[0], took)
            if time.perf_counter() > end:
                return None
            await asyncio.sleep(0.1)

    async def ghost_of_model(self, seconds: float) -> Ghost | None:
        """The first ghost text at the end of the text that a model wrote, None if there is none
        after `seconds`."""
        begin = time.perf_counter()
        answer = await self._ask(
            "textDocument/inlineCompletion", seconds, context={"triggerKind": INVOKED}
        )
        took = (time.perf_counter() - begin) * 1000
        found = (self._ghost(item, took) for item in (answer or {}).get("items", []))
        return next((one for one in found if one and one.source == "model"), None)

    async def prompt(self) -> str:
        """What a model is sent for the end of the text, as Markdown."""
        place = {"uri": self.uri, "position": self._position(len(self.text))}
        given = {"command": "sureql.showPrompt", "arguments": [place]}
        return str(await self._client.request("workspace/executeCommand", given, 30))

    def accept(self, ghost: Ghost) -> None:
        """Accept the whole."""
        self._edit({"range": self._range_of(ghost.item), "newText": ghost.item["insertText"]})
        self._client.notify("textDocument/didShowCompletion", {"item": ghost.item})
        self.watch(self)

    async def popup(self) -> list[dict[str, Any]]:
        """The popup's items at the end of the text, in the order that editors show."""
        answer = await self._ask("textDocument/completion", context={"triggerKind": 1})
        items = answer if isinstance(answer, list) else (answer or {}).get("items", [])
        return sorted(items, key=lambda item: item.get("sortText") or item["label"])

    async def diagnostics(self) -> list[dict[str, Any]]:
        """The diagnostics of the text as it is now, once there are some."""
        params = await self._client.heard(
            "textDocument/publishDiagnostics",
            lambda told: (
                told["uri"] == self.uri
                and told.get("version", self.version) == self.version
                and bool(told["diagnostics"])
            ),
        )
        return list(params["diagnostics"])

    async def fix(self, diagnostic: dict[str, Any]) -> str:
        """Apply the first quick fix of a diagnostic; its title, '' if there is none."""
        context = {"diagnostics": [diagnostic], "only": ["quickfix"]}
        return await self._act(diagnostic["range"], context)

    async def fix_all(self) -> str:
        """Apply every safe fix, as editors do on save; the action's title, '' if there is none."""
        everything = {"start": self._position(0), "end": self._position(len(self.text))}
        return await self._act(everything, {"diagnostics": [], "only": ["source.fixAll.sureql"]})

    async def _act(self, place: dict[str, Any], context: dict[str, Any]) -> str:
        """Apply the first code action that has edits; its title."""
        params = {"textDocument": {"uri": self.uri}, "range": place, "context": context}
        for action in await self._client.request("textDocument/codeAction", params) or []:
            if edits := self._edits_of(action):
                places = [one["range"]["start"] for one in edits]
                order = sorted(
                    range(len(edits)),
                    key=lambda at: (places[at]["line"], places[at]["character"]),
                    reverse=True,
                )
                for at in order:
                    self._edit(edits[at])
                return str(action["title"])
        return ""

    async def hover(self, word: str) -> str:
        """The hover's text on the last occurrence of `word`."""
        offset = self.text.rindex(word) + 1
        answer = await self._client.request(
            "textDocument/hover",
            {"textDocument": {"uri": self.uri}, "position": self._position(offset)},
        )
        contents = (answer or {}).get("contents", "")
        return str(contents["value"] if isinstance(contents, dict) else contents)

    def _ghost(self, item: dict[str, Any], took: float) -> Ghost | None:
        typed = self.text[self._offset(self._range_of(item)["start"]) :]
        data = item.get("data") or {}
        verdict = data.get("verdict", "")
        if isinstance(verdict, dict):
            verdict = verdict.get("level") or verdict.get("outcome") or ""
        rest = item["insertText"][len(typed) :]
        return Ghost(rest, str(data.get("source", "")), str(verdict), took, item)

    async def _ask(self, method: str, seconds: float = 10, **more: Any) -> Any:
        end = self._position(len(self.text))
        return await self._client.request(
            method, {"textDocument": {"uri": self.uri}, "position": end, **more}, seconds
        )

    def _edits_of(self, action: dict[str, Any]) -> list[dict[str, Any]]:
        edit = action.get("edit") or {}
        found = list((edit.get("changes") or {}).get(self.uri, []))
        for change in edit.get("documentChanges") or []:
            if change.get("textDocument", {}).get("uri") == self.uri:
                found += change["edits"]
        return found

    def _range_of(self, item: dict[str, Any]) -> dict[str, Any]:
        end = self._position(len(self.text))
        return item.get("range") or {"start": end, "end": end}

    def _edit(self, edit: dict[str, Any]) -> None:
        span = edit["range"]
        self._change(self._offset(span["start"]), self._offset(span["end"]), edit["newText"])

    def _change(self, start: int, end: int, new: str) -> None:
        span = {"start": self._position(start), "end": self._position(end)}
        self.version += 1
        self.text = self.text[:start] + new + self.text[end:]
        self._client.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": self.uri, "version": self.version},
                "contentChanges": [{"range": span, "text": new}],
            },
        )

    # The demo types ASCII only, so that UTF-16 units are characters.
    def _position(self, offset: int) -> dict[str, int]:
        before = self.text[:offset]
        return {
            "line": before.count("\n"),
            "character": offset - (before.rfind("\n") + 1),
        }

    def _offset(self, position: dict[str, int]) -> int:
        lines = self.text.split("\n")
        return sum(len(line) + 1 for line in lines[: position["line"]]) + position["character"]
