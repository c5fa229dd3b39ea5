"""Safe fixes and layout when a file is saved, if the settings want them."""

from __future__ import annotations

from collections.abc import Awaitable

from lsprotocol import types

from sureql.lsp import fixing, to_proto
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session


def run(
    session: Session, view: View, params: types.WillSaveTextDocumentParams
) -> Awaitable[list[types.TextEdit]]:
    async def edits() -> list[types.TextEdit]:
        found = await fixing.saved(session, view)
        return to_proto.Converter(view.document, session.editor.encoding).possible_edits(found)

    return edits()


HANDLER = Handler(types.TEXT_DOCUMENT_WILL_SAVE_WAIT_UNTIL, Kind.SNAPSHOT, run, empty=list)
