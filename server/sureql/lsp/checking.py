"""Diagnostics in order of interest: the edited statement, its neighbours, then the whole file."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from sureql.ide import model
from sureql.lsp import to_proto
from sureql.ports.errors import SureqlError, WorkerGone
from sureql.text.document import Change
from sureql.text.edits import TextEdit
from sureql.text.encodings import Encoding
from sureql.text.span import Span
from sureql.workers import requests

if TYPE_CHECKING:
    from sureql.ide.model import Diagnostic
    from sureql.lsp.open_document import OpenDocument, View
    from sureql.lsp.session import Session
    from sureql.semantics.snapshot import Snapshot
    from sureql.syntax.script import Statement

SOON = 0.005
"""Seconds after an edit: requests that come with it go first."""
QUIET = 0.25
"""Seconds without an edit before the whole file is checked."""
QUIET_LARGE = 1.5
LARGE = 500_000
HALF_TYPED = 0.6
"""Seconds without an edit before what is wrong with the word being typed at the end of a statement
is shown: until then it is unfinished, not wrong."""
REST = 10.0
"""Seconds without an edit in any document until memory is tidied up."""
NEIGHBOURS = 2
LONGEST = 8_000
"""Characters above which a statement is left to the worker."""

Key = tuple[str, int]
"""A statement's text and how often it occurred before in its file."""


