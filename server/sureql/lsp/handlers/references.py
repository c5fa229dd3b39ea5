"""Every place that names what is under the cursor, in all open documents."""

from __future__ import annotations

from collections.abc import Awaitable

from lsprotocol import types

from sureql.lsp import from_proto, referring
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session


def run(
    session: Session, view: View, params: types.ReferenceParams
) -> list[types.Location] | Awaitable[list[types.Location]]:
    from sureql.ide import references

    offset = from_proto.offset(view.document, params.position, session.editor.encoding)
    subject = references.at(view.snapshot, offset) if offset is not None else None
    if subject is None:
        return []
    return referring.references(session, view, subject, params.context.include_declaration)


HANDLER = Handler(
    types.TEXT_DOCUMENT_REFERENCES, Kind.SNAPSHOT, run, types.ReferenceOptions(), list
)
