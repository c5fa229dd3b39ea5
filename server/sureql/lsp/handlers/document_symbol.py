"""The outline of a file."""

from __future__ import annotations

from lsprotocol import types

from sureql.lsp import to_proto
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session


def run(
    session: Session, view: View, params: types.DocumentSymbolParams
) -> list[types.DocumentSymbol] | list[types.SymbolInformation]:
    from sureql.ide import symbols

    if view.in_host:
        return []  # The outline of the program is its own language server's.
    convert = to_proto.Converter(view.document, session.editor.encoding)
    found = [convert.symbol(symbol) for symbol in symbols.of(view.snapshot)]
    if session.editor.can("text_document.document_symbol.hierarchical_document_symbol_support"):
        return found
    return to_proto.flat(found, view.snapshot.uri)


HANDLER = Handler(
    types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, Kind.SNAPSHOT, run, types.DocumentSymbolOptions(), list
)
