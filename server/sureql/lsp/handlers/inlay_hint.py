"""The types of parameters, as the engine inferred them."""

from __future__ import annotations

from lsprotocol import types

from sureql.lsp import from_proto, to_proto
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session


def run(session: Session, view: View, params: types.InlayHintParams) -> list[types.InlayHint]:
    session.publishing.asks_for_types = True
    if not session.configuration.options(view.path).judge.types:
        return []
    encoding = session.editor.encoding
    span = from_proto.span(view.document, params.range, encoding)
    convert = to_proto.Converter(view.document, encoding)
    return [
        types.InlayHint(convert.position(offset), f": {text}", types.InlayHintKind.Type)
        for offset, text in session.checking.types(view)
        if span.touches(offset)
    ]


HANDLER = Handler(
    types.TEXT_DOCUMENT_INLAY_HINT, Kind.SNAPSHOT, run, types.InlayHintOptions(), list
)
