"""A document was opened."""

from __future__ import annotations

from lsprotocol import types

from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.session import Session


def run(session: Session, params: types.DidOpenTextDocumentParams) -> None:
    item = params.text_document
    session.open(item.uri, item.text, item.version, item.language_id)


HANDLER = Handler(types.TEXT_DOCUMENT_DID_OPEN, Kind.SYNC, run)
