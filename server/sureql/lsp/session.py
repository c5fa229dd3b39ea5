"""What one client's session holds: its documents, folders, options, schemas and work under way."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from functools import cached_property
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from sureql.lsp import open_document, uris
from sureql.lsp.editor import Editor
from sureql.lsp.journal import Journal
from sureql.lsp.latest import Latest
from sureql.lsp.open_document import Held, OpenDocument, View
from sureql.lsp.status import Status
from sureql.text import document as text_document
from sureql.text.document import Document

if TYPE_CHECKING:
    from lsprotocol import types

    from sureql.inline.cache import Cache
    from sureql.lsp.assisting import Assisting
    from sureql.lsp.checking import Checking
    from sureql.lsp.configuration import Configuration
    from sureql.lsp.hosted import Hosted
    from sureql.lsp.judging import Judging
    from sureql.lsp.learning import Learning
    from sureql.lsp.planning import Planning
    from sureql.lsp.publishing import Publishing
    from sureql.lsp.recalling import Recalling
    from sureql.lsp.schemas import Schemas
    from sureql.lsp.studying import Studying
    from sureql.prompt.recent_edits import RecentEdits
    from sureql.syntax.dialects import Dialect
    from sureql.text.document import Replaced
    from sureql.workers.client import Worker

log = logging.getLogger(__name__)


class Session:
    """Mutable, and touched only on the event loop.

    Its larger parts are imported and made when they are first used: `initialize` is answered
    before that.
    """

    def __init__(self, editor: Editor, stop: Callable[[], None], journal: Journal) -> None:
        self.editor = editor
        self.stop = stop
        self.journal = journal
        self.documents: dict[str, OpenDocument] = {}
        self.status = Status(editor)
        self.introduced: types.InitializeParams | None = None
        self.latest = Latest()
        self.ready = asyncio.Event()
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._worker: Worker | None = None

    @cached_property
    def configuration(self) -> Configuration:
        """Folders and options."""
        from sureql.lsp.configuration import Configuration

        configuration = Configuration(self.editor)
        if self.introduced is not None:
            configuration.introduce(self.introduced)
        return configuration

    @cached_property
    def schemas(self) -> Schemas:
        """The schemas of open documents."""
        from sureql.lsp.schemas import Schemas

        return Schemas(self)

    @cached_property
    def checking(self) -> Checking:
        """Diagnostics."""
        from sureql.lsp.checking import Checking

        return Checking(self)

    @cached_property
    def publishing(self) -> Publishing:
        """How diagnostics get to the editor."""
        from sureql.lsp.publishing import Publishing

        return Publishing(self)

    @cached_property
    def judging(self) -> Judging:
        """The engines."""
        from sureql.lsp.judging import Judging

        return Judging(self)

    @cached_property
    def inline_cache(self) -> Cache:
        """The ghost texts of this session."""
        from sureql.inline.cache import Cache

        return Cache()

    @cached_property
    def assisting(self) -> Assisting:
        """Completion models."""
        from sureql.lsp.assisting import Assisting

        return Assisting(self)

    @cached_property
    def studying(self) -> Studying:
        """What optimises, explains and plans."""
        from sureql.lsp.studying import Studying

        return Studying()

    @cached_property
    def planning(self) -> Planning:
        """The plans that were asked for."""
        from sureql.lsp.planning import Planning

        return Planning(self)

    @cached_property
    def recent(self) -> RecentEdits:
        """What was edited lately."""
        from sureql.prompt.recent_edits import RecentEdits

        return RecentEdits()

    @cached_property
    def recalling(self) -> Recalling:
        """Statements written before."""
        from sureql.lsp.recalling import Recalling

        return Recalling(self)

    @cached_property
    def learning(self) -> Learning:
        """What becomes of ghost texts."""
        from sureql import app
        from sureql.lsp.learning import Learning

        info = self.introduced.client_info if self.introduced is not None else None
        earnest = info is None or info.name != "sureql demo"
        kept = earnest and self.configuration.options("").privacy.log
        return Learning(self, app.ledger(os.environ) if kept else None)

    @property
    def worker(self) -> Worker:
        """The background process, which starts with the first call."""
        if self._worker is None:
            from sureql.workers.client import Worker

            self._worker = Worker()
        return self._worker

    def spawn(self, work: Coroutine[Any, Any, Any], what: str) -> asyncio.Task[Any]:
        """Run `work` in the background until the session ends."""
        task = asyncio.get_running_loop().create_task(work, name=what)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # It ends only itself: nobody waits for it.
            log.error("%s failed.", task.get_name(), exc_info=error)

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """One piece of computation at a time; what has arrived meanwhile is read between two."""
        async with self._turn:
            await asyncio.sleep(0)
            yield

    async def warm_up(self) -> None:
        """Import and try out what the first keystroke will need, off the event loop."""
        # The parser's modules import each other in circles, which two threads at once get in
        # halves; the event loop may need them at any moment. Our own have no circles.
        from sureql.syntax import parse  # noqa: F401

        try:
            await asyncio.to_thread(_warm_up)
        finally:
            # Requests wait for this; whatever went wrong here, they must be answered.
            self.ready.set()
        await self.assisting.prepare()

    def open(self, uri: str, text: str, version: int, language_id: str) -> None:
        """The editor opened a document."""
        opened = open_document.opened(uri, text, version, language_id)
        known = self.documents.get(uri)
        if known is not None and (known.hosted is None) == (opened.hosted is None):
            known.reopen(opened)
        else:
            self.documents[uri] = opened
        document = self.documents[uri]
        if document.hosted is not None and document.long:
            document.hosted.put_off()
        self.schemas.ensure(document)
        if document.long:
            document.splitting = self.spawn(self._split(document), "Finding statements")
        self.checking.edited(document)

    async def _split(self, document: OpenDocument) -> None:
        await self.ready.wait()
        if document.hosted is None:
            await document.split(self._dialect(document))
        else:
            self._read_by(document, document.hosted)
            await document.hosted.read()

    def _read_by(self, document: OpenDocument, hosted: Hosted) -> None:
        """Let the newest schema tell which strings of a host file are SQL."""
        from sureql import app

        base = self.schemas.catalog(document)
        wanted = self.configuration.options(document.path).programs.enabled
        if not hosted.knows(base.version, wanted):
            hosted.accept(app.accepts(base), base.version, wanted)

    def schema_changed(self, document: OpenDocument) -> None:
        """A document has another schema or other settings now: what of a long host file is SQL is
        found out off the event loop."""
        # Before the warm-up is over the first reading has not begun.
        if document.hosted is not None and document.long and self.ready.is_set():
            document.splitting = self.spawn(self._split(document), "Finding SQL")

    async def prepared(self, uri: str) -> None:
        """Wait until the document can be analysed without delay."""
        await self.ready.wait()
        document = self.documents.get(uri)
        while document is not None and document.splitting is not None:
            if document.splitting.done():
                break
            await asyncio.wait([document.splitting])

    def looked_at(self, uri: str) -> None:
        """A document has the user's attention: `documents` are in the order in which they had it,
        the latest last."""
        if uri in self.documents:
            self.documents[uri] = self.documents.pop(uri)

    def close(self, uri: str) -> None:
        """The editor closed a document; one that was never open is no news."""
        if (document := self.documents.pop(uri, None)) is not None:
            self.recent.closed(uri)
            self.checking.closed(document)
            if "learning" in self.__dict__:
                self.learning.closed(uri)
            self.assisting.closed(uri)

    def followed(self, document: OpenDocument, changes: Sequence[Replaced]) -> None:
        """A document was edited: what became of the ghost text that was offered in it?"""
        if "learning" in self.__dict__:
            self.learning.edited(document, changes)

    def files_changed(self, paths: set[str], found_or_lost: bool) -> None:
        """Files were written; `found_or_lost`: some were made or removed."""
        if any(PurePath(path).name in self.configuration.files for path in paths):
            self.spawn(self.reconfigure(), "Reading the settings")
        self.schemas.changed(paths, found_or_lost)

    async def reconfigure(self) -> None:
        """Read all settings again and apply what they change."""
        self.configuration.reread()
        # Documents are served with what is known; the editor may take its time or never answer.
        self._apply_settings()
        if await self.configuration.pull():
            self._apply_settings()

    def _apply_settings(self) -> None:
        self.schemas.reconfigured()
        self.assisting.reconfigured()
        for document in self.documents.values():
            self.schema_changed(document)
            self.checking.edited(document)
        self.publishing.schema_changed()
        self.publishing.types_changed()

    def hold(self, uri: str) -> Held | None:
        """The document as it is now, None if it is not open."""
        document = self.documents.get(uri)
        if document is None:
            return None
        splitting = document.splitting is not None and not document.splitting.done()
        waits = splitting or not self.ready.is_set()
        return Held(uri, document.document, None if waits else self.view(document))

    def held(self, held: Held) -> View | None:
        """What was held, analysed; None if it has changed before it could be analysed."""
        if held.view is not None:
            return held.view
        document = self.documents.get(held.uri)
        if document is None or document.document is not held.document:
            return None
        return self.view(document)

    def view(self, document: OpenDocument) -> View:
        """The document's newest version with its schema."""
        from sureql import app  # At first use: `initialize` must not wait.

        scope = self.schemas.scope(document)
        # A long one is read off the event loop, see `schema_changed`.
        if document.hosted is not None and not document.long:
            self._read_by(document, document.hosted)
        dialect, base = self._dialect(document), self.schemas.catalog(document)
        snapshot = app.snapshot(
            document.uri,
            document.path,
            document.document.version,
            document.script(dialect),
            base,
        )
        past = scope.past or app.NO_HISTORY
        judged = self.configuration.options(document.path).judge.enabled
        judged = judged and dialect.name == base.dialect
        return View(
            snapshot,
            document.sql,
            document.path,
            past,
            scope.judge if judged else None,
            document.deleted,
            document.removed,
        )

    def _dialect(self, document: OpenDocument) -> Dialect:
        from sureql import app

        text, base = document.sql.text, self.schemas.catalog(document)
        setting = self.schemas.scope(document).request.dialect
        return app.dialect_of(text, document.path, setting, base, document.guess)

    def target(self, path: str) -> tuple[str, Document | None]:
        """The URI of a file and its text: the editor's if it is open, else the disk's."""
        uri = uris.from_path(path)
        for document in self.documents.values():
            if document.path == path or document.uri == uri:
                return document.uri, document.document
        try:
            return uri, text_document.of(uri, Path(path).read_bytes().decode(errors="replace"))
        except OSError:
            return uri, None

    async def end(self) -> None:
        """Stop everything that runs for this session."""
        for task in tuple(self._tasks):
            task.cancel()
        closing = [self.judging.close()] if "judging" in self.__dict__ else []
        if "assisting" in self.__dict__:
            closing.append(self.assisting.close())
        if "recalling" in self.__dict__:
            closing.append(self.recalling.close())
        if "studying" in self.__dict__:
            closing.append(self.studying.close())
        if self._worker is not None:
            closing.append(self._worker.close())
        await asyncio.gather(*closing)


def _warm_up() -> None:
    from sureql import app
    from sureql.lsp import learning, suggesting  # noqa: F401  (What the first ghost text imports.)

    app.warm_up()
