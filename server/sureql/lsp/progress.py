"""Work-done progress, for clients that show it; work never waits for them."""

from __future__ import annotations

import itertools

from lsprotocol import types

from sureql.lsp.editor import Editor

_tokens = itertools.count(1)


class Progress:
    """One bar. What is reported before the client has accepted the bar is left out."""

    def __init__(self, editor: Editor, title: str) -> None:
        self._editor = editor
        self._title = title
        self._token = f"sureql-{next(_tokens)}"
        self._state = "new"

    async def show(self) -> None:
        """Ask the client for a bar and begin it."""
        if not self._editor.can("window.work_done_progress"):
            return
        params = types.WorkDoneProgressCreateParams(token=self._token)
        await self._editor.ask(types.WINDOW_WORK_DONE_PROGRESS_CREATE, params)
        if self._state == "new":
            self._state = "shown"
            self._tell(types.WorkDoneProgressBegin(title=self._title, percentage=0))

    def report(self, message: str, percentage: int) -> None:
        """Move the bar."""
        if self._state == "shown":
            self._tell(types.WorkDoneProgressReport(message=message, percentage=percentage))

    def end(self, message: str) -> None:
        """Take the bar away, or never show it."""
        if self._state == "shown":
            self._tell(types.WorkDoneProgressEnd(message=message))
        self._state = "ended"

    def _tell(self, value: object) -> None:
        self._editor.tell(types.PROGRESS, types.ProgressParams(token=self._token, value=value))
