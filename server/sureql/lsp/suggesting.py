"""Ghost text for one request of an editor: the engine's, or a model's if one is named."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from sureql.lsp import from_proto, to_proto

if TYPE_CHECKING:
    from sureql.assistant.ghost import Ghost
    from sureql.inline.model import Item, Request
    from sureql.lsp.open_document import View
    from sureql.lsp.session import Session
    from sureql.prompt.model import Place
    from sureql.text.document import Position


def answer(
    session: Session, view: View, params: types.InlineCompletionParams
) -> dict[str, Any] | Awaitable[dict[str, Any]]:
    """At once without a model; what must be awaited with one."""
    from sureql.inline import complete

    begun = time.perf_counter()
    request = _request(session, view, params)
    if request is None:
        return {"items": []}
    cursor = from_proto.position(params.position)
    ghost = session.assisting.ghost(view.place)
    if ghost is None:
        found = complete.complete(request, session.inline_cache)
        return _told(session, view, found, cursor, begun)
    return _with_model(session, view, ghost, request, cursor, begun)


async def _with_model(
    session: Session, view: View, ghost: Ghost, request: Request, cursor: Position, begun: float
) -> dict[str, Any]:
    def place() -> Place:
        return session.assisting.place(view, request.offset)

    path = session.assisting.relative(view.place) if view.place else ""
    try:
        found = await ghost.complete(request, session.inline_cache, place, path)
    except asyncio.CancelledError:
        uri = view.document.uri
        if not session.latest.under_way((types.TEXT_DOCUMENT_INLINE_COMPLETION, uri)):
            ghost.unwanted(uri)
        raise
    return _told(session, view, found, cursor, begun)


def _request(session: Session, view: View, params: types.InlineCompletionParams) -> Request | None:
    """None where there is no SQL."""
    from sureql.inline.model import Request

    encoding = session.editor.encoding
    offset = from_proto.offset(view.document, params.position, encoding)
    if offset is None:
        return None
    chosen = params.context.selected_completion_info
    span = from_proto.span(view.document, chosen.range, encoding) if chosen else None
    invoked = params.context.trigger_kind == types.InlineCompletionTriggerKind.Invoked
    return Request(
        view.snapshot,
        offset,
        view.past,
        invoked=invoked,
        selected=(span, chosen.text) if chosen and span else None,
        judge=view.judge,
        deleted=view.deleted,
        removed=view.removed,
        dismissed=frozenset() if invoked else session.assisting.dismissed(view, offset),
    )


def _told(
    session: Session, view: View, items: tuple[Item, ...], cursor: Position, begun: float
) -> dict[str, Any]:
    convert = to_proto.Converter(view.document, session.editor.encoding)
    names = session.learning.offered(view, items, 1e3 * (time.perf_counter() - begun))
    found = [convert.inline_item(*one, cursor) for one in zip(items, names, strict=True)]
    return {"items": [one for one in found if one is not None]}
