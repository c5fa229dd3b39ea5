"""Phrases that stop too early or go on with the wrong word: BETWEEN, IN, NULLS, FETCH, INTERVAL."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.syntax.habits import title
from sureql.syntax.problem import SyntaxProblem
from sureql.syntax.shape import ENDS_CLAUSE, Shape
from sureql.syntax.statement_parts import as_case
from sureql.syntax.tokens import Kind
from sureql.text.span import Span

_LIKE = frozenset({"LIKE", "ILIKE"})
_ENDS = ENDS_CLAUSE | {"JOIN", "WHEN", "THEN", "ELSE", "END", "OR"}
_FOREIGN = ("CONNECT", "FOR", "LOCK", "(", "SEPARATOR", "AGAINST", "PIVOT", "UNPIVOT")


def betweens(found: Shape) -> Iterator[SyntaxProblem]:
    """BETWEEN 1 TO 2, BETWEEN 1, 2."""
    for index in found.at("BETWEEN"):
        token = found.tokens[index]
        if found.word(index - 1) == "AS" or found.stops(index + 1):
            continue
        level, place = found.opener[index], index + 1
        while place < len(found.tokens) and found.opener[place] >= level:
            word = found.word(place) if found.opener[place] == level else ""
            stops = found.opener[place] == level and found.text(place) in (",", ";")
            if word == "AND" or word in _ENDS or stops or word == "TO":
                break
            if found.text(place) == ")" and found.partner[place] <= index:
                break
            place += 1
        if found.word(place) == "AND" or found.word(place) in ("CASE", "WHEN", "THEN"):
            continue
        if found.word(place) in ("OR", "TO") or found.text(place) == ",":
            wrong = found.tokens[place]
            written = as_case(token, "AND")
            glue = " " if wrong.text == "," else ""
            fix = (f"Change to {written}", wrong.span, glue + written)
            message = f"BETWEEN wants AND, not `{wrong.text}`."
            yield SyntaxProblem(wrong.span, message, fix=fix, sure=False)
        else:
            yield SyntaxProblem(token.span, "BETWEEN needs two values with AND between them.")


def in_lists(found: Shape) -> Iterator[SyntaxProblem]:
    """IN () and IN 1."""
    name = found.dialect.name
    for index in found.at("IN", first=1, behind=1):
        if found.word(found.opener[index] - 1) == "POSITION":
            continue
        token, after = found.tokens[index], found.tokens[index + 1]
        if after.text == "(" and found.text(index + 2) == ")" and name == "postgres":
            span = Span(after.start, found.tokens[index + 2].end)
            yield SyntaxProblem(span, "The list after IN can't be empty.")
        elif after.kind is Kind.NUMBER and name in ("postgres", "sqlite"):
            problem = SyntaxProblem(token.span, "Expected a list in parentheses after IN.")
            if found.stops(index + 2) or found.word(index + 2) in _ENDS | {"AND"}:
                written = f"({after.text})"
                fix = (f"Change to {written}", after.span, written)
                problem = SyntaxProblem(problem.span, problem.message, fix=fix)
            yield problem


def rows(found: Shape) -> Iterator[SyntaxProblem]:
    """VALUES (1) (2), VALUE (1)."""
    inserts = found.word(0) == "INSERT" or "INSERT" in found.words
    for index in found.at("VALUE", "VALUES"):
        token = found.tokens[index]
        word = found.word(index)
        if word == "VALUE" and inserts and found.text(index + 1) == "(" and index > 2:
            if found.text(index - 1) == ")" or found.word(index - 2) == "INTO":
                written = as_case(token, "VALUES")
                fix = (f"Change to {written}", token.span, written)
                message = "Unknown word `VALUE`: did you mean VALUES?"
                yield SyntaxProblem(token.span, message, fix=fix)
        elif word == "VALUES" and found.word(index - 1) == "INTO" and found.text(index + 1) == "(":
            inside = found.tokens[index + 2] if index + 2 < len(found.tokens) else token
            if inside.kind in (Kind.NUMBER, Kind.STRING):
                span = found.tokens[index - 1].span
                yield SyntaxProblem(span, "Expected a table name after INTO.")
        elif word == "VALUES" and found.text(index + 1) == "(":
            closing = found.partner[index + 1]
            while closing > 0 and found.text(closing + 1) == "," and found.text(closing + 2) == "(":
                closing = found.partner[closing + 2]
            if closing > 0 and found.text(closing + 1) == "(":
                before, row = found.tokens[closing], found.tokens[closing + 1]
                fix = ("Add a comma", Span(before.end, before.end), ",")
                yield SyntaxProblem(row.span, "Expected a comma before this row.", fix=fix)


def nulls_last(found: Shape) -> Iterator[SyntaxProblem]:
    """ORDER BY a NULL LAST, ORDER BY a NULLS; IS NOTNULL."""
    for index in found.at("NOTNULL", "ISNULL", "NULL", "NULLS", first=1):
        token, word, after = found.tokens[index], found.word(index), found.word(index + 1)
        if word in ("NOTNULL", "ISNULL") and found.word(index - 1) == "IS":
            written = as_case(token, "NOT NULL" if word == "NOTNULL" else "NULL")
            fix = (f"Change to {written}", token.span, written)
            yield SyntaxProblem(token.span, f"Write {written} after IS.", fix=fix)
        elif word == "NULL" and after in ("FIRST", "LAST") and _orders(found, index):
            written = as_case(token, "NULLS")
            fix = (f"Change to {written}", token.span, written)
            yield SyntaxProblem(token.span, "Unknown order: did you mean NULLS?", fix=fix)
        elif word == "NULLS" and found.stops(index + 1) and _ends_operand(found, index):
            yield SyntaxProblem(token.span, "Expected FIRST or LAST after NULLS.")


def _ends_operand(found: Shape, index: int) -> bool:
    operand = found.is_name(index - 1) or found.text(index - 1) == ")"
    return operand and _orders(found, index)


def _orders(found: Shape, index: int) -> bool:
    """True if `index` stands in ORDER BY, behind an operand."""
    level = found.opener[index]
    if found.word(index - 1) == "BY" or found.text(index - 1) == ",":
        return False
    for before in range(index - 1, level, -1):
        if found.opener[before] == level and (found.words[before] in ENDS_CLAUSE | {"SELECT"}):
            return found.words[before] == "ORDER"
    return False


def fetches(found: Shape) -> Iterator[SyntaxProblem]:
    """FETCH FIRST 5 ROWS without ONLY."""
    if found.dialect.name not in ("postgres", "duckdb") or found.word(0) not in ("SELECT", "WITH"):
        return
    for index in found.at("FETCH"):
        token = found.tokens[index]
        if found.word(index + 1) not in ("FIRST", "NEXT"):
            continue
        rows_at = index + 2 if found.word(index + 2) in ("ROW", "ROWS") else index + 3
        if found.word(rows_at) in ("ROW", "ROWS") and found.text(rows_at + 1) in ("", ")", ";"):
            last = found.tokens[rows_at]
            written = as_case(token, "ONLY")
            fix = (f"Add {written}", Span(last.end, last.end), f" {written}")
            yield SyntaxProblem(last.span, f"Expected ONLY after {last.text}.", fix=fix)


def intervals(found: Shape) -> Iterator[SyntaxProblem]:
    """INTERVAL 1 DAY, in PostgreSQL and SQLite."""
    if found.dialect.name not in ("postgres", "sqlite"):
        return
    for index in found.at("INTERVAL", behind=2):
        token, number = found.tokens[index], found.tokens[index + 1]
        if number.kind is not Kind.NUMBER:
            continue
        if not found.is_name(index + 2):
            continue
        span = Span(token.start, found.tokens[index + 2].end)
        if found.dialect.name == "sqlite":
            message = "SQLite has no INTERVAL: use date(…, '+1 day')."
            yield SyntaxProblem(span, message)
            continue
        written = f"{token.text} '{number.text} {found.text(index + 2)}'"
        message = "PostgreSQL writes an interval as text in quotes."
        yield SyntaxProblem(span, message, fix=(f"Change to {written}", span, written))


def joins(found: Shape) -> Iterator[SyntaxProblem]:
    """NATURAL without JOIN, USING without columns, a query without parentheses after ANY."""
    for index in found.at("NATURAL", "USING", "SELECT", "DISTINCT", first=1):
        token, word = found.tokens[index], found.word(index)
        if word == "NATURAL" and found.is_name(index + 1) and found.is_name(index - 1):
            following = found.word(index + 1)
            table = following.lower() not in found.dialect.reserved
            if table and found.word(index - 1) not in ("FROM", "SELECT", "AS"):
                written = as_case(token, "JOIN")
                fix = (f"Add {written}", Span(token.end, token.end), f" {written}")
                yield SyntaxProblem(token.span, "Expected JOIN after NATURAL.", fix=fix)
        elif word == "USING" and "JOIN" in found.words[:index]:
            if found.text(index + 1) in ("", ")", ";") or found.word(index + 1) in ENDS_CLAUSE:
                message = "Expected columns in parentheses after USING."
                yield SyntaxProblem(token.span, message)
        elif word == "SELECT" and found.word(index - 1) in ("ANY", "SOME", "EXISTS"):
            message = f"Expected `(` after {found.word(index - 1)}."
            yield SyntaxProblem(found.tokens[index - 1].span, message)
        elif word == "DISTINCT" and found.text(index - 1) == "," and found.is_name(index + 1):
            message = "DISTINCT can only stand right after SELECT."
            yield SyntaxProblem(token.span, message)


def patterns(found: Shape) -> Iterator[SyntaxProblem]:
    """LIKE %x%, LIKE 'x' ESCAPE."""
    for index in found.at(*_LIKE, "ESCAPE", first=1):
        token, word = found.tokens[index], found.word(index)
        if word in _LIKE and found.text(index + 1) == "%":
            yield SyntaxProblem(token.span, "A pattern is text: it needs single quotes.")
        elif word == "ESCAPE" and found.stops(index + 1) and found.word(index - 2) in _LIKE:
            yield SyntaxProblem(token.span, "Expected a character after ESCAPE.")


def phrases(found: Shape) -> Iterator[SyntaxProblem]:
    """CONNECT BY, FOR XML, LOCK IN SHARE MODE, (+), SEPARATOR, AGAINST, PIVOT of other engines."""
    engine = title(found.dialect)
    for index in found.at(*_FOREIGN, first=1, behind=1):
        token, word, after = found.tokens[index], found.word(index), found.word(index + 1)
        behind = found.tokens[index + 1]
        span = Span(token.start, behind.end)
        if word == "CONNECT" and after == "BY":
            yield SyntaxProblem(span, f"{engine} has no CONNECT BY: use WITH RECURSIVE.")
        elif word == "FOR" and after in ("XML", "JSON") and found.dialect.name != "duckdb":
            yield SyntaxProblem(span, f"{engine} has no FOR {after}.")
        elif word == "LOCK" and after == "IN" and found.word(index + 2) == "SHARE":
            advice = ": use FOR SHARE" if found.dialect.name == "postgres" else ""
            yield SyntaxProblem(span, f"{engine} has no LOCK IN SHARE MODE{advice}.")
        elif token.text == "(" and behind.text == "+" and found.text(index + 2) == ")":
            if found.is_name(index - 1):
                span = Span(token.start, found.tokens[index + 2].end)
                yield SyntaxProblem(span, f"{engine} has no (+): use LEFT JOIN.")
        elif word == "SEPARATOR" and behind.kind is Kind.STRING and found.opener[index] > 0:
            if not found.stops(index - 1):
                gone = Span(found.tokens[index - 1].end, token.end)
                message = f"{engine} has no SEPARATOR: use a second argument."
                fix = ("Change SEPARATOR to a comma", gone, ",")
                yield SyntaxProblem(span, message, fix=fix, sure=False)
        elif word == "AGAINST" and behind.text == "(" and found.text(index - 1) == ")":
            yield SyntaxProblem(token.span, f"{engine} has no MATCH … AGAINST.")
        elif word in ("PIVOT", "UNPIVOT") and found.dialect.name != "duckdb":
            calls = behind.text == "(" and found.text(index + 3) == "("
            if calls and found.is_name(index - 1):
                yield SyntaxProblem(token.span, f"{engine} has no {word}.")


CHECKS = (
    betweens,
    in_lists,
    rows,
    nulls_last,
    fetches,
    intervals,
    joins,
    patterns,
    phrases,
)
