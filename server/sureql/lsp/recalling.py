"""Statements written before: indexed by the worker in the background, and found again for prompts."""

from __future__ import annotations

import asyncio
import logging
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sureql.lsp import cache_place, withheld
from sureql.ports.errors import ModelError, SureqlError, WorkerGone
from sureql.workers import requests

if TYPE_CHECKING:
    from sureql.assistant.meanings import Meanings
    from sureql.lsp.session import Session
    from sureql.ports.recall import Recall, Snippet
    from sureql.settings.options import Budget, Model, Options, Privacy

    _Terms = tuple[Model, Budget, Privacy]

log = logging.getLogger(__name__)

AGAIN = 0.2
"""Seconds until an index that had to make way is worked on again."""
BATCH = 32
"""Texts of which an embeddings model is asked at once."""
PATIENCE = 0.08
"""Seconds in which a question's meaning must be known; without it, its words must do."""
_MOST_ASKED = 64
_SQL = re.compile(
    r"(?:\s|--[^\n]*\n|\()*(?:select|with|insert|update|delete|merge|create|values|from|explain)\b",
    re.IGNORECASE,
)
AT_ONCE, LATER = 0, 3
"""Priorities: somebody waits for what is recalled, nobody for the index."""


class Recalling:
    """Mutable, and touched only on the event loop."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._cache = str(cache_place.folder())
        self._indexing: dict[str, asyncio.Task[None]] = {}
        self._stale: set[str] = set()
        self._begun: set[str] = set()
        self._meanings: dict[tuple[str, _Terms], Meanings | None] = {}
        self._asked: dict[tuple[Meanings, str], asyncio.Task[tuple[float, ...]]] = {}

    def recall(self, path: str) -> Recall | None:
        """What was written before, for the file at `path`; None where nothing may be learnt."""
        options, root = self._session.configuration.options(path), self._root(path)
        if not _wanted(options):
            return None
        if root not in self._begun:
            # The model was named after the schema had been loaded.
            self.index(path, options.dialect_of(self._session.assisting.relative(path)))
        return _Recall(self, root, self._meanings.get((root, _terms(options))))

    def index(self, path: str, dialect: str) -> None:
        """Bring the index of the workspace of `path` up to date in the background."""
        options, root = self._session.configuration.options(path), self._root(path)
        if not root or not _wanted(options):
            return
        self._stale.add(root)
        self._begun.add(root)
        if root not in self._indexing:
            hidden = options.privacy.ignore_paths
            request = requests.IndexStatements(root, dialect, self._cache, hidden)
            work = self._keep_indexing(request, path)
            self._indexing[root] = self._session.spawn(work, "Reading past statements")

    def remember(self, path: str, text: str, dialect: str = "") -> None:
        """The user has accepted this statement, or asked for it and got it."""
        options, root = self._session.configuration.options(path), self._root(path)
        hidden = withheld.is_withheld(path, self._session.configuration)
        if _wanted(options) and not hidden:
            request = requests.RememberStatements(root, self._cache, (text,), dialect)
            call = self._session.worker.call("remember_statements", request, priority=LATER)
            self._session.spawn(call, "Remembering a statement")

    async def similar(
        self, root: str, text: str, most: int, meanings: Meanings | None
    ) -> tuple[Snippet, ...]:
        """Statements of the workspace at `root` and of the user like `text`."""
        vector, model = await self._meaning(meanings, text)
        request = requests.RecallStatements(root, self._cache, text, most, vector, model)
        try:
            found: tuple[Snippet, ...] = await self._session.worker.call(
                "recall_statements", request, priority=AT_ONCE
            )
        except SureqlError:
            return ()
        return found

    async def close(self) -> None:
        """Let go of connections."""
        made = [one for one in self._meanings.values() if one is not None]
        await asyncio.gather(*(one.close() for one in made), return_exceptions=True)

    async def _meaning(self, meanings: Meanings | None, text: str) -> tuple[tuple[float, ...], str]:
        if meanings is None or not _in_words(text):
            return (), ""
        key = (meanings, text)
        if key not in self._asked:
            if len(self._asked) >= _MOST_ASKED:
                self._asked.pop(next(iter(self._asked)))
            # It is waited for by whoever asks next, too.
            self._asked[key] = self._session.spawn(
                _vector(meanings, text), "Finding out what is meant"
            )
        done, _ = await asyncio.wait([self._asked[key]], timeout=PATIENCE)
        return (self._asked[key].result(), meanings.model) if done else ((), "")

    async def _measure(self, root: str, path: str) -> None:
        """Have the statements' meanings told, some at a time, as far as the user's terms go."""
        options = self._session.configuration.options(path)
        meanings = await self._embeddings(root, path, options)
        if meanings is None:
            return
        told: tuple[tuple[str, tuple[float, ...]], ...] = ()
        # What the user has forbidden meanwhile is not gone on with.
        while _terms(self._session.configuration.options(path)) == _terms(options):
            request = requests.MeasureStatements(root, self._cache, meanings.model, BATCH, told)
            texts = await self._session.worker.call("measure_statements", request, priority=LATER)
            if not texts:
                return
            try:
                vectors = await meanings.of(texts)
            except ModelError as error:
                log.info("Meanings of past statements are left out: %s", error)
                return
            told = tuple((text, tuple(found)) for text, found in zip(texts, vectors, strict=True))

    async def _embeddings(self, root: str, path: str, options: Options) -> Meanings | None:
        key = (root, _terms(options))
        if key not in self._meanings and options.model.embeddings:
            await self._session.assisting.prepare(path)
            exchange = self._session.assisting.exchange(path)
            if exchange is None:
                return None
            from sureql import app

            # A keyring may ask its user.
            made = await asyncio.to_thread(app.meanings, options, os.environ, exchange.meter)
            self._meanings[key] = made
        return self._meanings.get(key)

    def _root(self, path: str) -> str:
        configuration = self._session.configuration
        if not path and configuration.folders:
            # An unsaved document is taken to belong to the first folder.
            return configuration.folders[0]
        return configuration.root_of(path)

    async def _keep_indexing(self, request: requests.IndexStatements, path: str) -> None:
        try:
            while request.root in self._stale:
                self._stale.discard(request.root)
                done: requests.Indexed = await self._session.worker.call(
                    "index_statements", request, priority=LATER
                )
                if done.more:
                    self._stale.add(request.root)
                    await asyncio.sleep(AGAIN)
                elif request.root not in self._stale:
                    await self._measure(request.root, path)
        except WorkerGone:
            pass  # The next saved file is a reason to try again.
        finally:
            self._indexing.pop(request.root, None)


@dataclass(frozen=True, slots=True)
class _Recall:
    """Asks the worker: the question waits for no more than what the worker is at."""

    recalling: Recalling
    root: str
    meanings: Meanings | None

    async def similar(self, text: str, most: int) -> tuple[Snippet, ...]:
        return await self.recalling.similar(self.root, text, most, self.meanings)


async def _vector(meanings: Meanings, text: str) -> tuple[float, ...]:
    try:
        return tuple((await meanings.of([text]))[0])
    except ModelError as error:
        log.info("A question is answered by its words alone: %s", error)
        return ()


def _in_words(text: str) -> bool:
    """True for a question; SQL is found by its own words as well as can be."""
    return _SQL.match(text) is None


def _terms(options: Options) -> _Terms:
    return options.model, options.budget, options.privacy


def _wanted(options: Options) -> bool:
    # Only prompts are made of these: without a model there is nothing to keep.
    return options.model.configured and options.history.enabled
