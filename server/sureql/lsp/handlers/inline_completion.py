"""Ghost text. Never null and never an error: clients would keep old text on the screen."""

from __future__ import annotations

import time
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from sureql.lsp import from_proto, to_proto
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session

if TYPE_CHECKING:
    from sureql.inline.model import Item, Request


def empty() -> dict[str, Any]:
    return {"items": []}


def run(
    session: Session, view: View, params: types.InlineCompletionParams
) -> dict[str, Any] | Awaitable[dict[str, Any]]:
    from sureql.inline import complete

    begun = time.perf_counter()
    if not session.configuration.options(view.path).inline.enabled:
        return empty()
    request = _request(session, view, params)
    ghost = session.assisting.ghost(view.path)
    if ghost is None:
        return _answer(session, view, complete.complete(request, session.inline_cache), begun)

    async def with_model() -> dict[str, Any]:
        place = lambda: session.assisting.place(view, request.offset)  # noqa: E731
        path = session.assisting.relative(view.path) if view.path else ""
        items = await ghost.complete(request, session.inline_cache, place, path)
        return _answer(session, view, items, begun)

    return with_model()


def _request(session: Session, view: View, params: types.InlineCompletionParams) -> Request:
    from sureql.inline.model import Request

    encoding = session.editor.encoding
    offset = from_proto.offset(view.document, params.position, encoding)
    chosen = params.context.selected_completion_info
    span = from_proto.span(view.document, chosen.range, encoding) if chosen else None
    return Request(
        view.snapshot,
        offset,
        view.past,
        invoked=params.context.trigger_kind == types.InlineCompletionTriggerKind.Invoked,
        selected=(span, chosen.text) if chosen and span else None,
        judge=view.judge,
        deleted=view.deleted,
        removed=view.removed,
        dismissed=session.assisting.dismissed(view, offset),
    )


def _answer(session: Session, view: View, items: tuple[Item, ...], begun: float) -> dict[str, Any]:
    convert = to_proto.Converter(view.document, session.editor.encoding)
    names = session.learning.offered(view, items, 1e3 * (time.perf_counter() - begun))
    found = [convert.inline_item(*one) for one in zip(items, names, strict=True)]
    return {"items": found}


HANDLER = Handler(
    types.TEXT_DOCUMENT_INLINE_COMPLETION,
    Kind.LATEST,
    run,
    # pygls announces the feature only if options are given.
    types.InlineCompletionOptions(),
    empty,
)
