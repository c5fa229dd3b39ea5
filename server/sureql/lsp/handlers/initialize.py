"""The client says what it can do and where its folders are."""

from __future__ import annotations

from lsprotocol import types

from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.session import Session


def run(session: Session, params: types.InitializeParams) -> None:
    session.editor.introduce(params)
    session.introduced = params
    asks = session.editor.can("text_document.diagnostic")
    if asks and not session.editor.can("workspace.diagnostics.refresh_support"):
        # It would ask once and not see what an engine says later; it is told instead.
        session.editor.keep_back(types.TEXT_DOCUMENT_DIAGNOSTIC)


HANDLER = Handler(types.INITIALIZE, Kind.SYNC, run)
