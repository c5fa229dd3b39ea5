"""Ghost text. Never null and never an error: clients would keep old text on the screen."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from sureql.lsp import from_proto, to_proto
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session


def empty() -> dict[str, Any]:
    return {"items": []}


def run(session: Session, view: View, params: types.InlineCompletionParams) -> dict[str, Any]:
    from sureql.inline import complete
    from sureql.inline.model import Request

    encoding = session.editor.encoding
    if not session.configuration.options(view.path).inline.enabled:
        return empty()
    chosen = params.context.selected_completion_info
    request = Request(
        view.snapshot,
        from_proto.offset(view.document, params.position, encoding),
        view.past,
        invoked=params.context.trigger_kind == types.InlineCompletionTriggerKind.Invoked,
        selected=(from_proto.span(view.document, chosen.range, encoding), chosen.text)
        if chosen
        else None,
        judge=view.judge,
        deleted=view.deleted,
        removed=view.removed,
    )
    convert = to_proto.Converter(view.document, encoding)
    items = complete.complete(request, session.inline_cache)
    return {"items": [convert.inline_item(item) for item in items]}


HANDLER = Handler(
    types.TEXT_DOCUMENT_INLINE_COMPLETION,
    Kind.LATEST,
    run,
    # pygls announces the feature only if options are given.
    types.InlineCompletionOptions(),
    empty,
)
