"""Whether two texts say the same in SQL."""

from __future__ import annotations

from sureql.syntax import lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token

_SAME_MARK = {"!=": "<>", "==": "="}
_SAYS_NOTHING = ("AS", "OUTER", "ASC")
_MIRRORED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def normal(text: str, dialect: Dialect) -> str:
    """The text in one form: blanks, letter case, quotes that are not needed, words that say nothing,
    and the order of the sides of a comparison do not count."""
    words = [_word(token, dialect) for token in lexer.code(text, dialect)]
    words = [word for word in words if word]
    while words and words[-1] == ";":
        words.pop()
    return " ".join(_mirrored(words))


def _word(token: Token, dialect: Dialect) -> str:
    if token.kind is Kind.WORD:
        return "" if token.upper in _SAYS_NOTHING else dialect.normalize(token.text).lower()
    if token.kind is Kind.QUOTED:
        name = dialect.normalize(token.text)
        return name.lower() if dialect.write(name) == name else token.text
    return _SAME_MARK.get(token.text, token.text)


def _mirrored(words: list[str]) -> list[str]:
    # `b = a` becomes `a = b`; only plain operands: two names, each perhaps with a qualifier.
    found = list(words)
    at = 1
    while at < len(found) - 1:
        if found[at] in _MIRRORED:
            left, right = _operand_before(found, at), _operand_after(found, at)
            if left is not None and right is not None and found[left:at] > found[at + 1 : right]:
                swapped = [*found[at + 1 : right], _MIRRORED[found[at]], *found[left:at]]
                found[left:right] = swapped
                at = right
                continue
        at += 1
    if "inner" in found:
        found = [
            word
            for place, word in enumerate(found)
            if not (word == "inner" and found[place + 1 : place + 2] == ["join"])
        ]
    return found


_PART_OF_MORE = frozenset(["+", "-", "*", "/", "||", "%", "::", "(", ".", "["])


def _operand_before(words: list[str], at: int) -> int | None:
    if not _name(words[at - 1]):
        return None
    first = at - 1
    while first >= 2 and words[first - 1] == "." and _name(words[first - 2]):
        first -= 2
    return None if first and words[first - 1] in _PART_OF_MORE - {"("} else first


def _operand_after(words: list[str], at: int) -> int | None:
    if not _name(words[at + 1]):
        return None
    end = at + 2
    while end + 1 < len(words) and words[end] == "." and _name(words[end + 1]):
        end += 2
    return None if end < len(words) and words[end] in _PART_OF_MORE else end


def _name(word: str) -> bool:
    return word[:1].isalnum() or word[:1] in ("_", '"', "`", "'")
