"""Small matters of English: lists, plurals, sentences, code marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def code(text: str) -> str:
    """`text` as code in Markdown, whatever it contains."""
    if "`" not in text:
        return f"`{text}`"
    return f"`` {text} ``"


def listed(items: Iterable[str], word: str = "and") -> str:
    """`a, b and c`."""
    found = list(items)
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} {word} {found[-1]}"


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 row`, `2 rows`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def sentence(text: str) -> str:
    """`text` with a capital letter and a full stop."""
    shown = text.strip()
    if not shown:
        return ""
    if shown[0].islower():
        shown = shown[0].upper() + shown[1:]
    return shown if shown.endswith((".", "?", "!", ":")) else f"{shown}."


def sentences(parts: Sequence[str]) -> str:
    """Several sentences behind one another."""
    return " ".join(sentence(part) for part in parts if part)


def shortened(text: str, most: int) -> str:
    """`text`, cut with an ellipsis if it is longer than `most` characters."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
