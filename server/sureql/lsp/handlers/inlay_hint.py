"""The types of parameters, as the engine inferred them, and what the plans that were asked for say."""

from __future__ import annotations

from lsprotocol import types

from sureql.lsp import from_proto, to_proto
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session


def run(session: Session, view: View, params: types.InlayHintParams) -> list[types.InlayHint]:
    session.publishing.asks_for_types = True
    encoding = session.editor.encoding
    span = from_proto.span(view.document, params.range, encoding)
    if span is None:
        return []
    convert = to_proto.Converter(view.document, encoding)
    notes = [
        types.InlayHint(convert.position(offset), text, padding_left=True)
        for offset, text in session.planning.notes(view)
        if span.touches(offset)
    ]
    if not session.configuration.options(view.path).judge.types:
        return notes
    return notes + [
        types.InlayHint(convert.position(offset), f": {text}", types.InlayHintKind.Type)
        for offset, text in session.checking.types(view)
        if span.touches(offset)
    ]


HANDLER = Handler(
    types.TEXT_DOCUMENT_INLAY_HINT, Kind.SNAPSHOT, run, types.InlayHintOptions(), list
)
