"""The schema of each open document: loaded by the worker, the old one serving until then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING

from sureql.catalog import wording
from sureql.lsp import cache_place
from sureql.lsp.progress import Progress
from sureql.ports.errors import SourceBusy, SureqlError, WorkerGone
from sureql.workers import requests

if TYPE_CHECKING:
    from sureql.catalog.model import Catalog
    from sureql.history.model import History
    from sureql.lsp.open_document import OpenDocument, View
    from sureql.lsp.session import Session
    from sureql.ports.judge import Judge

SETTLE = 0.15
"""Seconds to wait after a change of a file: a checkout changes many at once."""
ATTEMPTS = 3
BUSY = 3.0
"""Seconds until a database file that was locked is tried again."""
LEARN_AFTER = 5.0
"""Seconds after a query file was saved until its statements are learnt."""
PATIENCE = 20.0
"""Seconds that a first schema is waited for."""


@dataclass(slots=True)
class Scope:
    """Documents that share a schema: those of one folder with the same settings."""

    request: requests.LoadCatalog
    schema: Catalog | None = None
    loaded: requests.Loaded | None = None
    past: History | None = None
    judge: Judge | None = None
    failed: str = ""
    """Why the last loading failed, '' if it did not."""
    stale: bool = True
    task: asyncio.Task[None] | None = None
    learning: asyncio.Task[None] | None = None
    waiting: list[asyncio.Future[None]] = field(default_factory=list)


class Schemas:
    """All scopes of a session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._scopes: dict[requests.LoadCatalog, Scope] = {}
        self._told: Scope | None = None

    def scope(self, document: OpenDocument) -> Scope:
        """The scope a document belongs to; made if it is the first there."""
        path, configuration = document.path, self._session.configuration
        root = configuration.root_of(path) if path else ""
        sources = configuration.schema(path)
        if not path and configuration.folders:
            # An unsaved document is taken to belong to the first folder.
            root = configuration.folders[0]
        folder = str(PurePath(path).parent) if path and not sources else root
        request = requests.LoadCatalog(
            root=root,
            path=folder,
            sources=sources,
            dialect=configuration.dialect(path),
            cache=str(cache_place.folder()),
        )
        return self._scopes.setdefault(request, Scope(request))

    def catalog(self, document: OpenDocument) -> Catalog:
        """The newest schema that has been loaded; an empty one before that."""
        scope = self.scope(document)
        if scope.schema is None:
            from sureql import app  # At first use: `initialize` must not wait.

            return app.no_catalog(scope.request.dialect)
        return scope.schema

    def sent(self, view: View) -> requests.Sent:
        """A view as the worker takes it."""
        document = self._session.documents.get(view.snapshot.uri)
        loaded = self.scope(document).loaded if document else None
        return requests.Sent(
            view.snapshot.uri,
            view.path,
            view.snapshot.version,
            view.snapshot.text,
            view.snapshot.script.dialect.name,
            loaded.file if loaded else "",
            view.snapshot.script.parts,
        )

    @property
    def latest(self) -> Scope | None:
        """The scope whose schema was loaded last."""
        return self._told

    def ensure(self, document: OpenDocument) -> None:
        """Load a document's schema in the background unless that is done or under way."""
        scope = self.scope(document)
        if scope.stale and scope.task is None:
            self._start(scope, 0)

    def unknown_yet(self, document: OpenDocument) -> bool:
        """True while the document's first schema is being loaded."""
        scope = self.scope(document)
        return scope.loaded is None and scope.task is not None

    async def settled(self, document: OpenDocument) -> None:
        """Wait for the document's first schema, or until it is clear that there is none for now: for
        what is better late than about a schema that knows nothing."""
        self.ensure(document)
        scope = self.scope(document)
        if scope.loaded is None and scope.task is not None:
            await asyncio.wait([scope.task], timeout=PATIENCE)

    def changed(self, paths: set[str], found_or_lost: bool) -> None:
        """Files changed: load again what was read from them. Where files came or went
        (`found_or_lost`), any schema below their root may have."""
        for scope in self._scopes.values():
            used = set(scope.loaded.files) if scope.loaded else set()
            below = any(PurePath(path).is_relative_to(scope.request.root) for path in paths)
            if used & paths or (found_or_lost and scope.request.root and below):
                self._refresh(scope)
            elif below and scope.loaded is not None and scope.learning is None:
                work = self._learn(scope, LEARN_AFTER)
                scope.learning = self._session.spawn(work, "Reading past queries")

    def reload(self) -> list[asyncio.Future[None]]:
        """Load every schema in use again; futures that are done when that is."""
        used = [self.scope(document) for document in self._session.documents.values()]
        if not used and self._told is not None:
            used.append(self._told)
        loop = asyncio.get_running_loop()
        futures = []
        for scope in {id(scope): scope for scope in used}.values():
            futures.append(loop.create_future())
            scope.waiting.append(futures[-1])
            self._refresh(scope)
        return futures

    def reconfigured(self) -> None:
        """Settings changed: documents may belong to other scopes now."""
        for document in self._session.documents.values():
            self.ensure(document)

    def _refresh(self, scope: Scope) -> None:
        scope.stale = True
        if scope.task is None:
            self._start(scope, SETTLE)

    def _start(self, scope: Scope, delay: float) -> None:
        scope.task = self._session.spawn(self._keep_loading(scope, delay), "Loading the schema")

    async def _keep_loading(self, scope: Scope, delay: float) -> None:
        try:
            while scope.stale:
                await asyncio.sleep(delay)
                scope.stale = False
                waiting, scope.waiting = scope.waiting, []
                await self._load(scope)
                for future in waiting:
                    if not future.done():
                        future.set_result(None)
                delay = SETTLE
        finally:
            scope.task = None

    async def _load(self, scope: Scope) -> None:
        editor = self._session.editor
        progress = Progress(editor, "Loading the schema")
        showing = self._session.spawn(progress.show(), "Showing progress")

        def report(value: requests.Progress) -> None:
            progress.report(value.message, 100 * value.done // max(1, value.total))

        message = "The schema could not be loaded."
        try:
            loaded = await self._ask(scope.request, report)
            await self._session.ready.wait()
            await self._take(scope, loaded)
            message = wording.relations(loaded.relations)
        except (WorkerGone, SourceBusy) as error:
            # Nothing is wrong with the schema: try again when its owner may be done with it.
            message = scope.failed = str(error)
            self._session.status.set("schema", "Warning", message)
            self._session.spawn(self._try_again(scope), "Waiting for the schema")
        except SureqlError as error:
            # The old schema keeps serving.
            message = scope.failed = str(error)
            editor.warn(message)
            self._session.status.set("schema", "Warning", message)
        finally:
            showing.cancel()
            progress.end(message)

    async def _try_again(self, scope: Scope) -> None:
        await asyncio.sleep(BUSY)
        self._refresh(scope)

    async def _ask(
        self, request: requests.LoadCatalog, report: Callable[[requests.Progress], None]
    ) -> requests.Loaded:
        for attempt in range(ATTEMPTS):
            try:
                answer: requests.Loaded = await self._session.worker.call(
                    "load_catalog", request, priority=0, on_report=report
                )
                return answer
            except WorkerGone:
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError

    async def _take(self, scope: Scope, loaded: requests.Loaded) -> None:
        """Serve the new schema from now on."""
        from sureql import app

        scope.schema, scope.loaded, scope.failed = app.open_catalog(loaded), loaded, ""
        self._told = scope
        self.tell()
        self._session.checking.schema_changed(scope.request)
        async with self._session.turn():
            scope.judge = app.judge(scope.schema)
        self._session.spawn(self._learn(scope, 0), "Reading past queries")

    def tell(self) -> None:
        """Say in the status which schema serves and who judges."""
        scope, status = self._told, self._session.status
        if scope is None or (loaded := scope.loaded) is None:
            return
        if loaded.problems:
            first = loaded.problems[0]
            more = f" ({len(loaded.problems) - 1} more)" if len(loaded.problems) > 1 else ""
            place = f"{PurePath(first.path).name}:{first.line + 1}: " if first.path else ""
            status.set("schema", "Warning", f"{place}{first.message}{more}")
        elif loaded.file:
            request = scope.request
            judged = self._session.judging.words(loaded.dialect, request.path, request.sources)
            words = (wording.relations(loaded.relations), loaded.dialect, judged)
            status.set("schema", "Normal", " · ".join(word for word in words if word))
        else:
            status.set("schema", "Normal", "No schema found: names are not checked.")

    async def _learn(self, scope: Scope, delay: float) -> None:
        """Let the worker read the workspace's statements."""
        await asyncio.sleep(delay)
        scope.learning = None
        if scope.request.root and scope.loaded:
            self._session.recalling.index(scope.request.path, scope.loaded.dialect)
        enabled = self._session.configuration.options(scope.request.path).history.enabled
        if enabled and scope.request.root and scope.loaded:
            request = requests.IndexHistory(
                scope.request.root, scope.loaded.file, scope.loaded.dialect
            )
            scope.past = await self._session.worker.call("index_history", request, priority=2)
        elif not enabled:
            scope.past = None
