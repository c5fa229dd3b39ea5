"""Files of the workspace changed outside the editor, or were saved in it."""

from __future__ import annotations

from lsprotocol import types

from sureql.lsp import uris
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.session import Session


def run(session: Session, params: types.DidChangeWatchedFilesParams) -> None:
    paths = {path for change in params.changes if (path := uris.to_path(change.uri))}
    moved = any(change.type != types.FileChangeType.Changed for change in params.changes)
    session.files_changed(paths, found_or_lost=moved)


HANDLER = Handler(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, Kind.SYNC, run)
