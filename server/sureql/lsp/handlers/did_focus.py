"""The user looks at another document. The message is the Copilot language server's."""

from __future__ import annotations

from typing import Any

from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.session import Session


def run(session: Session, params: Any) -> None:
    # Without a document the user looks at something that is none.
    document = params.get("textDocument") if isinstance(params, dict) else None
    uri = document.get("uri") if isinstance(document, dict) else None
    if isinstance(uri, str):
        session.looked_at(uri)


HANDLER = Handler("textDocument/didFocus", Kind.SYNC, run)
