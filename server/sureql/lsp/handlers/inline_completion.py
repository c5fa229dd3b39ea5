"""Ghost text. Never null and never an error: clients would keep old text on the screen."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from lsprotocol import types

from sureql.lsp import suggesting
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session


def empty() -> dict[str, Any]:
    return {"items": []}


def run(
    session: Session, view: View, params: types.InlineCompletionParams
) -> dict[str, Any] | Awaitable[dict[str, Any]]:
    if not session.configuration.options(view.path).inline.enabled:
        return empty()
    return suggesting.answer(session, view, params)


HANDLER = Handler(
    types.TEXT_DOCUMENT_INLINE_COMPLETION,
    Kind.LATEST,
    run,
    # pygls announces the feature only if options are given.
    types.InlineCompletionOptions(),
    empty,
)
