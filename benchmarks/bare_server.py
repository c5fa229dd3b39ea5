"""The least server that pygls allows: what starting up costs before sureql adds anything."""

from __future__ import annotations

from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("bare", "0")


@server.feature(types.TEXT_DOCUMENT_HOVER)
def hover(params: types.HoverParams) -> None:
    """Nothing to say."""


if __name__ == "__main__":
    server.start_io()
