"""Small matters of English: lists, plurals, sentences, code marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_BREAKS = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_MARKS = re.compile("`+")
_CODE = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
_MARKING = re.compile(r"[\\\[`]|<(?=[A-Za-z/!?])")
_JOINERS = "\u200c\u200d"  # Letters of some languages are written with them.


def code(text: str) -> str:
    """`text` as code in Markdown, whatever it contains: on one line, and nothing ends it early."""
    shown = _line(text)
    if "`" not in shown:
        return f"`{shown}`"
    marks = "`" * max(2, 1 + max(map(len, _MARKS.findall(shown))))
    return f"{marks} {shown} {marks}"


def harmless(text: str) -> str:
    """A sentence as Markdown in which nothing but code is marked: a name or a text of the user's, or a
    model's word, becomes no link, picture or tag."""
    line = _line(text)
    parts = []
    end = 0
    for match in _CODE.finditer(line):
        parts += [_plain(line[end : match.start()]), match[0]]
        end = match.end()
    return "".join([*parts, _plain(line[end:])])


def _plain(text: str) -> str:
    return _MARKING.sub(r"\\\g<0>", text)


def _line(text: str) -> str:
    return "".join(map(_visible, _BREAKS.sub(" ", text)))


def _visible(letter: str) -> str:
    return letter if letter.isprintable() or letter in _JOINERS else ascii(letter)[1:-1]


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
