"""What optimising, explaining and planning have in common: the process that does it, and how it is
told which statement is meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from sureql.lsp import from_proto

if TYPE_CHECKING:
    from sureql.lsp.open_document import View
    from sureql.lsp.session import Session
    from sureql.workers import requests
    from sureql.workers.client import Worker

NOT_OPEN = "This document is not open."
NOT_ANALYSED = "This file is too large or no text: nothing in it is looked at."
NO_STATEMENT = "There is no statement here."
NO_SQL = "There is no SQL here: put the cursor into a string that holds some."
SILENCE = 60.0
"""Seconds without a sign of life after which the process is ended."""


class Studying:
    """The process for work that takes seconds, so that nobody who types waits for it. It starts with
    the first call."""

    def __init__(self) -> None:
        self._worker: Worker | None = None

    @property
    def worker(self) -> Worker:
        """The process' end here."""
        if self._worker is None:
            from sureql.workers.client import Worker

            self._worker = Worker()
        return self._worker

    async def call(
        self, job: str, request: Any, on_report: Callable[[Any], None] | None = None
    ) -> Any:
        """The result of a job. Cancelling the caller cancels it. Raises SureqlError."""
        return await self.worker.call(job, request, on_report=on_report, silence=SILENCE)

    async def close(self) -> None:
        """End the process."""
        if self._worker is not None:
            await self._worker.close()


async def view(session: Session, uri: str) -> View | str:
    """The document with its schema, or why it can't be looked at."""
    await session.prepared(uri)
    document = session.documents.get(uri)
    if document is None:
        return NOT_OPEN
    await session.schemas.settled(document)
    # It may have been closed meanwhile, or opened anew.
    document = session.documents.get(uri)
    if document is None:
        return NOT_OPEN
    return session.view(document) if document.analysed else NOT_ANALYSED


def where(
    session: Session, view: View, offset: int, *, connected: bool, text: str = ""
) -> requests.Where | None:
    """The statement at `offset`, as the process takes it; None if there is none. With `text` it is
    that, in place of the document's."""
    from dataclasses import replace

    from sureql.workers import requests

    document = session.documents.get(view.snapshot.uri)
    sources = session.schemas.scope(document).request.sources if document else ()
    sent = session.schemas.sent(view)
    if text:
        # Under a name of its own: the worker keeps the newest text of each document.
        sent = replace(sent, uri="sureql:selected", text=text)
    elif not view.snapshot.script.at(offset).kind:
        return None
    runs = session.configuration.options(view.path).judge.enabled
    engine = session.judging.engine(view)
    return requests.Where(sent, offset, engine, runs, tuple(sources), connected)


def asked(arguments: Sequence[Any], wants: str) -> tuple[str, Mapping[str, Any]]:
    """The document and the rest of a command's one argument. Raises JsonRpcInvalidParams."""
    given = arguments[0] if len(arguments) == 1 else None
    if not isinstance(given, Mapping) or not isinstance(given.get("uri"), str):
        raise JsonRpcInvalidParams(wants)
    return given["uri"], given


def position(given: Any, wants: str) -> types.Position:
    """A position as it should be. Raises JsonRpcInvalidParams."""
    line, character = (
        (given.get("line"), given.get("character")) if isinstance(given, Mapping) else (None, None)
    )
    if not (isinstance(line, int) and isinstance(character, int)):
        raise JsonRpcInvalidParams(wants)
    return types.Position(max(line, 0), max(character, 0))


def offset(session: Session, view: View, given: Any, wants: str) -> int | None:
    """An offset in the statement that a position of the client's means; None where there is no SQL."""
    place = from_proto.offset(view.document, position(given, wants), session.editor.encoding)
    return None if place is None else view.snapshot.script.meant(place)
