"""Folders were added to the workspace or removed from it."""

from __future__ import annotations

from lsprotocol import types

from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.session import Session


def run(session: Session, params: types.DidChangeWorkspaceFoldersParams) -> None:
    session.configuration.change_folders(
        [folder.uri for folder in params.event.added],
        [folder.uri for folder in params.event.removed],
    )
    session.spawn(session.reconfigure(), "Reading the settings")


HANDLER = Handler(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, Kind.SYNC, run)
