"""Diagnostics in order of interest: the edited statement, its neighbours, then the whole file; each
first without an engine of its own process, then as the engine sees it."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING

from sureql.lsp import publishing
from sureql.lsp.checks import Check
from sureql.lsp.findings import Findings
from sureql.text.span import Span

if TYPE_CHECKING:
    from sureql.ide.model import Diagnostic
    from sureql.lsp.open_document import OpenDocument, View
    from sureql.lsp.session import Session
    from sureql.oracle.engine import EngineSpec
    from sureql.semantics.snapshot import Snapshot
    from sureql.workers import requests

SOON = 0.005
"""Seconds after an edit: requests that come with it go first."""
QUIET = 0.25
"""Seconds without an edit before the whole file is checked."""
QUIET_LARGE = 1.5
LARGE = 500_000
HALF_TYPED = 2.0
"""Seconds without an edit before what is wrong at the end of a statement that is being typed is
shown: until then it is unfinished, not wrong, and somebody may be reading the ghost text there."""
REST = 10.0
"""Seconds without an edit in any document until memory is tidied up."""
NEIGHBOURS = 2
PUBLISHED_SHARE = 20
"""How much longer than publishing parts of a file's check takes is the pause behind it."""
JUST_WRITTEN = 10
"""Statements that an engine judges without anybody noticing."""
JUDGED_SOON = 0.04
"""Seconds that somebody who asks for a document's diagnostics waits for the engine."""
WHOLE_SOON = 2.0
"""Seconds that an editor waits for the whole file if it cannot be told that there is more."""


@dataclass(slots=True)
class Stage:
    """How far the check of one version is: the edited statement (`near`), or everything."""

    near: asyncio.Event = field(default_factory=asyncio.Event)
    whole: asyncio.Event = field(default_factory=asyncio.Event)


