"""What the name under the cursor is; on the word that begins a statement, what the statement does."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from typing import TYPE_CHECKING

from lsprotocol import types

from sureql.lsp import from_proto, studying, to_proto
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session
from sureql.ports.errors import SureqlError
from sureql.text.span import Span

if TYPE_CHECKING:
    from sureql.ide.model import Hover

_PARAMETER = re.compile(r"(?:\?\d*|%s|%\(\w+\)s|[$:@]\w+)\Z")
_LONGEST = 80
_WORD = re.compile(r"[A-Za-z]+")


Answer = types.Hover | None


def run(session: Session, view: View, params: types.HoverParams) -> Answer | Awaitable[Answer]:
    from sureql.ide import hover

    document, encoding = view.document, session.editor.encoding
    offset = from_proto.offset(document, params.position, encoding)
    found = hover.at(view.snapshot, offset) or _parameter(session, view, offset)
    if found:
        return to_proto.Converter(document, encoding).hover(found)
    word = _first_word(view, offset)
    return _explained(session, view, word) if word else None


def _first_word(view: View, offset: int) -> Span | None:
    """The first word of a statement, if the cursor is on it."""
    statement = view.snapshot.script.at(offset)
    body = statement.text.lstrip()
    start = statement.start + len(statement.text) - len(body)
    word = _WORD.match(body)
    span = Span(start, start + word.end()) if word and statement.kind else None
    return span if span and span.touches(offset) else None


async def _explained(session: Session, view: View, word: Span) -> Answer:
    """What the statement does, in two sentences."""
    from sureql.ide.model import Hover
    from sureql.workers import requests

    where = studying.where(session, view, word.start, connected=False)
    if where is None:
        return None
    try:
        request = requests.ExplainStatement(where)
        told = (await session.worker.call("explain_statement", request, priority=0)).explanation
    except SureqlError:
        return None  # A hover is no place for what went wrong elsewhere.
    said = "\n\n".join(one for one in (told.summary, told.grain, told.undo) if one)
    convert = to_proto.Converter(view.document, session.editor.encoding)
    return convert.hover(Hover(word, said)) if said else None


def _parameter(session: Session, view: View, offset: int) -> Hover | None:
    from sureql.ide.model import Hover

    for end, text in session.checking.types(view):
        written = _PARAMETER.search(view.snapshot.text, max(0, end - _LONGEST), end)
        if written and written.start() <= offset <= end:
            return Hover(Span(*written.span()), f"```sql\n{written[0]} {text}\n```")
    return None


HANDLER = Handler(types.TEXT_DOCUMENT_HOVER, Kind.SNAPSHOT, run, types.HoverOptions())