class Checking:
    """What is known about each document's statements, and the task that finds out more."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, dict[Key, tuple[Diagnostic, ...]]] = {}
        self._published: dict[str, tuple[int, list[types.Diagnostic]]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._rest: asyncio.TimerHandle | None = None
        self._typed: dict[str, float] = {}

    def typed(self, document: OpenDocument) -> None:
        """The user edited the document: as `edited`, and patient with what is half typed."""
        self._typed[document.uri] = asyncio.get_running_loop().time()
        self.edited(document)

    def edited(self, document: OpenDocument) -> None:
        """Check again, the newest edit first. What is under way for an older version ends."""
        self._stop(document.uri)
        self._tasks[document.uri] = self._session.spawn(self._check(document), "Checking")
        if self._rest is not None:
            self._rest.cancel()
        # A full collection stops everything for a moment: a pause is when it is felt least.
        self._rest = asyncio.get_running_loop().call_later(REST, gc.collect)

    def schema_changed(self, request: requests.LoadCatalog) -> None:
        """Check the documents of one scope against their new schema."""
        for document in self._session.documents.values():
            if self._session.schemas.scope(document).request == request:
                self.edited(document)

    def closed(self, document: OpenDocument) -> None:
        """Forget a document, and take its diagnostics off the screen."""
        self._stop(document.uri)
        self._known.pop(document.uri, None)
        self._published.pop(document.uri, None)
        self._typed.pop(document.uri, None)
        self._tell(document.uri, None, [])

    def found(self, snapshot: Snapshot) -> Iterator[Diagnostic]:
        """Everything known about this version, with offsets in the document."""
        known = self._known.get(snapshot.uri, {})
        for statement, key in _keyed(snapshot):
            for diagnostic in known.get(key, ()):
                yield model.shifted(diagnostic, statement.start)

    async def fix_all(self, view: View) -> list[TextEdit]:
        """One edit that applies all safe fixes of a document, [] if there are none."""
        sent = self._session.schemas.sent(view)
        fixed = await self._session.worker.call("fix_file", requests.FixFile(sent))
        after, (what,) = view.document.apply([Change(fixed)], 0, Encoding.UTF32)
        if after.text == view.document.text:
            return []
        return [TextEdit(Span(what.start, what.old_end), fixed[what.start : what.new_end])]

    def _stop(self, uri: str) -> None:
        if (task := self._tasks.pop(uri, None)) is not None:
            task.cancel()

    async def _check(self, document: OpenDocument) -> None:
        session = self._session
        await session.prepared(document.uri)
        if not session.configuration.options(document.path).diagnostics.enabled:
            self._published.pop(document.uri, None)
            self._tell(document.uri, document.document.version, [])
            return
        await asyncio.sleep(SOON)
        async with session.turn():
            view = session.view(document)
            snapshot = view.snapshot
            self._check_statements(snapshot, _near(snapshot, document.edited_at, 0))
            self._publish(document, snapshot)
        async with session.turn():
            self._check_statements(snapshot, _near(snapshot, document.edited_at, NEIGHBOURS))
            self._publish(document, snapshot)
        if not document.analysed:
            name = PurePath(document.path or document.uri).name
            session.editor.set_status("Inactive", f"{name} is too large to be checked.")
        else:
            if document.edited_at is not None:
                large = len(document.document.text) > LARGE
                await asyncio.sleep(QUIET_LARGE if large else QUIET)
            await self._check_file(document, view)
            await asyncio.sleep(self._patience(document))
            self._publish(document, snapshot)

    def _patience(self, document: OpenDocument) -> float:
        """Seconds until what is half typed counts as wrong; 0 if it does already."""
        typed = self._typed.get(document.uri)
        return max(0.0, typed + HALF_TYPED - asyncio.get_running_loop().time()) if typed else 0.0

    def _check_statements(self, snapshot: Snapshot, chosen: list[tuple[Statement, Key]]) -> None:
        from sureql.ide.diagnostics import runner

        known = self._known.setdefault(snapshot.uri, {})
        for statement, key in chosen:
            if len(statement.text) <= LONGEST:
                found = runner.statement(snapshot, statement)
                known[key] = tuple(
                    model.shifted(diagnostic, -statement.start) for diagnostic in found
                )

    async def _check_file(self, document: OpenDocument, view: View) -> None:
        snapshot = view.snapshot
        keys = [key for _, key in _keyed(snapshot)]
        fresh: dict[Key, tuple[Diagnostic, ...]] = {}

        def take(part: requests.Checked) -> None:
            fresh.update((keys[index], found) for index, found in part.diagnostics)
            self._known.setdefault(document.uri, {}).update(fresh)
            self._publish(document, snapshot)

        request = requests.DiagnoseFile(self._session.schemas.sent(view), document.edited_at or 0)
        if await self._ask(request, take):
            self._known[document.uri] = fresh

    async def _ask(self, request: object, take: Callable[[Any], None]) -> bool:
        try:
            await self._session.worker.call("diagnose_file", request, on_report=take)
        except WorkerGone:
            try:
                await self._session.worker.call("diagnose_file", request, on_report=take)
            except SureqlError:
                return False
        except SureqlError:
            return False
        return True

    def _publish(self, document: OpenDocument, snapshot: Snapshot) -> None:
        if snapshot.version != document.document.version:
            return  # Stale: the check of the newer version publishes.
        off = self._session.configuration.options(document.path).diagnostics.off
        half = _half_typed(snapshot, document.edited_at) if self._patience(document) else None
        shown = [
            item
            for item in self.found(snapshot)
            if item.code not in off and not (half is not None and item.span.touches(half))
        ]
        convert = to_proto.Converter(document.document, self._session.editor.encoding)
        related = self._session.editor.can("text_document.publish_diagnostics.related_information")
        found = [convert.diagnostic(item, related) for item in shown]
        if self._published.get(document.uri) != (snapshot.version, found):
            self._published[document.uri] = (snapshot.version, found)
            self._tell(document.uri, snapshot.version, found)

    def _tell(self, uri: str, version: int | None, found: list[types.Diagnostic]) -> None:
        params = types.PublishDiagnosticsParams(uri=uri, diagnostics=found, version=version)
        self._session.editor.tell(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)


def _keyed(snapshot: Snapshot) -> Iterator[tuple[Statement, Key]]:
    seen: Counter[str] = Counter()
    for statement in snapshot.script.statements:
        yield statement, (statement.text, seen[statement.text])
        seen[statement.text] += 1


def _half_typed(snapshot: Snapshot, offset: int | None) -> int | None:
    """`offset` if a statement ends there that has not been terminated yet."""
    if offset is None:
        return None
    statement = snapshot.script.at(offset)
    ends = not snapshot.text[offset : statement.end].strip()
    return offset if ends and not statement.terminated and statement.text.strip() else None


def _near(snapshot: Snapshot, offset: int | None, distance: int) -> list[tuple[Statement, Key]]:
    """The statement at `offset` and those up to `distance` places from it."""
    keyed = list(_keyed(snapshot))
    at = snapshot.script.at(offset or 0)
    middle = next((i for i, (s, _) in enumerate(keyed) if s.end >= at.start), len(keyed))
    return keyed[max(0, middle - distance) : middle + distance + 1]
