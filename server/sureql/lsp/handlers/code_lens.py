"""The plans that were asked for, above their statements."""

from __future__ import annotations

from lsprotocol import types

from sureql.lsp import to_proto
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session
from sureql.text.span import Span


def run(session: Session, view: View, _: types.CodeLensParams) -> list[types.CodeLens]:
    convert = to_proto.Converter(view.document, session.editor.encoding)
    found = []
    for statement, text in session.planning.lenses(view):
        place = convert.range(Span(statement.first, statement.first))
        where = {"uri": view.document.uri, "position": place.start}
        command = types.Command(text, "sureql.explain", arguments=[{**where, "plan": True}])
        found.append(types.CodeLens(place, command))
    return found


HANDLER = Handler(types.TEXT_DOCUMENT_CODE_LENS, Kind.SNAPSHOT, run, types.CodeLensOptions(), list)
