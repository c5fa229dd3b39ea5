"""Where an open level of a statement stops, and what an expression still needs there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from sureql.catalog import model as catalog
from sureql.gate import levels
from sureql.gate.levels import Level
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token

RELATION = "(SELECT 1 AS x1) AS x1"
TRUTH = "1 = 1"


@dataclass(frozen=True, slots=True)
class Filler:
    """What is written where something is missing: an operand, and what makes it a condition."""

    operand: str = "NULL"
    predicate: str = ""
    member: str = "x1"


@dataclass(frozen=True, slots=True)
class End:
    """Where a level stops: at its last token, or after `inner`, which closes there."""

    tokens: Sequence[Token]
    level: Level
    inner: Level | None
    filler: Filler
    schema: catalog.Catalog
    dialect: Dialect

    @property
    def empty(self) -> bool:
        return self.inner is None and self.level.last < self.level.first

    @property
    def last(self) -> Token | None:
        closed = self.inner is not None and self.inner.kind != "case"
        return None if closed or self.level.last < 0 else self.tokens[self.level.last]

    @property
    def word(self) -> str:
        """The last token as an upper-case word, '' if it is none or an operand follows it."""
        token = self.last
        if token is None or self.inner is not None or token.kind is not Kind.WORD:
            return ""
        before = self.tokens[self.level.last - 1] if self.level.last > 0 else None
        return "" if before is not None and before.text == "." else token.upper

    @property
    def before(self) -> str:
        return self.tokens[self.level.last - 1].upper if self.level.last > 0 else ""

    def last_text(self) -> str:
        """The last token's text, '' after an inner level."""
        return self.last.text if self.last is not None and self.inner is None else ""

    def wants_operand(self) -> bool:
        """True if the level ends where an operand must follow."""
        token = self.last
        if self.inner is not None:
            return False
        if token is None or self.empty or self.word in levels.OPERAND_WORDS:
            return True
        if token.text == "*":
            before = self.tokens[self.level.last - 1].text if self.level.last > 0 else ""
            starts = self.level.last == self.level.first or before.upper() in (
                "SELECT",
                "DISTINCT",
                "RETURNING",
            )
            return not (starts or before in (",", ".", "(") or before.upper() == "ALL")
        return token.kind is Kind.OPERATOR or token.text == ","

    def member(self) -> str:
        """What completes `name.`, '' if the text does not end with a point."""
        token = self.last
        return self.filler.member if token is not None and token.text == "." else ""


def operand(end: End, condition: bool = False) -> str:
    # Finishes an expression: a missing operand, and what some words need after them.
    filler = end.filler
    predicate = filler.predicate if condition else ""
    if member := end.member():
        return member + _and(end) + predicate
    word = end.word
    if word in _AFTER_WORD and not end.empty:
        return _AFTER_WORD[word] + _and(end, word)
    if word == "NOT" and end.before not in ("IS", "WHERE", "AND", "OR", "ON", "WHEN", "("):
        return " IN (NULL)"
    if word == "BY":
        return " 1"
    if word in ("DATE", "TIMESTAMP", "TIME") and end.before in levels.OPERAND_WORDS:
        return predicate or ""
    if end.last_text() == "::":
        return "text" + predicate
    if end.wants_operand():
        return f" {filler.operand}" + _and(end, word) + predicate
    return _and(end) + predicate


_AFTER_WORD = {
    "IN": " (NULL)",
    "EXISTS": " (SELECT 1)",
    "ANY": " (SELECT NULL)",
    "SOME": " (SELECT NULL)",
    "INTERVAL": " '1' DAY",
    "IS": " NULL",
    "OVER": " ()",
    "FILTER": " (WHERE 1 = 1)",
    "SIMILAR": " TO 'x'",
    "ESCAPE": " 'x'",
    "AS": " x1",
    "BETWEEN": " NULL AND NULL",
    "WITHIN": " GROUP (ORDER BY 1)",
    "NULLS": " LAST",
    "CAST": "(NULL AS integer)",
    "TRY_CAST": "(NULL AS integer)",
    "EXTRACT": "(year FROM DATE '2000-01-01')",
    "SUBSTRING": "('x', 1)",
}


def _and(end: End, word: str = "") -> str:
    return " AND NULL" if end.level.between and word != "BETWEEN" else ""


def insert_arity(end: End, level: Level) -> int:
    # How many values a row of this INSERT takes, 0 if that is not known.
    if level.listed:
        return level.listed
    relation = target_of(end, level)
    return sum(not column.generated for column in relation.columns) if relation else 0


def target_of(end: End, level: Level) -> catalog.Relation | None:
    if not 0 <= level.target < len(end.tokens):
        return None
    names: list[str] = []
    for token in end.tokens[level.target :]:
        if token.kind in (Kind.WORD, Kind.QUOTED) and token.upper not in ("ONLY",):
            names.append(end.dialect.normalize(token.text))
        elif token.text != ".":
            break
        if len(names) > 1 and end.tokens[level.target + 1].text != ".":
            names = names[:1]
            break
    return end.schema.find(names)


def any_relation(end: End) -> str:
    """The name of some table that a statement may change."""
    found = (one for one in islice(end.schema.relations(), 50) if one.kind == "table")
    relation = next(found, None)
    return end.dialect.write(relation.name) if relation else "x1"


def any_column(end: End) -> str:
    """The name of a column of that table."""
    found = (one for one in islice(end.schema.relations(), 50) if one.kind == "table")
    relation = next(found, None)
    columns = [one for one in relation.columns if not one.generated] if relation else []
    return end.dialect.write(columns[0].name) if columns else "x1"


def shared_column(end: End) -> str:
    """A column that the last two relations in the text have both."""
    seen: list[set[str]] = []
    for token in end.tokens:
        relation = None
        if token.kind in (Kind.WORD, Kind.QUOTED):
            relation = end.schema.find([end.dialect.normalize(token.text)])
        if relation is not None:
            seen.append({column.name for column in relation.columns})
    shared = sorted(seen[-1] & seen[-2]) if len(seen) > 1 else []
    return end.dialect.write(shared[0]) if shared else "x1"
