"""The other places that name what is under the cursor."""

from __future__ import annotations

from lsprotocol import types

from sureql.lsp import from_proto, to_proto
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session


def run(
    session: Session, view: View, params: types.DocumentHighlightParams
) -> list[types.DocumentHighlight]:
    from sureql.ide import highlights

    here, encoding = view.document, session.editor.encoding
    offset = from_proto.offset(here, params.position, encoding)
    if offset is None:
        return []
    convert = to_proto.Converter(here, encoding)
    return [
        types.DocumentHighlight(
            convert.range(place.span),
            types.DocumentHighlightKind.Write
            if place.defines
            else types.DocumentHighlightKind.Read,
        )
        for place in highlights.at(view.snapshot, offset)
    ]


HANDLER = Handler(
    types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT,
    Kind.SNAPSHOT,
    run,
    types.DocumentHighlightOptions(),
    list,
)
