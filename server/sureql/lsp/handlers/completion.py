"""The popup list."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from sureql.lsp import from_proto, to_proto
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session

# A list that opens after every blank would hide the ghost text there.
TRIGGERS = [".", "'", '"', "`"]


def empty() -> dict[str, Any]:
    return {"isIncomplete": False, "items": []}


def run(session: Session, view: View, params: types.CompletionParams) -> dict[str, Any]:
    from sureql.ide.completion import complete

    editor = session.editor
    options = session.configuration.options(view.path).completion
    if not options.enabled:
        return empty()
    offset = from_proto.offset(view.document, params.position, editor.encoding)
    if offset is None or _word_is_over(view, offset, params.context):
        return empty()
    document = session.documents.get(view.snapshot.uri)
    if document is not None and session.schemas.unknown_yet(document):
        # A list without a single table would stay on the screen, and keep ghost text off it.
        return {**empty(), "isIncomplete": True}
    items, cut = complete.complete(view.snapshot, offset, view.past, options.limit)
    convert = to_proto.Converter(view.document, editor.encoding)
    can = editor.popup_support(options.snippets)
    cursor = from_proto.position(params.position)
    found = [convert.completion(item, offset, cursor, can) for item in items]
    return {"isIncomplete": cut, "items": [one for one in found if one is not None]}


def _word_is_over(view: View, offset: int, context: types.CompletionContext | None) -> bool:
    """True if a client goes on with a list that was cut although its word has ended."""
    again = types.CompletionTriggerKind.TriggerForIncompleteCompletions
    if context is None or context.trigger_kind != again:
        return False
    before = view.snapshot.text[offset - 1 : offset]
    return not (before.isalnum() or before in ("_", ".", "'", '"', "`", "["))


HANDLER = Handler(
    types.TEXT_DOCUMENT_COMPLETION,
    Kind.SNAPSHOT,
    run,
    types.CompletionOptions(trigger_characters=TRIGGERS, resolve_provider=True),
    empty,
)
