"""A ghost text came on the screen. The message is the Copilot language server's."""

from __future__ import annotations

from typing import Any

from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.session import Session


def run(session: Session, params: Any) -> None:
    session.learning.shown(params)


HANDLER = Handler("textDocument/didShowCompletion", Kind.SYNC, run)
