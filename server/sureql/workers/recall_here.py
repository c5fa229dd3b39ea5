"""Statements written before, for programs that are over in a moment: without another process."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sureql.ports.recall import Recall, Snippet
from sureql.workers.context import Context
from sureql.workers.jobs import index_statements, recall_statements, remember_statements
from sureql.workers.requests import IndexStatements, RecallStatements, RememberStatements

PATIENCE = 3.0
"""Seconds that reading changed files may take; the next run goes on."""


def opened(root: str, dialect: str, cache: str, hidden: tuple[str, ...]) -> Recall:
    """The index of the workspace at `root`, brought up to date. Files that `hidden` covers are in none."""
    end = time.monotonic() + PATIENCE
    context = Context(report=lambda _: None, cancelled=lambda: time.monotonic() > end)
    if root:
        index_statements.run(IndexStatements(root, dialect, cache, hidden), context)
    return _Here(root, cache)


def remember(root: str, dialect: str, cache: str, text: str) -> None:
    """The user has asked for this statement and got it."""
    remember_statements.run(RememberStatements(root, cache, (text,), dialect), _ALONE)


@dataclass(frozen=True, slots=True)
class _Here:
    root: str
    cache: str

    async def similar(self, text: str, most: int) -> tuple[Snippet, ...]:
        request = RecallStatements(self.root, self.cache, text, most)
        return recall_statements.run(request, _ALONE)


_ALONE = Context(report=lambda _: None, cancelled=lambda: False)
