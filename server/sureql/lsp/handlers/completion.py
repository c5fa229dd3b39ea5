"""The popup list."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from sureql.lsp import from_proto, to_proto
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session

TRIGGERS = [".", " ", "(", ",", "'", '"', "`"]


def empty() -> dict[str, Any]:
    return {"isIncomplete": False, "items": []}


def run(session: Session, view: View, params: types.CompletionParams) -> dict[str, Any]:
    from sureql.ide.completion import complete

    editor = session.editor
    options = session.configuration.options(view.path).completion
    if not options.enabled:
        return empty()
    offset = from_proto.offset(view.document, params.position, editor.encoding)
    items, cut = complete.complete(view.snapshot, offset, view.past, options.limit)
    if params.context and params.context.trigger_character == " " and _only_words(items):
        # After a space only names are worth a list that opens unasked.
        return empty()
    convert = to_proto.Converter(view.document, editor.encoding)
    can = editor.popup_support(options.snippets)
    return {"isIncomplete": cut, "items": [convert.completion(item, offset, can) for item in items]}


def _only_words(items: tuple[Any, ...]) -> bool:
    return not items or items[0].kind == "keyword"


HANDLER = Handler(
    types.TEXT_DOCUMENT_COMPLETION,
    Kind.SNAPSHOT,
    run,
    types.CompletionOptions(trigger_characters=TRIGGERS, resolve_provider=True),
    empty,
)
