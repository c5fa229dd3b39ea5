"""What stands at a place: the name, the call, the operand, the expression, the clause.

Only tokens are read, because the text need not parse. All offsets are those of the tokens' text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sureql.syntax import lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

_OPENS = frozenset(("(", "[", "{"))
_CLOSES = frozenset((")", "]", "}"))
HEADS = frozenset(
    """SELECT FROM WHERE GROUP ORDER HAVING LIMIT OFFSET FETCH JOIN ON USING VALUES SET INTO UPDATE
    RETURNING WITH WINDOW QUALIFY UNION INTERSECT EXCEPT PARTITION DELETE INSERT MERGE FILTER
    CONFLICT""".split()  # noqa: SIM905
)
_ENDS = HEADS | frozenset(
    """AND OR NOT WHEN THEN ELSE BY AS ASC DESC NULLS DISTINCT ALL DO ROWS RANGE GROUPS END CASE
    LEFT RIGHT INNER FULL CROSS NATURAL OUTER FOR""".split()  # noqa: SIM905
)
_TABLES = frozenset(("FROM", "JOIN", "INTO", "UPDATE", "DELETE", "MERGE", "WITH"))
_CALL_TAILS = frozenset(("OVER", "FILTER", "WITHIN"))
_TIGHT = frozenset(("::", ".", "COLLATE"))
_PREFIXES = frozenset(
    ("EXISTS", "ANY", "ALL", "SOME", "ARRAY", "ROW", "INTERVAL", "DATE", "TIMESTAMP")
)
_OPERATOR_WORDS = frozenset(
    "IS IN LIKE ILIKE BETWEEN SIMILAR GLOB MATCH REGEXP ISNULL NOTNULL".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Text:
    """The tokens of one text. `opener` is for each the index of the parenthesis or CASE around it
    (-1 outside), `closer` for each of these the index of its end."""

    text: str
    tokens: tuple[Token, ...]
    opener: tuple[int, ...]
    closer: dict[int, int]
    dialect: Dialect

    def at(self, offset: int) -> int:
        """The index of the token at `offset`, or the one after it; the last one at the end."""
        for index, token in enumerate(self.tokens):
            if offset < token.end:
                return index
        return len(self.tokens) - 1

    def upper(self, index: int) -> str:
        token = self.tokens[index] if 0 <= index < len(self.tokens) else None
        return token.upper if token is not None and token.kind is not Kind.QUOTED else ""

    def is_name(self, index: int) -> bool:
        return 0 <= index < len(self.tokens) and self.tokens[index].kind in (Kind.WORD, Kind.QUOTED)

    def span(self, first: int, last: int) -> Span:
        return Span(self.tokens[first].start, self.tokens[last].end)

    def inside(self, span: Span) -> range:
        """The indexes of the tokens in `span`."""
        found = [i for i, one in enumerate(self.tokens) if span.covers(one.span)]
        return range(found[0], found[-1] + 1) if found else range(0)


@lru_cache(maxsize=64)
def of(text: str, dialect: Dialect) -> Text:
    """The units of one text."""
    tokens = lexer.code(text, dialect)
    opener: list[int] = []
    closer: dict[int, int] = {}
    stack: list[int] = []
    for index, token in enumerate(tokens):
        if (token.text in _CLOSES or token.is_word("END")) and stack:
            closer[stack.pop()] = index
        opener.append(stack[-1] if stack else -1)
        if token.text in _OPENS or token.is_word("CASE"):
            stack.append(index)
    return Text(text, tokens, tuple(opener), closer, dialect)


def name(found: Text, index: int) -> tuple[int, int]:
    """The first and last token of the dotted name that holds `index`."""
    first = last = index
    while found.upper(first - 1) == "." and found.is_name(first - 2):
        first -= 2
    while found.upper(last + 1) == "." and (
        found.is_name(last + 2) or found.upper(last + 2) == "*"
    ):
        last += 2
    return first, last


def call(found: Text, index: int) -> tuple[int, int] | None:
    """The first and last token of the call whose (dotted) name holds `index`."""
    first, last = name(found, index)
    end = found.closer.get(last + 1) if found.upper(last + 1) == "(" else None
    return None if end is None else (first, end)


def clause(found: Text, index: int) -> str:
    """The word that opens the clause around `index`, at its own level; '' at the beginning."""
    level = found.opener[index]
    for at in range(index - 1, level, -1):
        if found.opener[at] == level and found.upper(at) in HEADS:
            return found.upper(at)
    return ""


def outer_clause(found: Text, index: int, level: int) -> str:
    """The clause of the level `level` around `index`."""
    while found.opener[index] > level:
        index = found.opener[index]
    return clause(found, index) if found.opener[index] == level else ""


def operand(found: Text, index: int) -> tuple[int, int]:
    """The name, literal, call or group at `index`, with its casts and what belongs to a call."""
    if index in found.closer:
        first, last = index, found.closer[index]
    elif found.tokens[index].text in _CLOSES or found.upper(index) == "END":
        first = next((a for a, b in found.closer.items() if b == index), index)
        last = index
    elif found.upper(index) in _TIGHT and index > 0:
        return operand(found, index - 1)
    else:
        first, last = name(found, index)
    if found.tokens[first].text in ("(", "[") and (
        (found.is_name(first - 1) and found.upper(first - 1) not in _ENDS | _OPERATOR_WORDS)
        or found.tokens[first].text == "["
    ):
        first = name(found, first - 1)[0] if first else first
    if found.upper(first - 1) in _PREFIXES:
        first -= 1
    while True:
        if last + 1 in found.closer and found.tokens[last + 1].text in ("(", "["):
            if found.upper(last) in _ENDS | _OPERATOR_WORDS and found.upper(last) != "END":
                return first, last
            last = found.closer[last + 1]
        elif found.upper(last + 1) in ("::", ".", "COLLATE") and last + 2 < len(found.tokens):
            last += 2
        elif found.upper(last + 1) in _CALL_TAILS and last + 2 < len(found.tokens):
            last = last + 2 if found.upper(last + 1) != "WITHIN" else last + 3
            last = found.closer.get(last, last)
            last = min(last, len(found.tokens) - 1)
        elif found.upper(last + 1) == "AT" and found.upper(last + 2) == "TIME":
            last = min(last + 4, len(found.tokens) - 1)
        elif found.upper(first - 1) == "::":
            first = operand(found, first - 2)[0] if first > 1 else first
            return first, last
        else:
            return first, last


def item(found: Text, index: int) -> tuple[int, int]:
    """The expression between the commas and words around `index`, without its alias."""
    level = found.opener[index]
    first = index
    while first - 1 > level and not _ends_before(found, first - 1, level):
        first -= 1
    last = index
    while last + 1 < len(found.tokens) and not _ends_after(found, last + 1, level):
        last += 1
    if clause(found, index) == "SET" and level < 0:
        equals = [i for i in range(first, last) if found.upper(i) == "="]
        first = equals[0] + 1 if equals and index > equals[0] else first
    return first, _without_alias(found, first, last)


def around(found: Text, index: int) -> Iterator[tuple[int, int]]:
    """Ever larger expressions that hold `index`: operand, item, and those of the levels around.

    It ends where a value is no longer what stands there: at a table, at a list of names.
    """
    seen: set[tuple[int, int]] = set()
    while index >= 0:
        if found.upper(index) == "CASE" or not _is_table(found, index):
            for first, last in (operand(found, index), item(found, index)):
                if (first, last) not in seen and first <= last:
                    seen.add((first, last))
                    yield first, last
        elif found.opener[index] < 0:
            return
        else:
            subquery = found.opener[index]
            if _is_table(found, subquery):
                return
        index = found.opener[index]


def is_table(found: Text, index: int) -> bool:
    """True if a table is named at `index`, not a value."""
    return _is_table(found, index)


def list_around(found: Text, index: int) -> tuple[int, list[tuple[int, int]]] | None:
    """The parenthesis around `index` and the first and last tokens of its items."""
    level = found.opener[index] if found.tokens[index].text != "(" else index
    end = found.closer.get(level)
    if level < 0 or end is None:
        return None
    return level, items(found, level + 1, end, level)


def items(found: Text, first: int, end: int, level: int) -> list[tuple[int, int]]:
    """The first and last tokens of the items between the commas of `first:end`."""
    out: list[tuple[int, int]] = []
    start = first
    for index in range(first, end + 1):
        if index == end or (found.tokens[index].text == "," and found.opener[index] == level):
            if start < index:
                out.append((start, index - 1))
            start = index + 1
    return out


def _ends_before(found: Text, index: int, level: int) -> bool:
    if found.opener[index] != level:
        return False
    token = found.tokens[index]
    return token.text in (",", ";") or found.upper(index) in _ENDS - {"END", "CASE"}


def _ends_after(found: Text, index: int, level: int) -> bool:
    if index == found.closer.get(level, -1):
        return True
    if found.opener[index] != level:
        return False
    if found.upper(index) == "NOT" and found.upper(index + 1) in _OPERATOR_WORDS:
        return False
    if found.upper(index) == "DISTINCT" and found.upper(index + 1) == "FROM":
        return False
    if found.upper(index) in ("LEFT", "RIGHT", "FILTER", "WITH") and found.upper(index + 1) == "(":
        return False
    return _ends_before(found, index, level)


def _without_alias(found: Text, first: int, last: int) -> int:
    # `a + b total`: the last name follows an operand, so it is what the item is called.
    if (
        last - first < 1
        or not found.is_name(last)
        or clause(found, first)
        not in (
            "SELECT",
            "RETURNING",
        )
    ):
        return last
    if found.upper(last) == "END":
        return last
    before = found.tokens[last - 1]
    if (
        before.kind in (Kind.NUMBER, Kind.STRING, Kind.QUOTED, Kind.PARAMETER)
        or before.text in ")]"
    ):
        return last - 1
    if before.kind is Kind.WORD and (
        before.upper == "END" or before.upper not in _ENDS | _OPERATOR_WORDS | _TIGHT | _PREFIXES
    ):
        return last - 1
    return last


def _is_table(found: Text, index: int) -> bool:
    where = clause(found, index)
    if where == "WITH" and found.opener[index] < 0:
        return True
    return where in _TABLES and found.upper(found.opener[index]) != "CASE"
