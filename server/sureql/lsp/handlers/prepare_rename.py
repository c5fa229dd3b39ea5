"""Whether what is under the cursor can be renamed; if not, a message says what to do instead."""

from __future__ import annotations

from lsprotocol import types

from sureql.lsp import from_proto, referring, to_proto
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session


def run(
    session: Session, view: View, params: types.PrepareRenameParams
) -> types.PrepareRenamePlaceholder | None:
    from sureql.ide import rename

    here, encoding = view.document, session.editor.encoding
    offset = from_proto.offset(here, params.position, encoding)
    if offset is None:
        return None
    found = rename.prepare(view.snapshot, offset)
    if isinstance(found, rename.Refused):
        raise referring.refused(found.message)
    place = to_proto.Converter(here, encoding).range(found.span)
    return types.PrepareRenamePlaceholder(place, found.span.of(view.snapshot.text))


HANDLER = Handler(types.TEXT_DOCUMENT_PREPARE_RENAME, Kind.SNAPSHOT, run)
