"""What the name under the cursor is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sureql.lsp import from_proto, to_proto
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session

if TYPE_CHECKING:
    from sureql.ide.model import Hover


def run(session: Session, view: View, params: types.HoverParams) -> types.Hover | None:
    from sureql.ide import hover

    document, encoding = view.document, session.editor.encoding
    offset = from_proto.offset(document, params.position, encoding)
    found = hover.at(view.snapshot, offset) or _parameter(session, view, offset)
    return to_proto.Converter(document, encoding).hover(found) if found else None


def _parameter(session: Session, view: View, offset: int) -> Hover | None:
    from sureql.ide.model import Hover

    types_of = dict(session.checking.types(view))
    for hole in view.snapshot.script.at(offset).holes:
        span = hole.shift(view.snapshot.script.at(offset).start)
        if span.touches(offset) and span.end in types_of:
            return Hover(span, f"```sql\n{span.of(view.snapshot.text)} {types_of[span.end]}\n```")
    return None


HANDLER = Handler(types.TEXT_DOCUMENT_HOVER, Kind.SNAPSHOT, run, types.HoverOptions())