class Checking:
    """What is known about each document's statements, and the task that finds out more."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._findings: dict[str, Findings] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stages: dict[str, Stage] = {}
        self._rest: asyncio.TimerHandle | None = None
        self._typed: dict[str, float] = {}
        self._types: dict[str, list[tuple[int, str]]] = {}
        self._rested: dict[str, float] = {}

    def typed(self, document: OpenDocument) -> None:
        """The user edited the document: as `edited`, and patient with what is half typed."""
        self._typed[document.uri] = asyncio.get_running_loop().time()
        self.edited(document)

    def edited(self, document: OpenDocument) -> None:
        """Check again, the newest edit first. What is under way for an older version ends."""
        self._stop(document.uri)
        stage = self._stages[document.uri] = Stage()
        self._tasks[document.uri] = self._session.spawn(self._run(document, stage), "Checking")
        if self._rest is not None:
            self._rest.cancel()
        # A full collection stops everything for a moment: a pause is when it is felt least.
        self._rest = asyncio.get_running_loop().call_later(REST, self._at_rest)

    def _at_rest(self) -> None:
        gc.collect()
        self._session.assisting.at_rest()

    def schema_changed(self, request: requests.LoadCatalog) -> None:
        """Check the documents of one scope against their new schema."""
        for document in self._session.documents.values():
            if self._session.schemas.scope(document).request == request:
                self._session.schema_changed(document)
                self.edited(document)
        self._session.publishing.schema_changed()

    def engine_started(self, engine: EngineSpec) -> None:
        """Let the engine judge the documents that waited for it."""
        for document in self._session.documents.values():
            if self._session.judging.engine(self._session.view(document)) == engine:
                self.edited(document)

    def closed(self, document: OpenDocument) -> None:
        """Forget a document, and take its diagnostics off the screen."""
        self._stop(document.uri)
        for known in (self._findings, self._typed, self._types, self._rested):
            known.pop(document.uri, None)
        if (stage := self._stages.pop(document.uri, None)) is not None:
            stage.near.set()
            stage.whole.set()
        self._session.publishing.closed(document.uri)

    async def settled(self, uri: str) -> None:
        """Wait until the newest version has been checked as far as an answer needs it."""
        refreshed = self._session.editor.can("workspace.diagnostics.refresh_support")
        while (stage := self._stages.get(uri)) is not None:
            await stage.near.wait()
            if not refreshed:
                await asyncio.wait([asyncio.ensure_future(stage.whole.wait())], timeout=WHOLE_SOON)
            if self._stages.get(uri) is stage:
                return

    def at(self, view: View, span: Span) -> list[Diagnostic]:
        """The diagnostics that touch `span`; what is not known yet is found out if it is little."""
        if not self._session.configuration.options(view.path).diagnostics.enabled:
            return []
        check = self._begun(view)
        here = [
            index
            for index, (statement, _) in enumerate(check.findings.keyed(view.snapshot))
            if statement.span.meets(span)
        ][: 2 * NEIGHBOURS + 1]
        check.mended(here)
        found = check.findings.of(view.snapshot, check.wanted)
        return check.mended_at(here, [one for one in found if one.span.meets(span)], span)

    def known(self, view: View, span: Span) -> list[Diagnostic]:
        """What is known already about the statements at `span`, without fixes."""
        findings = self._findings.get(view.snapshot.uri)
        if findings is None:
            return []
        return list(findings.near(view.snapshot, span))

    def all(self, view: View) -> tuple[Diagnostic, ...]:
        """Everything known about a document, with fixes."""
        check = self._begun(view)
        findings = check.findings
        bare = [
            index
            for index, (_, key) in enumerate(findings.keyed(view.snapshot))
            if findings.known(key) and not findings.mended(key)
        ]
        # Those that were just written; the worker is about to find out about them.
        check.mended(bare[: 2 * NEIGHBOURS + 1])
        return check.findings.of(view.snapshot, check.wanted)

    def types(self, view: View) -> list[tuple[int, str]]:
        """What an engine inferred about parameters: the offset behind each, and its type."""
        return list(self._begun(view).findings.types(view.snapshot))

    def judged(self, view: View) -> bool:
        """True if an engine has seen all of a document, but for what was just written."""
        findings = self._findings.get(view.snapshot.uri)
        return findings is not None and findings.judged_but(view.snapshot, JUST_WRITTEN)

    def _stop(self, uri: str) -> None:
        if (task := self._tasks.pop(uri, None)) is not None:
            task.cancel()

    async def _run(self, document: OpenDocument, stage: Stage) -> None:
        try:
            await self._session.prepared(document.uri)
            if self._session.configuration.options(document.path).diagnostics.enabled:
                await asyncio.sleep(SOON)
                await self._check(document, stage)
            else:
                self._session.publishing.show(document, ())
                await asyncio.sleep(QUIET)
                await _settled(document)
        finally:
            # Whoever waits looks whether a newer check has begun.
            stage.near.set()
            stage.whole.set()

    async def _check(self, document: OpenDocument, stage: Stage) -> None:
        session, edited_at = self._session, document.edited_at
        async with session.turn():
            check = self._begun(session.view(document))
            near = check.near(edited_at, NEIGHBOURS)
        judged = asyncio.ensure_future(check.by_engine(_inside_out(near), urgent=True))
        try:
            # The engine's process begins while this one works.
            async with session.turn():
                check.here(check.near(edited_at, 0))
                check.publish()
            async with session.turn():
                check.here(near)
                check.publish()
            await asyncio.wait([judged], timeout=JUDGED_SOON)
            stage.near.set()
            if document.why_not:
                if not document.told:
                    document.told = True
                    name = PurePath(document.path or document.uri).name
                    session.status.flash("Inactive", f"{name} {document.why_not}.")
                return
            if edited_at is not None:
                large = len(document.sql.text) > LARGE
                await asyncio.sleep(QUIET_LARGE if large else QUIET)
                if await _settled(document):
                    check = self._begun(session.view(document))
            everything = check.by_distance(edited_at)
            if await check.by_worker(everything):
                check.findings.keep(key for _, key in check.findings.keyed(check.view.snapshot))
                check.findings.whole = True
            await check.style()
            # An engine that is stuck has held up nothing so far.
            await judged
        finally:
            judged.cancel()
        check.publish()
        await check.by_engine(everything, urgent=False)
        await asyncio.sleep(self._patience(document))
        check.publish()

    def _begun(self, view: View) -> Check:
        findings = self._findings.setdefault(view.snapshot.uri, Findings())
        return Check(
            self._session,
            view,
            findings,
            lambda: self._publish(view.snapshot),
            lambda: self._publish_part(view.snapshot),
        )

    def _patience(self, document: OpenDocument) -> float:
        """Seconds until what is half typed counts as wrong; 0 if it does already."""
        typed = self._typed.get(document.uri)
        return max(0.0, typed + HALF_TYPED - asyncio.get_running_loop().time()) if typed else 0.0

    def _publish_part(self, snapshot: Snapshot) -> None:
        """Publish, unless that was done so lately that the loop would do little else."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        if begun >= self._rested.get(snapshot.uri, 0.0):
            self._publish(snapshot)
            now = loop.time()
            self._rested[snapshot.uri] = now + PUBLISHED_SHARE * (now - begun)

    def _publish(self, snapshot: Snapshot) -> None:
        document = self._session.documents.get(snapshot.uri)
        if document is None or snapshot.version != document.document.version:
            return  # Stale: the check of the newer version publishes.
        half = _half_typed(snapshot, document.edited_at) if self._patience(document) else None
        wanted = self._session.configuration.wanted(document.path, document.hosted is not None)
        found, more = self._findings[snapshot.uri].worst(snapshot, wanted, publishing.MOST)
        if half is not None:
            found = tuple(one for one in found if not _unfinished(one, half))
        self._session.publishing.show(document, found, more)
        types = list(self._findings[snapshot.uri].types(snapshot))
        if types != self._types.setdefault(snapshot.uri, []):
            self._types[snapshot.uri] = types
            self._session.publishing.types_changed()


async def _settled(document: OpenDocument) -> bool:
    """Was there something in a program left to be read, and is its SQL another now?"""
    return document.hosted is not None and await document.hosted.settle()


def _inside_out(near: range) -> list[int]:
    """The middle of a range first."""
    middle = near[len(near) // 2] if near else 0
    return sorted(near, key=lambda index: abs(index - middle))


def _half_typed(snapshot: Snapshot, offset: int | None) -> Span | None:
    """The blanks before `offset` if a statement ends there that has not been terminated yet."""
    if offset is None:
        return None
    statement = snapshot.script.at(offset)
    if statement.terminated or snapshot.text[offset : statement.end].strip():
        return None
    written = snapshot.text[statement.start : offset].rstrip()
    return Span(statement.start + len(written), offset) if written else None


def _unfinished(one: Diagnostic, half: Span) -> bool:
    """True for what is wrong with the last word as long as it may go on, and for what is missing
    behind it."""
    if one.code == "syntax-error":
        return one.span.meets(half)
    return one.span.touches(half.end)
