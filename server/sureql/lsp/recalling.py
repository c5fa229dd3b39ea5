"""Statements written before: indexed by the worker in the background, and found again for prompts."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sureql import settings
from sureql.ports.errors import SureqlError, WorkerGone
from sureql.privacy import hiding
from sureql.workers import requests

if TYPE_CHECKING:
    from sureql.lsp.session import Session
    from sureql.ports.recall import Recall, Snippet
    from sureql.settings.options import Options
    from sureql.workers.client import Worker

AGAIN = 0.2
"""Seconds until an index that had to make way is worked on again."""
AT_ONCE, LATER = 0, 3
"""Priorities: somebody waits for what is recalled, nobody for the index."""


class Recalling:
    """Mutable, and touched only on the event loop."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._cache = str(settings.cache_folder(os.environ))
        self._indexing: dict[str, asyncio.Task[None]] = {}
        self._stale: set[str] = set()
        self._begun: set[str] = set()

    def recall(self, path: str) -> Recall | None:
        """What was written before, for the file at `path`; None where nothing may be learnt."""
        options, root = self._session.configuration.options(path), self._root(path)
        if not _wanted(options):
            return None
        if root not in self._begun:
            # The model was named after the schema had been loaded.
            self.index(path, options.dialect_of(self._session.assisting.relative(path)))
        return _Recall(self._session.worker, root, self._cache)

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
            work = self._keep_indexing(request)
            self._indexing[root] = self._session.spawn(work, "Reading past statements")

    def remember(self, path: str, text: str, dialect: str = "") -> None:
        """The user has accepted this statement, or asked for it and got it."""
        options, root = self._session.configuration.options(path), self._root(path)
        name = self._session.assisting.relative(path)
        hidden = hiding.is_hidden_path(name, options.privacy.ignore_paths)
        if _wanted(options) and not hidden:
            request = requests.RememberStatements(root, self._cache, (text,), dialect)
            call = self._session.worker.call("remember_statements", request, priority=LATER)
            self._session.spawn(call, "Remembering a statement")

    def _root(self, path: str) -> str:
        configuration = self._session.configuration
        if not path and configuration.folders:
            # An unsaved document is taken to belong to the first folder.
            return configuration.folders[0]
        return configuration.root_of(path)

    async def _keep_indexing(self, request: requests.IndexStatements) -> None:
        try:
            while request.root in self._stale:
                self._stale.discard(request.root)
                done: requests.Indexed = await self._session.worker.call(
                    "index_statements", request, priority=LATER
                )
                if done.more:
                    self._stale.add(request.root)
                    await asyncio.sleep(AGAIN)
        except WorkerGone:
            pass  # The next saved file is a reason to try again.
        finally:
            self._indexing.pop(request.root, None)


@dataclass(frozen=True, slots=True)
class _Recall:
    """Asks the worker: the question waits for no more than what the worker is at."""

    worker: Worker
    root: str
    cache: str

    async def similar(self, text: str, most: int) -> tuple[Snippet, ...]:
        request = requests.RecallStatements(self.root, self.cache, text, most)
        try:
            found: tuple[Snippet, ...] = await self.worker.call(
                "recall_statements", request, priority=AT_ONCE
            )
        except SureqlError:
            return ()
        return found


def _wanted(options: Options) -> bool:
    # Only prompts are made of these: without a model there is nothing to keep.
    return options.model.configured and options.history.enabled
