"""A document was edited: several changes may come at once, or the whole text."""

from __future__ import annotations

import time

from lsprotocol import types

from sureql.lsp import from_proto
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.session import Session


def run(session: Session, params: types.DidChangeTextDocumentParams) -> None:
    document = session.documents.get(params.text_document.uri)
    if document is None:
        return
    session.looked_at(document.uri)
    before = document.sql.text
    changes = from_proto.changes(params.content_changes)
    replaced = document.apply(changes, params.text_document.version, session.editor.encoding)
    after = document.sql.text
    session.recent.changed(document.uri, document.place, before, after, time.monotonic())
    session.followed(document, replaced)
    session.assisting.edited(document, replaced)
    session.checking.typed(document)


HANDLER = Handler(types.TEXT_DOCUMENT_DID_CHANGE, Kind.SYNC, run)
