"""Another name for a CTE, alias or column of a statement, or for a table that the file makes."""

from __future__ import annotations

from collections.abc import Awaitable

from lsprotocol import types

from sureql.lsp import from_proto, referring
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session


def run(
    session: Session, view: View, params: types.RenameParams
) -> Awaitable[types.WorkspaceEdit] | None:
    offset = from_proto.offset(view.document, params.position, session.editor.encoding)
    if offset is None:
        return None
    return referring.edits(session, view, offset, params.new_name)


HANDLER = Handler(
    types.TEXT_DOCUMENT_RENAME, Kind.SNAPSHOT, run, types.RenameOptions(prepare_provider=True)
)
