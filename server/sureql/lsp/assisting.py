"""The model of each folder's configuration, and what may be told to it about a place."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sureql.lsp import uris

if TYPE_CHECKING:
    from sureql.assistant.exchange import Exchange
    from sureql.lsp.open_document import View
    from sureql.lsp.session import Session
    from sureql.prompt.model import Place
    from sureql.settings.options import Options


class Assisting:
    """Mutable, and touched only on the event loop."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._exchanges: dict[str, tuple[Options, Exchange | None]] = {}

    def exchange(self, path: str) -> Exchange | None:
        """The model for the file at `path`; None if none is named, or nothing may be sent of it."""
        raise NotImplementedError

    def place(self, view: View, offset: int) -> Place:
        """A place in an open document with all that may be told about it."""
        raise NotImplementedError
