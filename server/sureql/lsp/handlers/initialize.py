"""The client says what it can do and where its folders are."""

from __future__ import annotations

from lsprotocol import types

from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.session import Session


def run(session: Session, params: types.InitializeParams) -> None:
    session.editor.introduce(params)
    session.introduced = params


HANDLER = Handler(types.INITIALIZE, Kind.SYNC, run)
