"""What the editor's status line says: one message put together from those who have something to say."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

from sureql.lsp.editor import Editor

log = logging.getLogger(__name__)

_RANKS = {"Normal": 0, "Inactive": 1, "Warning": 2, "Error": 3}
_ORDER = ("schema", "model")
BUSY_AFTER = 0.3
"""Seconds that work must last before the status says so: it would only flicker."""


@dataclass(frozen=True, slots=True)
class Said:
    """`kind`: Normal, Inactive, Warning or Error. `command` is what the user can do about it."""

    kind: str
    message: str
    command: str = ""


class Status:
    """Each speaker (`schema`, `model`) has one message; the most serious one is shown."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._said: dict[str, Said] = {}
        self._busy: set[str] = set()
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._told: dict[str, Any] = {}

    def set(self, speaker: str, kind: str, message: str, command: str = "") -> None:
        """What `speaker` says from now on; '' takes its message away."""
        if message:
            said = Said(kind, message, command)
            if kind != "Normal" and self._said.get(speaker) != said:
                log.info("%s: %s", speaker.capitalize(), message)
            self._said[speaker] = said
        else:
            self._said.pop(speaker, None)
        self._tell()

    def busy(self, speaker: str, works: bool) -> None:
        """Whether `speaker` is at work; told only when it takes a while."""
        if (waiting := self._waiting.pop(speaker, None)) is not None:
            waiting.cancel()
        if works and speaker not in self._busy:
            loop = asyncio.get_running_loop()
            self._waiting[speaker] = loop.call_later(BUSY_AFTER, self._works, speaker)
        elif not works and speaker in self._busy:
            self._busy.discard(speaker)
            self._tell()

    def flash(self, kind: str, message: str) -> None:
        """Say something once; the next message takes its place."""
        self._send({"kind": kind, "message": message, "busy": bool(self._busy)})

    def _works(self, speaker: str) -> None:
        self._waiting.pop(speaker, None)
        self._busy.add(speaker)
        self._tell()

    def _tell(self) -> None:
        speakers = [*_ORDER, *sorted(self._said.keys() - set(_ORDER))]
        said = [self._said[one] for one in speakers if one in self._said]
        worst = max((one.kind for one in said), key=_RANKS.__getitem__, default="Normal")
        # What is well is of no interest beside what is wrong.
        shown = [one for one in said if one.kind == worst]
        told: dict[str, Any] = {
            "kind": worst,
            "message": " · ".join(one.message for one in shown),
            "busy": bool(self._busy),
        }
        if worst != "Normal":
            # The log says when it began and what else was wrong.
            command = next((one.command for one in shown if one.command), "sureql.showLog")
            told["command"] = {"title": "Show the log", "command": command, "arguments": []}
        self._send(told)

    def _send(self, told: dict[str, Any]) -> None:
        if told != self._told:
            self._told = told
            self._editor.tell("didChangeStatus", told)
