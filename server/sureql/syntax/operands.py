"""Operands: missing after a keyword or an operator, or two in a row."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.syntax.problem import SyntaxProblem
from sureql.syntax.shape import ENDS_CLAUSE, Shape
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

_JOINS = frozenset({"JOIN", "ON", "USING"})
_CONNECTORS = frozenset({"AND", "OR"})
_LITERALS = (Kind.NUMBER, Kind.STRING)
_COMPARISONS = frozenset({"=", "<", ">", "<=", ">=", "<>", "!=", "||"})
_SET_WORDS = frozenset({"UNION", "INTERSECT", "EXCEPT"})
_NULL_TESTS = frozenset(
    """NULL TRUE FALSE UNKNOWN DISTINCT DOCUMENT NORMALIZED NFC NFD NFKC NFKD OF JSON NOT
    """.split()  # noqa: SIM905
)

_MISSING = {
    "FROM": "a table name",
    "JOIN": "a table name",
    "INTO": "a table name",
    "WHERE": "a condition",
    "HAVING": "a condition",
    "ON": "a condition",
    "AND": "a condition",
    "OR": "a condition",
    "NOT": "a condition",
    "BY": "an expression",
    "LIMIT": "a number of rows",
    "UNION": "a query",
    "INTERSECT": "a query",
    "EXCEPT": "a query",
    "LIKE": "a pattern",
    "ILIKE": "a pattern",
    "THEN": "an expression",
    "ELSE": "an expression",
    "WHEN": "a condition",
    "RETURNING": "an expression",
    "SELECT": "an expression",
    "DISTINCT": "an expression",
}
# In PostgreSQL these may name an output column even without AS: `SELECT a not, b like FROM t`.
_BARE_LABELS = frozenset({"NOT", "LIKE", "ILIKE", "DISTINCT", "THEN", "ELSE", "WHEN", "AND", "OR"})
_ONLY_IF_RESERVED = frozenset({"INTO", "THEN", "WHEN", "ELSE", "RETURNING", "DISTINCT", "ILIKE"})


def missing(found: Shape) -> Iterator[SyntaxProblem]:
    """A keyword with nothing after it."""
    from_first = found.dialect.name == "duckdb"  # SELECT 1 UNION FROM t
    for index in found.at(*_MISSING):
        token = found.tokens[index]
        word = found.word(index)
        wanted = _MISSING[word]
        if not _acts(found, index, word):
            continue
        if word in _SET_WORDS and found.word(index + 1) == "FROM" and from_first:
            continue
        if found.stops(index + 1) or _cannot_follow(word, found.word(index + 1)):
            name = f"{found.word(index - 1)} BY" if word == "BY" else word
            yield SyntaxProblem(token.span, f"Expected {wanted} after {name}.")


def _acts(found: Shape, index: int, word: str) -> bool:
    """False where the word may be a name, or stands alone by right."""
    before = found.word(index - 1)
    if before == "AS":
        return False  # A label: `SELECT a AS limit`.
    if word == "BY":
        return before in ("GROUP", "ORDER", "PARTITION")
    if word == "SELECT":
        return found.dialect.name not in ("postgres", "redshift")  # SELECT FROM t is valid there.
    if word == "DISTINCT" and before in ("IS", "NOT"):
        return False
    if word in _ONLY_IF_RESERVED and word.lower() not in found.dialect.reserved:
        return False
    if word in _BARE_LABELS and found.dialect.name == "postgres":
        return not found.may_label(index)
    return True


def _cannot_follow(word: str, following: str) -> bool:
    if following in ENDS_CLAUSE:
        return True
    if following in _JOINS:
        return word != "SELECT" and (word, following) != ("DISTINCT", "ON")
    return following in _CONNECTORS and word in ("AND", "OR", "NOT", "WHERE", "HAVING", "ON")


def comparisons(found: Shape) -> Iterator[SyntaxProblem]:
    """A comparison with nothing after it."""
    if "OPERATOR" in found.words:
        return
    for index in found.at(*_COMPARISONS):
        token = found.tokens[index]
        if token.kind is not Kind.OPERATOR:
            continue
        if found.word(index - 1) == "USING":
            continue  # ORDER BY name USING >
        following = found.text(index + 1)
        if (
            found.stops(index + 1)
            or found.word(index + 1) in ENDS_CLAUSE | _CONNECTORS
            or following in _COMPARISONS
        ):
            yield SyntaxProblem(token.span, f"Expected a value after `{token.text}`.")


def adjacent_literals(found: Shape) -> Iterator[SyntaxProblem]:
    """Two literals in a row: a comma or an operator is missing."""
    sqlite = found.dialect.name == "sqlite"
    for index in range(1, len(found.tokens)):
        first, second = found.tokens[index - 1], found.tokens[index]
        if second.kind not in _LITERALS or first.kind not in _LITERALS:
            continue
        if first.end == second.start:
            continue
        if found.word(index - 2) in ("INTERVAL", "UESCAPE") or found.text(index - 2) == ".":
            continue
        row = found.word(found.opener[index] - 1) in ("VALUES", "IN")
        if second.kind is Kind.STRING and ((sqlite and not row) or first.text[0] in "uU"):
            continue  # SQLite takes a string for an alias.
        if first.kind is second.kind is Kind.STRING:
            continue  # One string in two parts if a line break stands between; it is not at hand.
        span = Span(first.start, second.end)
        yield SyntaxProblem(span, f"Something is missing before `{second.text[:30]}`.")


def stars(found: Shape) -> Iterator[SyntaxProblem]:
    """`(*)` without a function before it, which only DuckDB unpacks."""
    if found.dialect.name == "duckdb":
        return
    for index in found.at("*", first=1, behind=1):
        if found.text(index - 1) != "(" or found.text(index + 1) != ")":
            continue
        before = found.word(index - 2)
        if before in ("SELECT", "WHERE", "AND", "OR", "DISTINCT") or found.text(index - 2) == "(":
            yield SyntaxProblem(found.tokens[index].span, "`*` can't stand in parentheses alone.")


def dots(found: Shape) -> Iterator[SyntaxProblem]:
    """A dot that no name follows."""
    for index in found.at(".", first=1):
        token = found.tokens[index]
        if token.kind is not Kind.PUNCTUATION:
            continue
        if found.tokens[index - 1].kind not in (Kind.WORD, Kind.QUOTED):
            continue
        if found.word(found.opener[index] - 1) == "OPERATOR":
            continue  # OPERATOR(pg_catalog.<)
        unfinished = found.tokens[index + 1 : index + 2] and _lacks_from(found, index)
        if (
            unfinished
            or found.stops(index + 1)
            or found.text(index + 1) in ("(", ".", "=", "<", ">")
        ):
            before = found.text(index - 1)
            yield SyntaxProblem(token.span, f"Expected a name after `{before}.`.")


def _lacks_from(found: Shape, index: int) -> bool:
    """True for `SELECT t. FROM t`: what follows the dot would be a column, and no table is named."""
    if found.tokens[index + 1].upper != "FROM" or not found.is_name(index + 2):
        return False
    level = found.opener[index]
    here = [found.words[at] for at in range(len(found.words)) if found.opener[at] == level]
    return "SELECT" in here and "FROM" not in here


def labels(found: Shape) -> Iterator[SyntaxProblem]:
    """AS without a name, or without anything to name."""
    for index in found.at("AS"):
        token = found.tokens[index]
        if found.word(index - 1) == "AS":
            continue  # `a AS as`: any word may name an output column.
        if found.stops(index + 1) and not (
            found.dialect.name == "sqlite" and _in_cast(found, index)
        ):
            yield SyntaxProblem(token.span, "Expected a name after AS.")
        elif (
            found.word(index + 1) == "FROM"
            and found.is_name(index + 2)
            and found.word(index + 2) not in ENDS_CLAUSE
        ):
            # `SELECT a AS from` is valid PostgreSQL, but no name can follow that.
            yield SyntaxProblem(token.span, "Expected a name after AS.")
        elif found.word(index - 1) in ("SELECT", "WHERE", "FROM", "JOIN", "BY", "AND", "OR") and (
            found.word(index - 2) != "AS" and not found.stops(index - 1)
        ):
            yield SyntaxProblem(token.span, "Expected an expression before AS.")


def _in_cast(found: Shape, index: int) -> bool:
    return found.word(found.opener[index] - 1) in ("CAST", "TRY_CAST")


def null_tests(found: Shape) -> Iterator[SyntaxProblem]:
    """`IS UNLL`, `IS NOT NUL`: only few words may follow IS."""
    if found.dialect.name == "sqlite":
        return  # There IS compares any two values.
    for index in found.at("IS", first=1, behind=1):
        if found.may_label(index) and found.stops(index + 1):
            continue
        place = index + 2 if found.word(index + 1) == "NOT" else index + 1
        if place >= len(found.tokens) or found.tokens[place].kind is not Kind.WORD:
            continue
        token = found.tokens[place]
        if found.word(place) in _NULL_TESTS or found.word(index - 1) == "AS":
            continue
        yield from misspelt_null(token)


def misspelt_null(token: Token) -> Iterator[SyntaxProblem]:
    """The word where only NULL can stand, if it is NULL with a slip."""
    if sorted(token.upper) == sorted("NULL") or token.upper in ("NUL", "NULLL", "NLL"):
        written = "null" if token.text.islower() else "NULL"
        yield SyntaxProblem(
            token.span,
            f"Unknown word `{token.text}`: did you mean NULL?",
            fix=(f"Change to {written}", token.span, written),
        )


def stars_with_names(found: Shape) -> Iterator[SyntaxProblem]:
    """SELECT * name, which only DuckDB takes, for an alias."""
    if found.dialect.name not in ("postgres", "sqlite"):
        return
    for index in found.at("*", first=1, behind=1):
        after = found.tokens[index + 1]
        if found.word(index - 1) not in ("SELECT", "DISTINCT", "ALL"):
            continue
        reserved = after.text.lower() in found.dialect.reserved and after.kind is Kind.WORD
        if found.is_name(index + 1) and not reserved:
            yield SyntaxProblem(after.span, f"Expected a comma or FROM before `{after.text[:30]}`.")


CHECKS = (
    missing,
    comparisons,
    adjacent_literals,
    stars,
    stars_with_names,
    dots,
    labels,
    null_tests,
)
