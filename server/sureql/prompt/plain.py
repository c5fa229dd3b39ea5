"""Words of others made harmless: they are told to a model, but must stay inside their line."""

from __future__ import annotations

import re
import unicodedata

_BLANKS = re.compile(r"\s+")
_OF_MODELS = (
    r"<\|[^|>\s]{0,40}\|>|<｜[^｜>\s]{0,40}｜>"
    r"|</?(?:s|PRE|SUF|MID|EOT|fim_\w{1,12}|think|before|after)>|```"
)
_MODELS_MARKS = re.compile(_OF_MODELS)
_MARKS = re.compile(rf"\*/|/\*|{_OF_MODELS}")


def without_marks(text: str) -> str:
    """SQL of others without the marks that mean something to models."""
    return _MODELS_MARKS.sub(" ", text)


def line(text: str, most: int = 120) -> str:
    """`text` in one line of at most `most` characters, without control characters, marks that end
    a comment, and marks that mean something to models."""
    shown = "".join(one if _visible(one) else " " for one in text[: 8 * most])
    shown = _BLANKS.sub(" ", _MARKS.sub(" ", shown)).strip()
    return shown if len(shown) <= most else shown[: most - 1].rstrip() + "…"


def _visible(character: str) -> bool:
    if character.isascii():
        return character.isprintable()
    # Control characters, and those that change the direction of a line or hide in it.
    return not unicodedata.category(character).startswith("C")
