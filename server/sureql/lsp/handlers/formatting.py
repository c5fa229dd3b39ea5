"""Formatting of a whole document."""

from __future__ import annotations

from collections.abc import Awaitable

from lsprotocol import types

from sureql.lsp import layout
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session


def run(
    session: Session, view: View, params: types.DocumentFormattingParams
) -> Awaitable[list[types.TextEdit]]:
    return layout.formatted(session, view)


HANDLER = Handler(
    types.TEXT_DOCUMENT_FORMATTING, Kind.SNAPSHOT, run, types.DocumentFormattingOptions(), list
)
