"""How well a name fits what was typed: prefix, part of a word, substring, subsequence."""

from __future__ import annotations

import re
from functools import lru_cache

NONE, SUBSEQUENCE, SUBSTRING, WORD_PART, PREFIX = range(5)

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_a-zA-Z]+")


@lru_cache(maxsize=50_000)
def words(name: str) -> tuple[str, ...]:
    """The words of a snake_case, CamelCase or spaced name, in lower case."""
    return tuple(word.lower() for word in _WORDS.findall(name))


class Matcher:
    """Compares names with one typed text. Reused over many names: it compiles a pattern once."""

    __slots__ = ("_sequence", "typed")

    def __init__(self, typed: str) -> None:
        self.typed = typed.lower()
        self._sequence = re.compile(".*?".join(map(re.escape, self.typed)), re.S).search

    def tier(self, name: str) -> int:
        """How `name` fits: NONE … PREFIX. Everything fits when nothing was typed."""
        typed = self.typed
        low = name.lower()
        if low.startswith(typed):
            return PREFIX
        if not self._sequence(low):
            return NONE
        parts = words(name)
        if any(part.startswith(typed) for part in parts[1:]) or _spells(typed, parts):
            return WORD_PART
        if len(typed) < 2:
            return NONE
        if typed in low:
            return SUBSTRING
        # Letters scattered over a long name are chance, not intention.
        return SUBSEQUENCE if len(typed) > 2 and low[:1] == typed[:1] else NONE


def _spells(typed: str, parts: tuple[str, ...]) -> bool:
    """True if `typed` is made of beginnings of `parts`, in order: `cn` or `custna` for
    customer_name. A part may be skipped, the first may not."""
    if not parts or typed[:1] != parts[0][:1]:
        return False
    return _spells_from(typed, parts)


def _spells_from(typed: str, parts: tuple[str, ...]) -> bool:
    if not typed:
        return True
    for at, part in enumerate(parts):
        length = 0
        while length < len(part) and length < len(typed) and part[length] == typed[length]:
            length += 1
            if _spells_from(typed[length:], parts[at + 1 :]):
                return True
    return False
