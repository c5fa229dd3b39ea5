"""Formatting of the statements in a range."""

from __future__ import annotations

from collections.abc import Awaitable

from lsprotocol import types

from sureql.lsp import from_proto, layout
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session
from sureql.text.span import Span


def run(
    session: Session, view: View, params: types.DocumentRangeFormattingParams
) -> Awaitable[list[types.TextEdit]]:
    chosen = from_proto.span(view.document, params.range, session.editor.encoding)
    return layout.formatted(session, view, chosen or Span(0, 0))


HANDLER = Handler(
    types.TEXT_DOCUMENT_RANGE_FORMATTING,
    Kind.SNAPSHOT,
    run,
    types.DocumentRangeFormattingOptions(),
    list,
)
