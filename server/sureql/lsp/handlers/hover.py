"""What the name under the cursor is; on the word that begins a statement, what the statement does."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from typing import TYPE_CHECKING

from lsprotocol import types

from sureql.lsp import explaining, from_proto, to_proto
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session
from sureql.text.span import Span

if TYPE_CHECKING:
    from sureql.ide.model import Hover

_PARAMETER = re.compile(r"(?:\?\d*|%s|%\(\w+\)s|[$:@]\w+)\Z")
_LONGEST = 80


Answer = types.Hover | None


def run(session: Session, view: View, params: types.HoverParams) -> Answer | Awaitable[Answer]:
    from sureql.ide import hover

    document, encoding = view.document, session.editor.encoding
    offset = from_proto.offset(document, params.position, encoding)
    if offset is None:
        return None
    found = hover.at(view.snapshot, offset) or _parameter(session, view, offset)
    if found:
        return to_proto.Converter(document, encoding).hover(found)
    return explaining.at_first_word(session, view, offset)


def _parameter(session: Session, view: View, offset: int) -> Hover | None:
    from sureql.ide.model import Hover

    for end, text in session.checking.types(view):
        written = _PARAMETER.search(view.snapshot.text, max(0, end - _LONGEST), end)
        if written and written.start() <= offset <= end:
            return Hover(Span(*written.span()), f"```sql\n{written[0]} {text}\n```")
    return None


HANDLER = Handler(types.TEXT_DOCUMENT_HOVER, Kind.SNAPSHOT, run, types.HoverOptions())
