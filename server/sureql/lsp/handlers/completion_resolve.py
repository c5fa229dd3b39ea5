"""The documentation of one popup item, when the user looks at it."""

from __future__ import annotations

from lsprotocol import types

from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.session import Session
from sureql.text import markdown


async def run(session: Session, item: types.CompletionItem) -> types.CompletionItem:
    from sureql.ide.completion import resolve

    data = item.data if isinstance(item.data, dict) else {}
    document = session.documents.get(data.get("uri", ""))
    if document is None or item.documentation is not None:
        return item
    await session.ready.wait()
    text = resolve.documentation(str(data.get("key", "")), session.schemas.catalog(document))
    if text:
        told = markdown.without_links(text)
        item.documentation = types.MarkupContent(types.MarkupKind.Markdown, told)
    return item


HANDLER = Handler(types.COMPLETION_ITEM_RESOLVE, Kind.ASYNC, run)
