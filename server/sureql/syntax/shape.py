"""A statement's tokens with their parentheses matched: what the grammar checks walk over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token

# Words that end a clause, reserved in every dialect that is checked: they can't be names.
ENDS_CLAUSE = frozenset(
    "FROM WHERE GROUP ORDER HAVING LIMIT UNION INTERSECT EXCEPT RETURNING".split()  # noqa: SIM905
)

_CLOSING = {"(": ")", "[": "]", "{": "}"}
_CLAUSES = ENDS_CLAUSE | {"SELECT", "SET", "VALUES", "ON", "JOIN", "WHEN", "CASE"}


@dataclass(frozen=True, slots=True)
class Shape:
    """`opener[i]` is the index of the parenthesis that token i stands directly in (-1 for none),
    `partner[i]` the other parenthesis of a pair (-1 if it is missing).

    `words[i]` is token i's upper case if it may act as a keyword, '' for literals, quoted names and
    what follows a dot. `places` are the indexes of each of them, and of the texts of other tokens.
    """

    tokens: tuple[Token, ...]
    dialect: Dialect
    opener: tuple[int, ...]
    partner: tuple[int, ...]
    words: tuple[str, ...]
    places: Mapping[str, list[int]]

    def at(self, *texts: str, first: int = 0, behind: int = 0) -> list[int]:
        """Where keywords, operators and punctuation stand, in the order of the statement: at the
        index `first` or later, with `behind` more tokens after them. Most checks concern words that
        few statements have, and so cost nothing."""
        found = [self.places[text] for text in texts if text in self.places]
        if not found:
            return []
        last = len(self.tokens) - behind
        indexes = found[0] if len(found) == 1 else sorted(chain.from_iterable(found))
        return [index for index in indexes if first <= index < last]

    def word(self, index: int) -> str:
        return self.words[index] if 0 <= index < len(self.words) else ""

    def text(self, index: int) -> str:
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def is_name(self, index: int) -> bool:
        """True for a word or a quoted name."""
        return 0 <= index < len(self.tokens) and self.tokens[index].kind in (
            Kind.WORD,
            Kind.QUOTED,
        )

    def stops(self, index: int) -> bool:
        """True if nothing follows at `index` in the same list: the end, `)` or a comma."""
        return self.text(index) in ("", ")", "]", "}", ";", ",")

    def may_label(self, index: int) -> bool:
        """True if the word at `index` may name an output column: it follows an operand in a
        SELECT or RETURNING list."""
        if self.text(index - 1) in ("(", ",", "") or self.word(index - 1) in _CLAUSES:
            return False
        level = self.opener[index]
        for before in range(index - 1, level, -1):
            if self.word(before - 1) == "DISTINCT":
                continue  # DISTINCT ON (…) belongs to the list.
            if self.opener[before] == level and self.words[before] in _CLAUSES:
                return self.words[before] in ("SELECT", "RETURNING")
        return False

    def selects(self, index: int) -> bool:
        """True if the FROM at `index` is the clause of a SELECT or DELETE."""
        if self.word(index - 1) == "DISTINCT":
            return False
        level = self.opener[index]
        for before in range(index - 1, level, -1):
            if self.opener[before] == level and self.word(before) in ("SELECT", "DELETE", "FROM"):
                return self.word(before) != "FROM"
        return False


def of(tokens: tuple[Token, ...], dialect: Dialect) -> Shape:
    opener: list[int] = []
    partner = [-1] * len(tokens)
    words: list[str] = []
    places: dict[str, list[int]] = {}
    stack: list[int] = []
    after_dot = False
    for index, token in enumerate(tokens):
        if token.kind is Kind.PUNCTUATION:
            if stack and _CLOSING[tokens[stack[-1]].text] == token.text:
                partner[index] = stack[-1]
                partner[stack.pop()] = index
            opener.append(stack[-1] if stack else -1)
            if token.text in _CLOSING:
                stack.append(index)
        else:
            opener.append(stack[-1] if stack else -1)
        words.append(token.upper if token.kind is Kind.WORD and not after_dot else "")
        if key := words[-1] if token.kind is Kind.WORD else token.text:
            places.setdefault(key, []).append(index)
        after_dot = token.text == "."
    return Shape(tokens, dialect, tuple(opener), tuple(partner), tuple(words), places)
