"""Code without what its strings say: a program's strings hold passwords, addresses and people's data, and
nothing tells those by their form from anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

_HIDDEN = "…"
_OPENING = re.compile(r"[^'\"`]{0,4}['\"`]+")
# Words such as `paid` or `created_at` say what a query is for.
_WORD = re.compile(r"[^'\"`]*(['\"`])[a-z]+(?>(?:_[a-z]*)*)\1")
_MARKS = re.compile(r"['\"`#\s]*")
_LONGEST_WORD = 24
_DELICATE = re.compile(
    r"pass|pwd|secret|token|key|cred|auth|salt|pin\b|dsn|conn|login|sign|client|cert|priv|user|pdo",
    re.IGNORECASE,
)
_MARKERS = ("_beginning", "_start", "_end")
"""What announces a string and is none: `<<SQL`."""
_STRINGS = ("string", "heredoc", "nowdoc", "character_literal", "char_literal", "rune_literal")


def without(root: Node, code: bytes, begin: int, stop: int, *, words: bool) -> str:
    """`code` from byte `begin` to `stop` with a mark for what each string in it says. Keys that are one plain
    word stay, and with `words` other such strings too, unless the code speaks of secrets or connections."""
    written = code[begin:stop].decode(errors="replace")
    delicate = _DELICATE.search(written) is not None
    told, at = "", begin
    for node in _strings(root, begin, stop):
        told += code[at : node.start_byte].decode(errors="replace")
        # The part may begin or end within a string.
        first, last = max(node.start_byte, begin), min(node.end_byte, stop)
        string = code[first:last].decode(errors="replace")
        plain = _is_key(node) or (words and not delicate)
        told += string if plain and _is_word(string) else _hidden(string)
        at = node.end_byte
    return told + code[at:stop].decode(errors="replace")


def _is_word(string: str) -> bool:
    return len(string) <= _LONGEST_WORD and _WORD.fullmatch(string) is not None


def _is_key(node: Node) -> bool:
    """True for the key of a table's entry."""
    parent = node.parent
    return parent is not None and "pair" in parent.type and parent.children[0] == node


def _hidden(string: str) -> str:
    if _MARKS.fullmatch(string):
        return string
    opened = _OPENING.match(string)
    closed = string[len(string.rstrip("#").rstrip("'\"`")) :]
    return f"{opened[0][:8] if opened else ''}{_HIDDEN}{closed[:3]}"


def _strings(root: Node, begin: int, stop: int) -> Iterator[Node]:
    """The outermost strings that overlap a part of the code, in order."""
    waiting = [root.descendant_for_byte_range(begin, max(begin, stop - 1)) or root]
    while (parent := waiting[0].parent) is not None and _is_string(parent):
        # The part lies in a string.
        waiting = [parent]
    while waiting:
        node = waiting.pop()
        if node.end_byte <= begin or node.start_byte >= stop:
            continue
        if _is_string(node):
            yield node
        else:
            waiting.extend(reversed(node.children))


def _is_string(node: Node) -> bool:
    kind = node.type
    return node.is_named and any(one in kind for one in _STRINGS) and not kind.endswith(_MARKERS)
