"""Where a table, column, CTE or alias is defined, in this file or another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sureql.lsp import from_proto, to_proto
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session

if TYPE_CHECKING:
    from sureql.ide.model import Target


def run(
    session: Session, view: View, params: types.DefinitionParams
) -> list[types.LocationLink] | list[types.Location]:
    from sureql.ide import definition

    here, encoding = view.document, session.editor.encoding
    offset = from_proto.offset(here, params.position, encoding)
    targets = definition.at(view.snapshot, offset) if offset is not None else ()
    origin = to_proto.Converter(here, encoding)
    found = [(target, *_place(session, view, target)) for target in targets]
    if session.editor.can("text_document.definition.link_support"):
        return [
            types.LocationLink(uri, whole, name, origin.range(target.origin))
            for target, uri, whole, name in found
        ]
    return [types.Location(uri, name) for _, uri, _, name in found]


def _place(session: Session, view: View, target: Target) -> tuple[str, types.Range, types.Range]:
    here = (view.document.uri, view.document)
    uri, document = here if target.path is None else session.target(target.path)
    if document is None or target.span.end > len(document.text):
        # The file is gone or has changed since: its line is the best that is known.
        line = types.Range(types.Position(target.line, 0), types.Position(target.line, 0))
        return uri, line, line
    convert = to_proto.Converter(document, session.editor.encoding)
    return uri, convert.range(target.span), convert.range(target.name)


HANDLER = Handler(types.TEXT_DOCUMENT_DEFINITION, Kind.SNAPSHOT, run, types.DefinitionOptions())
