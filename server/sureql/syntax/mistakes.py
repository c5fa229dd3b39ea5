"""Slips that are certainly errors: what follows a word is not what must, or another engine's habit."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.syntax.problem import SyntaxProblem
from sureql.syntax.shape import Shape
from sureql.syntax.statement_parts import as_case
from sureql.text.span import Span

_BASE_WINDOW = frozenset({"BY", "ORDER", "ROWS", "RANGE", "GROUPS", "PARTITION"})
_UNFINISHED = frozenset({"TABLE", "COLUMN", "ON", "TO", "REFERENCES", "USING", "CONSTRAINT", "SET"})
_ALTER_ENDS = _UNFINISHED | {"ADD", "DROP", "ALTER", "RENAME"}


def windows(found: Shape) -> Iterator[SyntaxProblem]:
    """OVER PARTITION BY without its parenthesis, PARTITION without BY."""
    for index in found.at("OVER", "PARTITION"):
        token = found.tokens[index]
        word, following = found.word(index), found.word(index + 1)
        if word == "OVER" and following in ("PARTITION", "ORDER") and found.word(index + 2) == "BY":
            yield SyntaxProblem(token.span, "Expected `(` after OVER.")
        elif (
            word == "PARTITION"
            and found.text(index - 1) == "("
            and found.word(index - 2) == "OVER"
            and found.is_name(index + 1)
            and following not in _BASE_WINDOW
        ):
            written = as_case(token, "PARTITION BY")
            fix = (f"Change to {written}", token.span, written)
            yield SyntaxProblem(token.span, "Expected BY after PARTITION.", fix=fix)


def joins(found: Shape) -> Iterator[SyntaxProblem]:
    """USING without its parentheses."""
    joined: set[int] = set()
    for index in found.at("JOIN", "WHERE", "GROUP", "ORDER", "SELECT", "USING"):
        token = found.tokens[index]
        word, place = found.word(index), found.opener[index]
        if word == "JOIN":
            joined.add(place)
        elif word in ("WHERE", "GROUP", "ORDER", "SELECT"):
            joined.discard(place)
        elif word == "USING" and place in joined and found.is_name(index + 1):
            name = found.tokens[index + 1]
            ends = ("WHERE", "JOIN", "GROUP", "ORDER")
            if name.upper == "SAMPLE":
                continue
            if found.text(index + 2) == "(":
                yield SyntaxProblem(name.span, "Expected `(` after USING.")
                continue
            if not found.stops(index + 2) and found.word(index + 2) not in ends:
                continue
            fix = (f"Change to ({name.text})", name.span, f"({name.text})")
            yield SyntaxProblem(token.span, "Expected `(` after USING.", fix=fix)


def calls(found: Shape) -> Iterator[SyntaxProblem]:
    """CAST without AS, EXTRACT without FROM."""
    for index in found.at("CAST", "EXTRACT"):
        token = found.tokens[index]
        word = found.word(index)
        wanted = "AS" if word == "CAST" else "FROM"
        if found.text(index + 1) != "(" or found.text(index + 2) == ")":
            continue
        if word == "EXTRACT" and found.dialect.name != "postgres":
            continue
        inside = range(index + 2, found.partner[index + 1])
        if not any(
            found.word(part) == wanted and found.opener[part] == index + 1 for part in inside
        ):
            yield SyntaxProblem(token.span, f"Expected {wanted} inside {word}(…).")


def directions(found: Shape) -> Iterator[SyntaxProblem]:
    """ASC DESC."""
    for index in found.at("ASC", "DESC"):
        token = found.tokens[index]
        if found.word(index - 1) in ("ASC", "DESC"):
            before = found.tokens[index - 1]
            if found.is_name(index - 2) or found.text(index - 2) == ")":
                yield SyntaxProblem(token.span, f"{token.text} can't follow {before.text}.")


def conflicts(found: Shape) -> Iterator[SyntaxProblem]:
    """DO UPDATE without SET."""
    for index in found.at("UPDATE"):
        token = found.tokens[index]
        if found.word(index - 1) == "DO":
            if found.word(index + 1) != "SET" and "CONFLICT" in found.words[:index]:
                yield SyntaxProblem(token.span, "Expected SET after DO UPDATE.")
            elif found.word(index - 2) == "CONFLICT" and found.dialect.name == "postgres":
                span = found.tokens[index - 2].span
                yield SyntaxProblem(span, "DO UPDATE needs the conflicting columns in parentheses.")


def endings(found: Shape) -> Iterator[SyntaxProblem]:
    """ALTER TABLE … ADD COLUMN, DROP TABLE and the like that stop too early."""
    first, last = found.word(0), len(found.tokens) - 1
    ends = {"ALTER": _ALTER_ENDS, "DROP": _UNFINISHED, "TRUNCATE": frozenset({"TABLE"})}.get(first)
    if first == "CREATE" and "INDEX" in found.words[:3]:
        ends = frozenset({"INDEX", "ON", "UNIQUE"})
    if found.dialect.name == "sqlite" and first == "TRUNCATE":
        return
    if ends and last > 0 and found.word(last) in ends:
        if found.text(last - 1) == "=":
            return  # ALTER USER u SET row_security = ON
        if found.word(1) == "SYSTEM" or found.word(last - 1) in ("TO", "BY", "COLUMN", "TABLE"):
            return
        yield SyntaxProblem(
            found.tokens[last].span, f"Something is missing after {found.text(last)}."
        )


def views(found: Shape) -> Iterator[SyntaxProblem]:
    """CREATE VIEW v SELECT …, CREATE VIEW v (SELECT …)."""
    if found.word(0) != "CREATE":
        return
    place = next((index for index in range(1, 6) if found.word(index) == "VIEW"), -1)
    if place < 0 or not found.is_name(place + 1):
        return
    index = place + 2
    if found.text(index) == "(" and found.word(index + 1) not in ("SELECT", "WITH"):
        index = found.partner[index] + 1
    if found.text(index) == "(" and found.dialect.name == "duckdb":
        return
    if "SELECT" in (found.word(index), found.word(index + 1)) and found.word(index) in (
        "SELECT",
        "",
    ):
        before = found.tokens[index - 1]
        written = as_case(found.tokens[0], "AS")
        fix = (f"Add {written}", Span(before.end, before.end), f" {written}")
        yield SyntaxProblem(found.tokens[index].span, "Expected AS before SELECT.", fix=fix)


CHECKS = (windows, joins, calls, directions, conflicts)
DEFINITIONS = (endings, views, calls)
