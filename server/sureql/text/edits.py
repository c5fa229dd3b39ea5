"""Text edits by offset: the only way sureql ever changes a user's text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sureql.text.span import Span


@dataclass(frozen=True, slots=True, order=True)
class TextEdit:
    """Replace `span` by `new_text`."""

    span: Span
    new_text: str


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """`text` with all `edits` applied; offsets refer to the original text.

    Raises ValueError if two edits overlap.
    """
    out: list[str] = []
    position = 0
    for edit in sorted(edits):
        if edit.span.start < position:
            raise ValueError("edits overlap")
        out.append(text[position : edit.span.start])
        out.append(edit.new_text)
        position = edit.span.end
    out.append(text[position:])
    return "".join(out)


def moved(edits: Iterable[TextEdit], by: int) -> tuple[TextEdit, ...]:
    """The edits in a text that begins `by` code points earlier."""
    return tuple(replace(one, span=one.span.shift(by)) for one in edits)


def ended_like(text: str, edits: Iterable[TextEdit]) -> list[TextEdit]:
    """The edits with the line ends of `text`, which may be those of Windows."""
    return [replace(one, new_text=lines_like(text, one.new_text)) for one in edits]


def lines_like(text: str, new_text: str) -> str:
    """`new_text` with the line ends of `text`."""
    if "\n" not in new_text or "\r\n" not in text:
        return new_text
    return re.sub(r"\r?\n", "\r\n", new_text)
