"""A document was edited: several changes may come at once, or the whole text."""

from __future__ import annotations

from lsprotocol import types

from sureql.lsp import from_proto
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.session import Session


def run(session: Session, params: types.DidChangeTextDocumentParams) -> None:
    document = session.documents.get(params.text_document.uri)
    if document is None:
        return
    changes = from_proto.changes(params.content_changes)
    document.apply(changes, params.text_document.version, session.editor.encoding)
    session.checking.typed(document)


HANDLER = Handler(types.TEXT_DOCUMENT_DID_CHANGE, Kind.SYNC, run)
