"""Stop working: requests under way are answered as cancelled, later ones are refused."""

from __future__ import annotations

from lsprotocol import types

from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.session import Session


def run(session: Session, params: None) -> None:
    session.stop()


HANDLER = Handler(types.SHUTDOWN, Kind.SYNC, run)
