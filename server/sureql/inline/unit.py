"""Where in a text that is being written the logical unit of SQL is complete.

A unit is what people accept at once: a select list, one predicate, a JOIN with its ON, one clause,
or, at the start of a statement, the statement. A model that writes on behind it is stopped. What is
decided never changes when more text comes: a word decides only when something stands behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from sureql.syntax import cursor, lexer
from sureql.syntax.cursor import Clause, Expect
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind
from sureql.syntax.vocabulary import words

_LONGEST_BEFORE = 20_000
_JOINS = words("JOIN LEFT RIGHT FULL INNER CROSS NATURAL OUTER ASOF POSITIONAL STRAIGHT_JOIN")
_CALLABLE = words("LEFT RIGHT VALUES REPLACE INSERT SET")
_OPENING = _JOINS | words(
    "FROM WHERE GROUP HAVING ORDER LIMIT OFFSET FETCH UNION INTERSECT EXCEPT MINUS WINDOW QUALIFY "
    "RETURNING SET VALUES SELECT ON USING FOR"
)
_SETS = words("UNION INTERSECT EXCEPT MINUS")
_STATEMENTS = words(
    "SELECT WITH INSERT UPDATE DELETE MERGE CREATE ALTER DROP EXPLAIN TRUNCATE GRANT BEGIN COMMIT"
)
_BEFORE_SELECT = _SETS | words("ALL DISTINCT AS EXPLAIN ANALYZE THEN BY ( )")
_LINKS = words("AND OR")
_GOES_ON = _OPENING | _LINKS | words("WHEN THEN ELSE END AS IS NOT IN LIKE BETWEEN BY ASC DESC DO")
_PREDICATES = (Clause.WHERE, Clause.HAVING, Clause.QUALIFY)
_SPLIT = words("SELECT INSERT UPDATE DELETE WITH VALUES") | {""}
_FENCE = re.compile(r"[ \t]*```")
_LEADING_FENCE = re.compile(r"\s*```[\w+-]*[ \t]*\r?\n")
_OPENING_FENCE = re.compile(r"`+[\w+-]*[ \t]*\r?")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_PLAIN = re.compile(r"[A-Za-z]+\Z")
_PROSE = 4  # So many plain words in a row are no SQL.


def end(text: str, before: str, dialect: Dialect) -> int | None:
    """The offset in `text`, which follows `before` in the statement, at which its unit is complete.

    None while it is not. 0 if nothing of `text` is SQL. Quotes and parentheses opened inside the unit
    are closed at its end.
    """
    state = _state(before[-_LONGEST_BEFORE:], dialect)
    found = _Reader(state.carry + text, state, dialect).end()
    return None if found is None else max(0, found - len(state.carry))


def statement_end(text: str, before: str, dialect: Dialect) -> int | None:
    """The same for a whole statement: behind its semicolon, or where something else begins."""
    state = _state(before[-_LONGEST_BEFORE:], dialect)
    whole = _State(state.carry, Clause.START, 0, False, 0, False, True, True)
    found = _Reader(state.carry + text, whole, dialect).end()
    return None if found is None else max(0, found - len(state.carry))


@dataclass(frozen=True, slots=True)
class _State:
    """What `before` leaves: `carry` is its last token if the text may go on in it, `level` the
    parentheses open since the innermost query began, `nested` says that this query stands in
    parentheses. `cases` are open CASEs, `between` is True behind a BETWEEN that wants its AND.
    `whole` units end with the statement; `commented` ones may hold comments."""

    carry: str
    clause: Clause
    level: int
    nested: bool
    cases: int
    between: bool
    whole: bool
    commented: bool = False


@lru_cache(maxsize=16)
def _state(before: str, dialect: Dialect) -> _State:
    tokens = lexer.tokens(before, dialect)
    carry = ""
    if tokens:
        last = tokens[-1]
        line = last.kind is Kind.COMMENT and last.text[:2] != "/*"
        glued = last.end == len(before) and (
            line or last.kind in (Kind.WORD, Kind.NUMBER, Kind.PARAMETER)
        )
        if glued or not last.closed:
            carry = before[last.start :]
    kept = before[: len(before) - len(carry)]
    context = cursor.at(kept, len(kept), dialect)
    level, cases, between = _open(kept, context.frame.span.start, dialect)
    kind = context.statement_kind.split(" ")[0] if context.statement_kind else ""
    starts = context.expect is Expect.STATEMENT or context.clause in (
        Clause.START,
        Clause.SET_OPERATION,
    )
    return _State(
        carry=carry,
        clause=context.clause,
        level=level,
        nested=context.frame.parent is not None,
        cases=cases,
        between=between,
        whole=starts or kind not in _SPLIT,
    )


def _open(kept: str, start: int, dialect: Dialect) -> tuple[int, int, bool]:
    # CASEs inside parentheses end with them.
    cases, between = [0], False
    for token in lexer.code(kept, dialect):
        if token.start < start:
            continue
        if token.text == "(":
            cases.append(0)
        elif token.text == ")":
            del cases[max(1, len(cases) - 1) :]
        elif token.is_word("CASE", "END"):
            cases[-1] = max(0, cases[-1] + (1 if token.upper == "CASE" else -1))
        elif token.is_word("BETWEEN"):
            between = True
        elif token.is_word("AND", "OR"):
            between = False
    return len(cases) - 1, cases[0], between and len(cases) == 1


class _Piece(NamedTuple):
    """A token that may decide: `kind` is word, string, comment, fence, sign, name or number."""

    kind: str
    start: int
    end: int
    upper: str


@lru_cache(maxsize=16)
def _patterns(dialect: Dialect) -> tuple[re.Pattern[str], re.Pattern[str]]:
    # Inside parentheses only what opens and closes matters.
    quoting = (
        f"(?P<comment>{lexer.pattern_of_comments(dialect)}|/\\*)"
        f"|(?P<string>{lexer.pattern_of_strings(dialect)})"
        f"|(?P<name>{lexer.pattern_of_quotes(dialect)})"
    )
    everything = r"|(?P<word>[^\W\d]\w*+)|(?P<number>\d[\w.]*+)|(?P<sign>[();`.,=])"
    return re.compile(quoting + everything), re.compile(quoting + r"|(?P<sign>[()`])")


class _Reader:
    """Reads the pieces of one text in order until one of them ends the unit."""

    def __init__(self, text: str, state: _State, dialect: Dialect) -> None:
        self.text = text
        self.state = state
        self.dialect = dialect
        self.level = state.level
        self.cases = state.cases
        self.between = state.between
        self.clause = state.clause.name
        self.whole = state.whole
        self.begun = False  # A clause's keyword began the unit.
        self.content = False  # The unit has something of its own already.
        self.at = 0  # Where the piece that is looked at begins.
        self.previous = ""
        self.words = 0
        self.seen: set[str] = set()
        fence = _LEADING_FENCE.match(text, len(state.carry))
        self.skipped = fence.end() if fence else 0

    def end(self) -> int | None:
        """The offset at which the unit is complete."""
        for piece in self._pieces():
            found = self._step(piece)
            if found is not None:
                return found
            if piece.kind != "comment":
                self.previous, self.content = piece.upper, True
        return None

    def _pieces(self) -> Iterator[_Piece]:
        outside, inside = _patterns(self.dialect)
        at = 0 if self.state.carry else self.skipped
        text = self.text
        while match := (inside if self.level else outside).search(text, at):
            start, end = match.span()
            kind = match.lastgroup or "sign"
            if text[start] == "`" and self._is_fence(start):
                if start < self.skipped:
                    at = self.skipped
                    continue
                yield _Piece("fence", start, start + 3, "")
                return
            if kind == "comment" and match[0] == "/*":
                nested = lexer.end_of_nested(text, start)
                end = nested if nested >= 0 else len(text)
            upper = match[0].upper() if kind in ("word", "sign") else ""
            yield _Piece(kind, start, end, upper)
            at = end

    def _is_fence(self, start: int) -> bool:
        line = self.text.rfind("\n", 0, start) + 1
        return _FENCE.match(self.text, line) is not None and not self.text[line:start].strip()

    @property
    def last(self) -> int:
        """Where what stands before the piece ends."""
        return len(self.text[: self.at].rstrip())

    @property
    def gap(self) -> str:
        """The blanks before the piece."""
        return self.text[self.last : self.at]

    def _step(self, piece: _Piece) -> int | None:
        self.at = piece.start
        if piece.kind == "comment":
            return self._comment(piece)
        if piece.kind == "fence":
            opening = not self.content and _OPENING_FENCE.fullmatch(self.text, piece.start)
            return None if opening else self.last
        if piece.kind == "sign":
            return self._sign(piece)
        if piece.kind != "word" or self.previous == ".":
            self.words = 0
            return self._after_blank(piece, piece.kind in ("name", "word"))
        if piece.end == len(self.text):
            return None  # The word may go on.
        return self._word(piece)

    def _comment(self, piece: _Piece) -> int | None:
        if piece.start < len(self.state.carry) or self.level > 0:
            return None
        if self.state.commented and not (self.content and _BLANK_LINE.search(self.gap)):
            return None
        # One sign more, because in MySQL `--1` is no comment.
        return self.last if len(self.text) > piece.start + 2 else None

    def _sign(self, piece: _Piece) -> int | None:
        self.words = 0
        sign = piece.upper
        if sign == "(":
            stop = self._after_blank(piece, True)
            self.level += 1
            return stop
        if sign == ")":
            self.level -= 1
            if self.level < 0:
                return piece.end if self.state.nested and not self.state.commented else self.last
        elif sign == ";" and self.level == 0:
            return piece.end if self.content else self.last
        return None

    def _after_blank(self, piece: _Piece, matters: bool) -> int | None:
        if matters and self.content and self.level == 0 and _BLANK_LINE.search(self.gap):
            return self.last
        return None

    def _word(self, piece: _Piece) -> int | None:
        word = piece.upper
        known = word in _GOES_ON or word in _STATEMENTS
        begins = not known and self.previous not in (",", "(", "=", "BY")
        if (stop := self._after_blank(piece, begins)) is not None:
            return stop
        self.words = 0 if known or not _PLAIN.match(word) else self.words + 1
        if self.words >= _PROSE:
            return self._before_prose(piece)
        if word in ("CASE", "END"):
            self.cases = max(0, self.cases + (1 if word == "CASE" else -1))
        elif self.level == 0 and self.cases == 0:
            return self._deciding(piece)
        return None

    def _before_prose(self, piece: _Piece) -> int:
        # What stands on the line before the words may be SQL still.
        line = self.text.rfind("\n", 0, piece.start) + 1
        return len(self.text[:line].rstrip()) if line > len(self.state.carry) else 0

    def _deciding(self, piece: _Piece) -> int | None:
        word = piece.upper
        if word == "BETWEEN":
            self.between = True
        elif word in _LINKS:
            if word == "AND" and self.between:
                self.between = False
            elif self.content and not self.begun and not self.whole and self._in_predicate():
                return self.last
            self.between = False
            if not self.content:
                self.clause = "WHERE"
        elif word in _OPENING or word in _STATEMENTS:
            return self._opening(piece)
        return None

    def _in_predicate(self) -> bool:
        return self.clause in {clause.name for clause in _PREDICATES}

    def _opening(self, piece: _Piece) -> int | None:
        word = piece.upper
        if word in _CALLABLE:
            following = self.text[piece.end :].lstrip()
            if not following:
                return None  # A function or a clause: the next sign says which.
            if following[0] == "(" and word != "VALUES":
                return None
        if self._belongs(word):
            self.seen.add(word)
            return None
        if self.whole:
            return self._second_statement(piece)
        if self.content:
            return self.last
        if word in _STATEMENTS and word != "SELECT" and self.clause != "START":
            return self.last
        self.begun = True
        self.clause = "JOIN" if word in _JOINS else word
        if word in _SETS:
            self.whole = True
        self.seen.add(word)
        return None

    def _belongs(self, word: str) -> bool:
        # A keyword that goes on with the clause before it.
        previous = self.previous
        if word == "FROM" and previous in ("DISTINCT", "DELETE"):
            return previous == "DELETE" or self.clause != "SELECT" or self.begun
        if self.clause == "JOIN" and (word in ("ON", "USING") or previous in _JOINS):
            return True
        if word == "OFFSET" and self.clause == "LIMIT":
            return True
        if word in ("UPDATE", "SET", "DELETE") and previous in ("DO", "FOR", "UPDATE", "THEN"):
            return True
        if word == "WITH" and previous in ("ROLLUP", "TIMESTAMP", "TIME", "NOT"):
            return True
        if word in ("ON", "USING", "FOR"):
            return self.content and self.clause not in ("SELECT",)
        return word == "WITH" and self.content and not self.whole

    def _second_statement(self, piece: _Piece) -> int | None:
        word = piece.upper
        if word not in _STATEMENTS:
            self.seen.add(word)
            return None
        new_line = "\n" in self.gap and self.content
        taken = word in self.seen or bool(_BLANK_LINE.search(self.gap))
        after_set = self.previous in _BEFORE_SELECT
        if new_line and taken and not after_set:
            return self.last
        if word in ("WITH", "INSERT", "EXPLAIN"):
            self.seen.discard("SELECT")
        elif after_set and word == "SELECT":
            self.seen.clear()
        self.seen.add(word)
        return None
