"""Reads a DDL statement's tokens from left to right.

DDL is read from tokens and not from sqlglot's tree: the tree loses or refuses much of it (CREATE
TYPE, ALTER forms, comments, vendor options), and tokens give exact places and survive bad parts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from sureql.catalog.model import Location
from sureql.syntax import lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

_OPEN = {"(": ")", "[": "]", "{": "}"}
_CLOSE = frozenset(_OPEN.values())
_LINE_END = re.compile(r"\r\n|\r|\n")


def words(text: str) -> frozenset[str]:
    """The words of `text` as a set."""
    return frozenset(text.split())


class UnreadableError(Exception):
    """Raised inside the DDL reader only: the statement is not what it should be at `span`."""

    def __init__(self, message: str, span: Span | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.span = span


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement stands: file, offset and line of its first character, masked templates."""

    path: str = ""
    start: int = 0
    line: int = 0
    holes: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Name:
    """A possibly qualified name, normalised; `span` is that of the last part, `whole` of all."""

    parts: tuple[str, ...]
    span: Span
    whole: Span

    @property
    def last(self) -> str:
        return self.parts[-1]

    @property
    def schema(self) -> str:
        return self.parts[-2] if len(self.parts) > 1 else ""


class Reader:
    """A cursor over the code tokens of `text[start:end]` of one statement."""

    def __init__(self, text: str, dialect: Dialect, place: Place) -> None:
        self.text = text
        self.dialect = dialect
        self.place = place
        self.tokens = lexer.code(text, dialect)
        self.position = 0
        self._line_ends: list[int] | None = None

    @property
    def token(self) -> Token | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    @property
    def done(self) -> bool:
        return self.position >= len(self.tokens)

    def upper(self, ahead: int = 0) -> str:
        """The word or mark that comes next, in upper case; '' at the end or for a quoted name."""
        index = self.position + ahead
        if index >= len(self.tokens):
            return ""
        token = self.tokens[index]
        return "" if token.kind in (Kind.QUOTED, Kind.STRING) else token.upper

    def next(self) -> Token:
        """Take the next token."""
        token = self.token
        if token is None:
            raise UnreadableError("The statement ends too early.", self.last_span())
        self.position += 1
        return token

    def last_span(self) -> Span | None:
        return self.tokens[-1].span if self.tokens else None

    def at(self, *words: str) -> bool:
        """True if exactly these words or marks come next."""
        return all(self.upper(ahead) == word for ahead, word in enumerate(words))

    def accept(self, *words: str) -> bool:
        """Take these words if they come next."""
        if self.at(*words):
            self.position += len(words)
            return True
        return False

    def accept_one(self, words: frozenset[str] | tuple[str, ...]) -> str:
        """Take the next word if it is one of `words`; '' otherwise."""
        word = self.upper()
        if word and word in words:
            self.position += 1
            return word
        return ""

    def expect(self, mark: str) -> None:
        if not self.accept(mark):
            raise self.unexpected(f"`{mark}`")

    def unexpected(self, wanted: str) -> UnreadableError:
        token = self.token
        if token is None:
            return UnreadableError(f"Expected {wanted} before the end.", self.last_span())
        return UnreadableError(f"Expected {wanted}, found `{_short(token.text)}`.", token.span)

    def name_part(self, what: str = "a name") -> tuple[str, Span]:
        """One identifier, normalised."""
        token = self.token
        if token is not None and (
            token.kind in (Kind.WORD, Kind.QUOTED)
            # SQLite and MySQL take a string where a name must stand.
            or (token.kind is Kind.STRING and token.text[0] in "'\"" and not self.strict)
        ):
            if any(hole.overlaps(token.span) for hole in self.place.holes):
                raise UnreadableError("A template hides this name.", token.span)
            self.position += 1
            if token.kind is Kind.STRING:
                return token.text[1:-1], token.span
            return self.dialect.normalize(token.text), token.span
        raise self.unexpected(what)

    @property
    def strict(self) -> bool:
        """True for the dialects whose column definitions are read without any leniency."""
        return self.dialect.name in ("postgres", "duckdb")

    def name(self, what: str = "a name") -> Name:
        """`a`, `a.b` or `a.b.c`."""
        part, span = self.name_part(what)
        parts = part.split(".") if self.dialect.name == "bigquery" else [part]
        whole = span
        while self.upper() == ".":
            self.position += 1
            part, span = self.name_part(what)
            parts.append(part)
            whole = Span(whole.start, span.end)
        return Name(tuple(parts), span, whole)

    def string(self) -> str | None:
        """A string literal's value; None for NULL or anything else."""
        token = self.next()
        if token.kind is Kind.STRING:
            return string_value(token.text)
        if token.kind is Kind.QUOTED and self.dialect.double_quoted_strings:
            return token.text[1:-1]
        return None

    def group(self) -> Span:
        """Take a balanced `(…)`; the token positions of its inside."""
        self.expect("(")
        start = self.position
        self.skip_to(frozenset())
        if self.upper() != ")":
            raise UnreadableError("A closing parenthesis is missing.", self.tokens[start - 1].span)
        end = self.position
        self.position += 1
        return Span(start, end)

    def skip_to(self, words: frozenset[str]) -> None:
        """Go to the next of `words` outside parentheses, to their end, or to the end."""
        depth = 0
        while self.position < len(self.tokens):
            word = self.upper()
            if depth == 0 and (word in words or word in _CLOSE):
                return
            if word in _OPEN:
                depth += 1
            elif word in _CLOSE:
                depth -= 1
            self.position += 1

    def items(self) -> Iterator[Span]:
        """The token positions of each item of a comma list, up to the closing parenthesis."""
        while True:
            start = self.position
            self.skip_to(frozenset({","}))
            yield Span(start, self.position)
            if self.upper() != ",":
                return
            self.position += 1

    def names_in_group(self) -> tuple[str, ...]:
        """`(a, b DESC, lower(c))` -> a, b: the plain names of a list, expressions left out."""
        inside = self.group()
        after = self.position
        self.position = inside.start
        names = []
        for item in self.items():
            self.position = item.start
            token = self.token
            plain = token is not None and token.kind in (Kind.WORD, Kind.QUOTED, Kind.STRING)
            # MySQL indexes a prefix: `name(10)`.
            prefix = self.upper(1) == "(" and self.upper(3) == ")" and self.upper(2).isdigit()
            bare = prefix or self.upper(1) not in ("(", ".", "::")
            if plain and bare and item.end > item.start:
                names.append(self.name_part()[0])
            self.position = item.end
        self.position = after
        return tuple(names)

    def is_plain_group(self) -> bool:
        """True if the list `(a, b)` at hand holds bare names only, all in the same order."""
        start = self.position
        inside = self.group()
        self.position = inside.start
        plain, orders = True, set()
        for item in self.items():
            words = [token.upper for token in self.tokens[item.start : item.end]]
            orders.add(" ".join(words[1:]).removeprefix("ASC"))
            plain = plain and self.tokens[item.start].kind in (Kind.WORD, Kind.QUOTED)
            self.position = item.end
        self.position = start
        return plain and len(orders) == 1 and orders <= {"", "DESC"}

    def text_of(self, tokens: Span) -> str:
        """The written text of those tokens."""
        if tokens.end <= tokens.start:
            return ""
        return self.text[self.tokens[tokens.start].start : self.tokens[tokens.end - 1].end]

    def rest(self) -> str:
        """The written text from the next token on, to the end or the enclosing parenthesis."""
        return self.text[self.token.start :] if self.token else ""

    def location(self, name: Span, whole: Span | None = None) -> Location:
        """A place in the file from spans of this statement."""
        if self._line_ends is None:
            self._line_ends = [match.end() for match in _LINE_END.finditer(self.text)]
        line = self.place.line + bisect_right(self._line_ends, name.start)
        whole = whole or Span(0, len(self.text))
        by = self.place.start
        return Location(self.place.path, whole.shift(by), name.shift(by), line)


def string_value(written: str) -> str:
    """The value of a string literal as written: quotes, prefix and doubled quotes removed."""
    if written.startswith("$"):
        tag = written[: written.index("$", 1) + 1]
        return written[len(tag) : -len(tag)] if written.endswith(tag) else written[len(tag) :]
    start = written.find("'")
    quote = "'"
    if start < 0:
        start, quote = 0, written[:1]
    body = written[start + 1 : -1] if written.endswith(quote) else written[start + 1 :]
    return body.replace(quote * 2, quote)


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:29] + "…"
