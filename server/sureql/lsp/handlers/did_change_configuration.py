"""The editor's settings changed. Clients that can be asked are asked; others send them along."""

from __future__ import annotations

from lsprotocol import types

from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.session import Session


def run(session: Session, params: types.DidChangeConfigurationParams) -> None:
    if not session.editor.can("workspace.configuration"):
        session.configuration.set_from_editor(params.settings)
    session.spawn(session.reconfigure(), "Reading the settings")


HANDLER = Handler(types.WORKSPACE_DID_CHANGE_CONFIGURATION, Kind.SYNC, run)
