"""How diagnostics get to the editor: pushed until it asks for a document's, then only when asked."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from sureql.lsp import to_proto

if TYPE_CHECKING:
    from sureql.ide.model import Diagnostic
    from sureql.lsp.open_document import OpenDocument
    from sureql.lsp.session import Session
    from sureql.text.document import Document

MOST = 1000
"""Diagnostics of one document that are sent; nobody reads more, and editors become slow."""
SETTLE = 0.05
"""Seconds to gather changes before the editor is told to ask again."""

_ids = itertools.count(1)

Items = list[dict[str, Any]]


@dataclass(slots=True)
class Shown:
    """The newest diagnostics of a document. `answered` is the version for which the editor asked
    last, None if it has not asked."""

    version: int
    items: Items
    result: str
    found: tuple[Sequence[Diagnostic], int] = ((), 0)
    pushed: bool = False
    answered: int | None = None


class Publishing:
    """What the editor was told about each document."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._shown: dict[str, Shown] = {}
        self._asking: set[str] = set()
        self._refreshing: asyncio.TimerHandle | None = None
        self._due: set[str] = set()
        self._asks_for_all = False
        self._closed: set[str] = set()
        self.asks_for_types = False

    def show(self, document: OpenDocument, found: Sequence[Diagnostic], more: int = 0) -> None:
        """These are the diagnostics of the document's newest version; `more` are left out."""
        uri, version = document.uri, document.document.version
        before = self._shown.get(uri)
        if before is not None and before.version == version and before.found == (found, more):
            return
        asks = before is not None and before.answered is not None
        items = self.converted(document.sql, found, asks or uri in self._asking, more)
        if before is not None and before.items == items:
            if before.version != version and before.pushed:
                self._push(uri, version, items)
            before.version, before.found = version, (found, more)
            return
        result = str(next(_ids))
        self._shown[uri] = Shown(version, items, result, (found, more))
        if before is not None and before.answered is not None:
            self._shown[uri].answered = before.answered
            # For a version that it has not asked about yet it will ask by itself.
            if before.answered == version and uri not in self._asking:
                self.refresh()
        elif uri not in self._asking:
            self._push(uri, version, items)

    def converted(
        self, document: Document, found: Iterable[Diagnostic], pulled: bool, more: int = 0
    ) -> Items:
        """Diagnostics as the editor takes them; `more` are left out, which is said."""
        convert = to_proto.Converter(document, self._session.editor.encoding)
        can = self._session.editor.diagnostic_support(pulled)
        items = [convert.diagnostic(one, can) for one in found]
        if not more:
            return items
        top = {"line": 0, "character": 0}
        said = {
            "range": {"start": top, "end": top},
            "severity": types.DiagnosticSeverity.Information.value,
            "source": "sureql",
            "message": f"{more:,} more problems in this file are not shown.",
        }
        return [said, *items]

    def asked(self, document: OpenDocument) -> None:
        """The editor asks for this document's diagnostics: from now on it gets them only so."""
        self._asking.add(document.uri)
        shown = self._shown.get(document.uri)
        if shown is not None and shown.pushed:
            self._tell(document.uri, document.document.version, [])
            shown.pushed = False

    def no_longer_asked(self, uri: str) -> None:
        """The request was answered or given up."""
        self._asking.discard(uri)

    def answer(self, document: OpenDocument, known: str | None) -> dict[str, Any]:
        """The report about a document; `known` is the result that the editor has."""
        version = document.document.version
        shown = self._shown.setdefault(document.uri, Shown(version, [], str(next(_ids))))
        shown.answered = version
        if shown.result == known:
            return {"kind": "unchanged", "resultId": known}
        return {"kind": "full", "resultId": shown.result, "items": shown.items}

    def of_open(self, known: dict[str, str]) -> Iterable[dict[str, Any]]:
        """Reports about all open documents, for the whole workspace's. `known` are results by URI."""
        self._asks_for_all = True
        for uri, document in self._session.documents.items():
            if (shown := self._shown.get(uri)) is not None:
                place = {"uri": uri, "version": document.document.version}
                if known.get(uri) == shown.result:
                    yield {**place, "kind": "unchanged", "resultId": shown.result}
                else:
                    yield {
                        **place,
                        "kind": "full",
                        "resultId": shown.result,
                        "items": shown.items,
                    }

    def closed(self, uri: str) -> None:
        """Take a document's diagnostics off the screen."""
        self._asking.discard(uri)
        shown = self._shown.pop(uri, None)
        if shown is None or shown.answered is None:
            self._tell(uri, None, [])
        else:
            self._closed.add(uri)

    def newly_closed(self) -> set[str]:
        """Documents closed since this was last asked. Editors that ask for the whole workspace go
        on showing what they were answered, and do not name it when they ask again."""
        closed, self._closed = self._closed, set()
        return closed

    def schema_changed(self) -> None:
        """Files that are not open may have other diagnostics now: the schema or settings changed."""
        if self._asks_for_all:
            self.refresh()

    def refresh(self) -> None:
        """Let the editor ask again, soon, for the diagnostics that it shows."""
        self._refresh_soon(types.WORKSPACE_DIAGNOSTIC_REFRESH, "diagnostics")

    def types_changed(self) -> None:
        """Let the editor ask again for the types that it shows in the text, if it does."""
        if self.asks_for_types:
            self._refresh_soon(types.WORKSPACE_INLAY_HINT_REFRESH, "inlay_hint")

    def plans_changed(self) -> None:
        """Let the editor ask again for the plans that it shows above and in the text."""
        self._refresh_soon(types.WORKSPACE_CODE_LENS_REFRESH, "code_lens")
        self._refresh_soon(types.WORKSPACE_INLAY_HINT_REFRESH, "inlay_hint")

    def _refresh_soon(self, method: str, feature: str) -> None:
        if self._session.editor.can(f"workspace.{feature}.refresh_support"):
            self._due.add(method)
            if self._refreshing is None:
                loop = asyncio.get_running_loop()
                self._refreshing = loop.call_later(SETTLE, self._refresh)

    def _refresh(self) -> None:
        self._refreshing = None
        for method in sorted(self._due):
            self._session.spawn(self._session.editor.ask(method, None), "Refreshing")
        self._due.clear()

    def _push(self, uri: str, version: int, items: Items) -> None:
        self._shown[uri].pushed = True
        self._tell(uri, version, items)

    def _tell(self, uri: str, version: int | None, items: Items) -> None:
        params: dict[str, Any] = {"uri": uri, "diagnostics": items}
        if version is not None:
            params["version"] = version
        self._session.editor.tell_plain(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)
