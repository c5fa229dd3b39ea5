"""A statement's tokens with their parentheses matched and the next statement cut off.

`shape` is what the grammar reads: a keyword or name in upper case, an operator or mark as it is,
and one sign each for the rest, so that a step of the scan is one comparison of strings.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from functools import lru_cache

from sureql.syntax import lexer
from sureql.syntax.context import NamePath
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token
from sureql.syntax.vocabulary import words
from sureql.text.span import Span

NAME = '"'  # A name that can't be a keyword: quoted, or right after a dot.
STRING = "'"
NUMBER = "0"
PARAMETER = "$"
END = ""  # The shape past the last token.

_SIGNS = {
    Kind.QUOTED: NAME,
    Kind.STRING: STRING,
    Kind.NUMBER: NUMBER,
    Kind.PARAMETER: PARAMETER,
}
_OPEN = {"(": ")", "[": "]", "{": "}"}

# A word after a dot that stands apart is a keyword only if it begins a clause: `SELECT a. FROM t`.
_NEVER_MEMBERS = words(
    "FROM WHERE GROUP ORDER HAVING LIMIT UNION JOIN LEFT INNER ON AND OR SELECT THEN"
)
_STATEMENTS = words(
    "SELECT INSERT UPDATE DELETE CREATE ALTER DROP WITH MERGE TRUNCATE GRANT REVOKE EXPLAIN"
)
# Words after which SELECT, UPDATE … still belong to the statement.
_CONTINUED = words(
    "AS UNION INTERSECT EXCEPT MINUS ALL DISTINCT EXPLAIN ANALYZE VERBOSE FOR ON THEN DO BEFORE OF OR "
    "INSTEAD AFTER GRANT REVOKE TO BEGIN ATOMIC RETURN LATERAL EXISTS NOT MATERIALIZED PLAN"
)
# What a paren that holds no query can't hold either, when the parens don't balance.
_QUERY_ONLY = words("WHERE HAVING GROUP UNION INTERSECT EXCEPT LIMIT SELECT")
_BEFORE_QUERIES = words("( , FROM JOIN AS IN EXISTS ANY ALL UNION EXCEPT INTERSECT =")
_BEFORE_GROUPS = words("( AND OR WHERE ON NOT HAVING IN = < > <> != <= >=")
_FROM_CALLS = words("EXTRACT SUBSTRING TRIM OVERLAY POSITION")


@dataclass(frozen=True, slots=True)
class Layout:
    """The tokens of one statement. `match` maps an opening parenthesis's index to the closing
    one's; for those in `implied` it is the keyword before which a forgotten one belongs.
    """

    text: str
    dialect: Dialect
    tokens: tuple[Token, ...]
    shape: tuple[str, ...]
    match: dict[int, int]
    implied: frozenset[int]
    starts: tuple[int, ...]

    def at(self, index: int) -> str:
        """The shape at `index`, END past the last token."""
        return self.shape[index] if 0 <= index < len(self.shape) else END

    def nameable(self, index: int) -> bool:
        """True if the token is a name or a word."""
        if not 0 <= index < len(self.tokens):
            return False
        kind = self.tokens[index].kind
        return kind is Kind.WORD or kind is Kind.QUOTED

    def path(self, index: int, end: int) -> tuple[NamePath, int]:
        """The dotted name that begins at `index`, and the index after it."""
        parts: list[str] = []
        spans: list[Span] = []
        self._add(index, parts, spans)
        index += 1
        while index + 1 < end and self.shape[index] == "." and self.shape[index + 1] == NAME:
            self._add(index + 1, parts, spans)
            index += 2
        return NamePath(tuple(parts), tuple(spans)), index

    def _add(self, index: int, parts: list[str], spans: list[Span]) -> None:
        token = self.tokens[index]
        name = self.dialect.normalize(token.text)
        if self.dialect.name == "bigquery" and "." in name and token.text[0] == "`":
            # BigQuery quotes whole paths: `project.dataset.table`.
            start = token.start + 1
            for part in name.split("."):
                parts.append(part)
                spans.append(Span(start, start + len(part)))
                start += len(part) + 1
            return
        parts.append(name)
        spans.append(token.span)

    def past(self, opened: int, end: int) -> int:
        """The index after the parenthesis opened at `opened`, `end` if it is never closed."""
        closing = self.match.get(opened)
        if closing is None or closing >= end:
            return end
        return closing if opened in self.implied else closing + 1

    def close(self, opened: int, end: int) -> int:
        """The index of what closes `opened`, `end` if nothing does."""
        return min(self.match.get(opened, end), end)

    def index_at(self, offset: int) -> int:
        """The index of the first token that starts at or after `offset`."""
        return bisect.bisect_left(self.starts, offset)


def of(text: str, dialect: Dialect) -> Layout:
    """The layout of `text`. Cached by text and dialect."""
    return _cached(text, dialect)


@lru_cache(maxsize=64)
def _cached(text: str, dialect: Dialect) -> Layout:
    return build(text, dialect, lexer.code(text, dialect))


def build(text: str, dialect: Dialect, tokens: tuple[Token, ...]) -> Layout:
    """The layout of tokens that were put together from parts of a text."""
    shape = _shapes(tokens)
    match, balanced = _matches(shape)
    implied: frozenset[int] = frozenset()
    if not balanced:
        match, implied = _repaired(shape, match)
    return Layout(text, dialect, tokens, shape, match, implied, tuple(t.start for t in tokens))


def _shapes(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    shape: list[str] = []
    dotted = -1  # Where the dot before this token ended.
    for token in tokens:
        kind = token.kind
        if kind is Kind.WORD:
            upper = token.upper
            if dotted >= 0 and (dotted == token.start or upper not in _NEVER_MEMBERS):
                upper = NAME
            shape.append(upper)
        else:
            shape.append(_SIGNS.get(kind) or token.text)
        dotted = token.end if token.text == "." else -1
    return tuple(shape)


def _matches(shape: tuple[str, ...]) -> tuple[dict[int, int], bool]:
    match: dict[int, int] = {}
    stack: list[int] = []
    balanced = True
    for index, sign in enumerate(shape):
        if sign in _OPEN:
            stack.append(index)
        elif sign in (")", "]", "}"):
            if stack and _OPEN[shape[stack[-1]]] == sign:
                match[stack.pop()] = index
            else:
                balanced = False
    return match, balanced and not stack


def _repaired(
    shape: tuple[str, ...], plain: dict[int, int]
) -> tuple[dict[int, int], frozenset[int]]:
    """Matches for parentheses that don't balance.

    A call or group that runs into a clause ends before it: `SELECT count( FROM t`. Its end is then
    the index of the clause's keyword and counted as `implied`: that token isn't a parenthesis.
    """
    match: dict[int, int] = {}
    implied: set[int] = set()
    stack: list[int] = []
    for index, sign in enumerate(shape):
        if sign in _OPEN:
            stack.append(index)
        elif sign in (")", "]", "}"):
            _close(shape, stack, match, index, sign)
        elif stack and (sign in _QUERY_ONLY or sign in ("FROM", "ORDER", "VALUES")):
            while stack and _cut_by(shape, stack, index, sign):
                opened = stack.pop()
                match[opened] = index
                implied.add(opened)
    return match, frozenset(implied)


def _close(
    shape: tuple[str, ...], stack: list[int], match: dict[int, int], index: int, sign: str
) -> None:
    kinds = [_OPEN[shape[opened]] for opened in stack[-2:]]
    if kinds and kinds[-1] != sign and sign in kinds:
        stack.pop()  # `[` without its `]`.
        kinds.pop()
    if not kinds or kinds[-1] != sign:
        return
    if _too_early(shape, stack[-1], index):
        return
    match[stack.pop()] = index


def _too_early(shape: tuple[str, ...], opened: int, index: int) -> bool:
    """True if a query would end without FROM although its FROM comes next: a `)` too many."""
    if shape[opened + 1 : opened + 2] != ("SELECT",):
        return False
    following = shape[index + 1] if index + 1 < len(shape) else END
    return following in ("FROM", ",", "AS") and "FROM" not in shape[opened:index]


def _cut_by(shape: tuple[str, ...], stack: list[int], index: int, sign: str) -> bool:
    opened = stack[-1]
    first = shape[opened + 1] if opened + 1 < len(shape) else END
    before = shape[opened - 1] if opened else END
    if index == opened + 1 and sign == "FROM" and before not in _BEFORE_QUERIES:
        return before not in _FROM_CALLS
    if shape[opened] == "(" and first in ("SELECT", "WITH", "FROM", "INSERT", "UPDATE", "DELETE"):
        return False
    if index == opened + 1 and sign == "SELECT":
        return False
    if sign == "FROM" and (before in _FROM_CALLS or shape[index - 1] == "DISTINCT"):
        return False
    if before in ("FILTER", "FROM", "JOIN", ",") and sign in ("WHERE", "SELECT"):
        return False
    if sign == "ORDER" and before not in _BEFORE_GROUPS:
        return False
    if sign == "VALUES" and shape[index - 1] in ("(", ","):
        return False
    if sign == "GROUP" and shape[index - 1] == "WITHIN":
        return False
    return not (sign == "SELECT" and first == "(")


def segment(layout: Layout, offset: int) -> tuple[int, int]:
    """The token range of the statement at `offset`.

    The text may hold more than one: statements inside a routine's body, and a statement that the
    user is still writing above the next one, without a semicolon between them.
    """
    first = 0
    for index in _boundaries(layout):
        token = layout.tokens[index]
        semicolon = layout.shape[index] == ";"
        if token.end <= offset if semicolon else token.start <= offset:
            first = index + 1 if semicolon else index
        else:
            return first, index
    return first, len(layout.tokens)


def _boundaries(layout: Layout) -> list[int]:
    """Indexes of semicolons and of the first words of further statements."""
    found: list[int] = []
    shape, tokens, text = layout.shape, layout.tokens, layout.text
    closing = -1  # Inside a matched parenthesis up to here.
    first = 0
    for index, sign in enumerate(shape):
        if index < closing:
            continue
        if sign == ";":
            found.append(index)
            first = index + 1
        elif sign in _OPEN:
            closing = layout.match.get(index, closing)
        elif (
            sign in _STATEMENTS
            and index > first
            and _at_line_start(text, tokens[index].start)
            and _begins_anew(layout, first, index)
        ):
            found.append(index)
            first = index
    return found


def _at_line_start(text: str, offset: int) -> bool:
    return offset == 0 or text[offset - 1] in "\n\r"


def _begins_anew(layout: Layout, first: int, index: int) -> bool:
    shape = layout.shape
    before, sign = shape[index - 1], shape[index]
    gap = layout.text[layout.tokens[index - 1].end : layout.tokens[index].start]
    blank = gap.count("\n") > 1
    if before == "(" and not blank:
        return False
    if before in _CONTINUED and not (blank and before in ("ALL", "DISTINCT")):
        return False
    if sign in ("CREATE", "GRANT", "REVOKE", "TRUNCATE", "EXPLAIN", "MERGE"):
        return shape[first] not in ("WITH", "CREATE") or blank
    body = shape[first:index]
    verb = shape[first]
    if verb in ("ALTER", "CREATE"):
        # ALTER TABLE t⏎DROP COLUMN c; CREATE … AS⏎SELECT was answered above.
        return blank or (verb == "CREATE" and sign not in ("SELECT", "WITH"))
    if verb in ("EXPLAIN", "GRANT", "REVOKE", "DESCRIBE", "PREPARE", "DECLARE"):
        return blank
    if verb == "WITH":
        return any(word in body for word in ("INSERT", "UPDATE", "DELETE", "MERGE")) or (
            _has_verb(layout, first, index)
        )
    if verb in ("INSERT", "REPLACE"):
        if sign in ("SELECT", "WITH"):
            return any(word in body for word in ("SELECT", "VALUES")) or before == "INTO"
        return True
    return True


def _has_verb(layout: Layout, first: int, index: int) -> bool:
    """True if a WITH statement already has its main SELECT outside the parentheses."""
    position = first
    while position < index:
        if layout.shape[position] in ("SELECT", "VALUES", "FROM"):
            return True
        position = layout.match.get(position, position) + 1
    return False


def span(layout: Layout, first: int, last: int) -> Span:
    """The text range that belongs to the tokens `first:last`, blanks around them included."""
    start = layout.tokens[first - 1].end if first else 0
    end = layout.tokens[last].start if last < len(layout.tokens) else len(layout.text)
    return Span(start, end)
