"""The diagnostics of one document, for clients that ask for them."""

from __future__ import annotations

from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.session import Session

OVERTAKEN = "A newer request asks for the same."


def empty() -> dict[str, Any]:
    return {"kind": "full", "items": []}


def overtaken() -> JsonRpcException:
    """The answer to a request that a newer one has made needless."""
    code = types.LSPErrorCodes.ServerCancelled.value
    return JsonRpcException(OVERTAKEN, code, {"retriggerRequest": False})


async def _answer(session: Session, uri: str, known: str | None) -> dict[str, Any]:
    document = session.documents.get(uri)
    if document is None:
        return empty()
    session.publishing.asked(document)
    try:
        await session.checking.settled(uri)
        document = session.documents.get(uri)
        return session.publishing.answer(document, known) if document else empty()
    finally:
        session.publishing.no_longer_asked(uri)


async def run(session: Session, params: types.DocumentDiagnosticParams) -> Any:
    uri = params.text_document.uri
    work = _answer(session, uri, params.previous_result_id)
    return await session.latest.begin((HANDLER.method, uri), work, overtaken())


HANDLER = Handler(
    types.TEXT_DOCUMENT_DIAGNOSTIC,
    Kind.ASYNC,
    run,
    types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True),
    empty,
)
