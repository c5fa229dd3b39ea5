"""Files or folders got other names in the editor: a schema or settings may have been read from them."""

from __future__ import annotations

from lsprotocol import types

from sureql.lsp import uris
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.session import Session


def run(session: Session, params: types.RenameFilesParams) -> None:
    both = [uri for one in params.files for uri in (one.old_uri, one.new_uri)]
    session.files_changed({path for uri in both if (path := uris.to_path(uri))}, found_or_lost=True)


HANDLER = Handler(
    types.WORKSPACE_DID_RENAME_FILES,
    Kind.SYNC,
    run,
    types.FileOperationRegistrationOptions(
        [types.FileOperationFilter(types.FileOperationPattern("**/*"), scheme="file")]
    ),
)
