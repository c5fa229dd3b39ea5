"""`sureql.status`: what the menu behind a status line shows of a document and of the session."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import sureql
from sureql.lsp import cache_place
from sureql.providers import keys

if TYPE_CHECKING:
    from sureql.lsp.open_document import OpenDocument
    from sureql.lsp.session import Session
    from sureql.ports.ledger import Spent
    from sureql.settings.options import Options

MOST_LISTED = 50
"""Files of a schema, and problems in it, that are named; all are counted."""


async def status(session: Session, arguments: Sequence[Any]) -> dict[str, Any]:
    """The state as plain values. The argument `{uri?}` names a document; without one, or if it is not
    open, it is the one that was looked at last."""
    given = arguments[0] if arguments and isinstance(arguments[0], Mapping) else {}
    await session.ready.wait()
    document = session.documents.get(str(given.get("uri")))
    if document is None:
        document = next(reversed(session.documents.values()), None)
    place = document.place if document is not None else ""
    options = session.configuration.options(place)
    spent = await asyncio.to_thread(_spent)
    schema, dialect = _schema(session, document)
    return {
        "version": sureql.__version__,
        "uri": document.uri if document is not None else "",
        "dialect": dialect,
        "schema": schema,
        "judge": _judge(session, document, dialect),
        "model": _model(session, place, options),
        "spend": {
            "tokens": spent.tokens,
            "cost": spent.cost,
            "requests": spent.requests,
            "dayTokens": options.budget.day_tokens,
            "dayCost": options.budget.day_cost,
        },
        "trusted": session.configuration.trusted,
        "log": str(cache_place.folder() / "requests.sqlite"),
    }


def _schema(session: Session, document: OpenDocument | None) -> tuple[dict[str, Any], str]:
    empty = {"state": "none", "relations": 0, "sources": [], "problems": [], "problemCount": 0}
    if document is None:
        return empty, ""
    scope = session.schemas.scope(document)
    dialect = session.view(document).snapshot.script.dialect.name if document.analysed else ""
    loaded = scope.loaded
    if loaded is None:
        return {**empty, "state": "loading" if scope.task else "none"}, dialect
    state = "loading" if scope.task else "ready" if loaded.file else "none"
    root = session.configuration.root_of(document.path) if document.path else ""
    problems = [
        {"path": one.path, "line": one.line, "message": one.message} for one in loaded.problems
    ]
    schema = {
        "state": state,
        "relations": loaded.relations,
        "sources": [_named(file, root) for file in loaded.files[:MOST_LISTED]],
        "problems": problems[:MOST_LISTED],
        "problemCount": len(problems),
    }
    return schema, dialect


def _named(file: str, root: str) -> str:
    path = PurePath(file)
    return path.relative_to(root).as_posix() if root and path.is_relative_to(root) else file


def _judge(session: Session, document: OpenDocument | None, dialect: str) -> str:
    if document is None or not dialect:
        return ""
    request = session.schemas.scope(document).request
    return session.judging.words(dialect, request.path, request.sources)


def _model(session: Session, place: str, options: Options) -> dict[str, Any]:
    model = options.model
    if not model.configured:
        named = bool(model.name or model.local)
        state = "untrusted" if session.configuration.trusted is False else "off"
        return {"state": state if named else "none", "name": model.name or model.local}
    found = session.assisting.exchange(place)
    health = found.health if found is not None else None
    return {
        "state": "withheld" if health is None else health.kind,
        "name": model.local or model.name,
        "host": "" if model.local else keys.host_of(model.base_url),
        "message": health.message if health is not None else "",
        "busy": bool(health and health.busy),
    }


def _spent() -> Spent:
    from sureql import app
    from sureql.assistant import budget

    ledger = app.ledger(os.environ)
    try:
        return ledger.spent(budget.midnight(time.time()))
    finally:
        ledger.close()
