"""A tiny language server whose ghost text is known beforehand: it tests the client, not sureql.

It proposes the rest of every scripted text that the line before the cursor begins, and keeps what
the client told it, for `scripted/told`.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

SCRIPT = (
    "select * from invoice where total > 10",
    "select * from invoice where total > 10 order by total",
    "SELECT name\n  FROM artist\n WHERE name IS NOT NULL",
    "count(*)",
    "slow motion picture",
    "stuck in traffic",
    "größe 😀 breite",
)

server = LanguageServer("scripted", "1")
told: list[tuple[str, Any]] = []


@server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())
async def inline_completion(
    ls: LanguageServer, params: types.InlineCompletionParams
) -> types.InlineCompletionList:
    document = ls.workspace.get_text_document(params.text_document.uri)
    line = document.lines[params.position.line].rstrip("\n") if document.lines else ""
    column = params.position.character
    # The client asks in UTF-16 here, like most clients; the text holds an emoji to tell the difference.
    before = line.encode("utf-16-le")[: column * 2].decode("utf-16-le")
    after = line[len(before) :]
    invoked = params.context.trigger_kind == types.InlineCompletionTriggerKind.Invoked
    told.append(("asked", {"before": before, "invoked": invoked}))
    if before.startswith("slow") or before == "stuck":
        try:
            await asyncio.sleep(600 if before == "stuck" else 0.3)
        except asyncio.CancelledError:
            told.append(("cancelled", {"before": before}))
            raise
    typed = before.lstrip()
    fitting = [
        text
        for text in SCRIPT
        if typed and text.lower().startswith(typed.lower()) and len(text) > len(typed)
    ]
    items = []
    for text in fitting if invoked else fitting[:1]:
        word = re.search(r"\w*$", typed)
        length = len(word.group()) if word else 0
        start = column - len(typed[len(typed) - length :].encode("utf-16-le")) // 2
        end = column + (1 if after.startswith(")") and text.endswith(")") else 0)
        span = types.Range(
            types.Position(params.position.line, start), types.Position(params.position.line, end)
        )
        items.append(
            types.InlineCompletionItem(insert_text=text[len(typed) - length :], range=span)
        )
    return types.InlineCompletionList(items=items)


@server.feature("textDocument/didShowCompletion")
def shown(ls: LanguageServer, params: Any) -> None:
    told.append(("shown", {"insertText": params.item.insertText}))


@server.feature("textDocument/didPartiallyAcceptCompletion")
def partly(ls: LanguageServer, params: Any) -> None:
    told.append(("partly", {"acceptedLength": params.acceptedLength}))


@server.feature("textDocument/didFocus")
def focus(ls: LanguageServer, params: Any) -> None:
    told.append(("focus", {"uri": params.textDocument.uri}))


@server.feature("scripted/told")
def all_told(ls: LanguageServer, params: Any) -> list[Any]:
    return [[kind, detail] for kind, detail in told]


@server.feature(types.TEXT_DOCUMENT_COMPLETION)
def completion(ls: LanguageServer, params: types.CompletionParams) -> types.CompletionList:
    names = ("customer", "customer_id", "invoice")
    return types.CompletionList(False, [types.CompletionItem(label=name) for name in names])


if __name__ == "__main__":
    server.start_io()
