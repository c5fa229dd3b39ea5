"""What the name under the cursor is."""

from __future__ import annotations

from lsprotocol import types

from sureql.lsp import from_proto, to_proto
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session


def run(session: Session, view: View, params: types.HoverParams) -> types.Hover | None:
    from sureql.ide import hover

    document, encoding = view.document, session.editor.encoding
    found = hover.at(view.snapshot, from_proto.offset(document, params.position, encoding))
    return to_proto.Converter(document, encoding).hover(found) if found else None


HANDLER = Handler(types.TEXT_DOCUMENT_HOVER, Kind.SNAPSHOT, run, types.HoverOptions())
