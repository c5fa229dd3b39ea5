"""A document was saved: a schema or the configuration may have been read from it."""

from __future__ import annotations

from lsprotocol import types

from sureql.lsp import uris
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.session import Session


def run(session: Session, params: types.DidSaveTextDocumentParams) -> None:
    if path := uris.to_path(params.text_document.uri):
        session.files_changed({path}, found_or_lost=False)


HANDLER = Handler(types.TEXT_DOCUMENT_DID_SAVE, Kind.SYNC, run, types.SaveOptions())
