"""Text of others for a terminal: what would steer it is shown instead of done."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

_KEPT = "\n\t\u200c\u200d"


def printable(text: str) -> str:
    """`text` with control characters, and those that turn text around, as escapes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(one if _is_plain(one) else ascii(one)[1:-1] for one in text)


def as_json(value: Any) -> str:
    """The value as one JSON document, in which no letter steers a terminal that it is printed on."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    if not text.isprintable():
        text = "".join(one if _is_plain(one) else json.dumps(one)[1:-1] for one in text)
    return text + "\n"


def _is_plain(letter: str) -> bool:
    return letter in _KEPT or unicodedata.category(letter)[0] != "C"
