"""A part of a ghost text was accepted. The message is the Copilot language server's."""

from __future__ import annotations

from typing import Any

from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.session import Session


def run(session: Session, params: Any) -> None:
    session.learning.part_accepted(params)


HANDLER = Handler("textDocument/didPartiallyAcceptCompletion", Kind.SYNC, run)
