"""A document was closed."""

from __future__ import annotations

from lsprotocol import types

from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.session import Session


def run(session: Session, params: types.DidCloseTextDocumentParams) -> None:
    session.close(params.text_document.uri)


HANDLER = Handler(types.TEXT_DOCUMENT_DID_CLOSE, Kind.SYNC, run)
