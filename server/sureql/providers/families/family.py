"""What is known of a family of models that fill in the middle."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """`lay` makes a prompt of what comes before and after the cursor. `marks` are the texts that
    mean something to the model: they end an answer, and must not stand in a user's text."""

    pattern: re.Pattern[str]
    lay: Callable[[str, str], str]
    marks: tuple[str, ...]

    def covers(self, model: str) -> bool:
        return bool(self.pattern.search(model))

    def prompt(self, before: str, after: str) -> str:
        """The prompt, in which users' text cannot be taken for a mark."""
        return self.lay(self._plain(before), self._plain(after))

    def _plain(self, text: str) -> str:
        for mark in self.marks:
            if mark in text:
                text = text.replace(mark, mark.strip("<[|｜]> "))
        return text


def named(pattern: str) -> re.Pattern[str]:
    """A pattern for names of models, whatever their case."""
    return re.compile(pattern, re.IGNORECASE)
