"""Clauses and words of other engines, in PostgreSQL, SQLite and DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sureql.syntax.habits import title
from sureql.syntax.problem import SyntaxProblem
from sureql.syntax.shape import Shape
from sureql.syntax.statement_parts import as_case
from sureql.syntax.tokens import Kind
from sureql.text.span import Span

_HINTS = frozenset(
    "NOLOCK READPAST ROWLOCK TABLOCK TABLOCKX UPDLOCK XLOCK HOLDLOCK READUNCOMMITTED".split()  # noqa: SIM905
)
_LITERALS = (Kind.STRING, Kind.NUMBER, Kind.PARAMETER)
_SIDES = frozenset({"LEFT", "RIGHT", "FULL"})


def selects(found: Shape) -> Iterator[SyntaxProblem]:
    """TOP 10, table hints, QUALIFY, MINUS, WITH ROLLUP, FETCH FIRST, FOR UPDATE."""
    name, engine = found.dialect.name, title(found.dialect)
    for index in found.at("TOP", "WITH", "MINUS", "QUALIFY", "FETCH", "FOR"):
        token = found.tokens[index]
        word, following = found.word(index), found.word(index + 1)
        behind = found.tokens[index + 1] if index + 1 < len(found.tokens) else token
        if word == "TOP" and found.word(index - 1) in ("SELECT", "DISTINCT", "ALL"):
            if behind.kind is Kind.NUMBER and not found.stops(index + 2):
                span = Span(token.start, behind.end)
                message = f"{engine} has no TOP: write LIMIT {behind.text} at the end."
                yield SyntaxProblem(span, message)
        elif word == "WITH" and found.text(index + 1) == "(" and found.word(index + 2) in _HINTS:
            last = found.tokens[max(found.partner[index + 1], index + 2)]
            span = Span(token.start, last.end)
            before = found.tokens[index - 1].end if index else token.start
            fix = ("Remove the hint", Span(before, last.end), "")
            message = f"{engine} has no table hints: leave this one out."
            yield SyntaxProblem(span, message, fix=fix)
        elif word == "MINUS" and following == "SELECT" and index:
            written = as_case(token, "EXCEPT")
            fix = (f"Change to {written}", token.span, written)
            yield SyntaxProblem(token.span, f"{engine} writes EXCEPT for MINUS.", fix=fix)
        elif word == "WITH" and following in ("ROLLUP", "CUBE") and index > 2:
            span = Span(token.start, behind.end)
            advice = "" if name == "sqlite" else f": write GROUP BY {following} (…)"
            yield SyntaxProblem(span, f"{engine} has no WITH {following}{advice}.")
        elif word == "QUALIFY" and name in ("postgres", "sqlite") and _has_condition(found, index):
            message = f"{engine} has no QUALIFY: filter in a query around this one."
            yield SyntaxProblem(token.span, message)
        elif word == "FETCH" and following in ("FIRST", "NEXT") and name == "sqlite":
            span = Span(token.start, behind.end)
            yield SyntaxProblem(span, "SQLite has no FETCH: use LIMIT.")
        elif word == "FOR" and following in ("UPDATE", "SHARE") and name != "postgres":
            span = Span(token.start, behind.end)
            message = f"{engine} has no FOR {following}: leave it out."
            problem = SyntaxProblem(span, message)
            if index and index + 2 == len(found.tokens):
                gone = Span(found.tokens[index - 1].end, behind.end)
                problem = replace(problem, fix=(f"Remove FOR {following}", gone, ""))
            yield problem


def _has_condition(found: Shape, index: int) -> bool:
    """True if QUALIFY at `index` is followed by a condition, so that it is no alias."""
    after = found.text(index + 2)
    return found.is_name(index + 1) and (after == "(" or after in ("=", "<", ">", "<=", ">=", "."))


def joins(found: Shape) -> Iterator[SyntaxProblem]:
    """CROSS APPLY, OUTER JOIN without a side, INNER LEFT JOIN, LEFT t ON."""
    engine = title(found.dialect)
    for index in found.at("CROSS", "OUTER", "INNER", *_SIDES):
        token = found.tokens[index]
        word, following, before = found.word(index), found.word(index + 1), found.word(index - 1)
        if index + 1 >= len(found.tokens):
            return
        span = Span(token.start, found.tokens[index + 1].end)
        if word in ("CROSS", "OUTER") and following == "APPLY":
            if found.text(index + 2) != "(" and not found.is_name(index + 2):
                continue
            advice = "CROSS JOIN LATERAL" if word == "CROSS" else "LEFT JOIN LATERAL … ON true"
            advice = "a join" if found.dialect.name == "sqlite" else advice
            yield SyntaxProblem(span, f"{engine} has no {word} APPLY: use {advice}.")
        elif word == "OUTER" and following == "JOIN" and before not in _SIDES:
            yield SyntaxProblem(token.span, "Expected LEFT, RIGHT or FULL before OUTER JOIN.")
        elif word in (*_SIDES, "INNER") and following in (*_SIDES, "INNER"):
            if found.word(index + 2) in ("JOIN", "OUTER"):
                yield SyntaxProblem(span, f"A join can't be {word} and {following} at once.")
        elif word in (*_SIDES, "INNER") and found.is_name(index + 1):
            if following in ("JOIN", "OUTER") or found.text(index - 1) == ".":
                continue
            end = index + 2 + (found.word(index + 2) == "AS")
            if found.word(end) in ("ON", "USING") or (
                found.is_name(end) and found.word(end + 1) in ("ON", "USING")
            ):
                written = as_case(token, "JOIN")
                fix = (f"Add {written}", Span(token.end, token.end), f" {written}")
                yield SyntaxProblem(token.span, f"Expected JOIN after {word}.", fix=fix)


def changes(found: Shape) -> Iterator[SyntaxProblem]:
    """INSERT … SET, ON DUPLICATE KEY, several tables in UPDATE, LIMIT in UPDATE and DELETE."""
    engine, first = title(found.dialect), found.word(0)
    top = [index for index in range(len(found.tokens)) if found.opener[index] < 0]
    if first == "INSERT":
        for index in top:
            words = tuple(found.word(place) for place in range(index, index + 3))
            span = found.tokens[index].span
            if words == ("ON", "DUPLICATE", "KEY"):
                span = Span(span.start, found.tokens[index + 2].end)
                message = f"{engine} has no ON DUPLICATE KEY: use ON CONFLICT … DO UPDATE SET."
                yield SyntaxProblem(span, message)
            elif (
                words[0] == "SET" and index == _behind_table(found) and found.text(index + 2) == "="
            ):
                message = f"{engine} has no INSERT … SET: use (columns) VALUES (values)."
                yield SyntaxProblem(span, message)
    elif first in ("UPDATE", "DELETE"):
        place = next((index for index in top if found.word(index) == "SET"), -1)
        for index in top[1:]:
            token, word = found.tokens[index], found.word(index)
            joined = token.text == "," or (word == "JOIN" and found.word(0) == "UPDATE")
            if first == "UPDATE" and index < place and joined:
                message = "UPDATE changes one table: name the others in FROM behind SET."
                yield SyntaxProblem(token.span, message)
                return
            if found.dialect.name == "sqlite":
                continue
            acts = word == "LIMIT" or (word == "ORDER" and found.word(index + 1) == "BY")
            if acts and found.word(index - 1) != "AS":
                name = "ORDER BY" if word == "ORDER" else word
                yield SyntaxProblem(token.span, f"{engine} has no {name} in {first}.")
                return


def _behind_table(found: Shape) -> int:
    """The index behind the table's name in INSERT INTO."""
    index = 3
    while found.text(index) == ".":
        index += 2
    return index


def of_sqlite(found: Shape) -> Iterator[SyntaxProblem]:
    """`::`, ILIKE, an alias without AS in UPDATE and DELETE, OFFSET without LIMIT: not in SQLite."""
    if found.dialect.name != "sqlite":
        return
    for index, token in enumerate(found.tokens):
        word = found.word(index)
        after = found.tokens[index + 1] if index + 1 < len(found.tokens) else None
        if token.text == "::" and not _in_parameter(found, index):
            yield SyntaxProblem(token.span, "SQLite has no `::`: use CAST(… AS type).")
        elif word == "ILIKE" and after is not None and after.kind in _LITERALS and index:
            written = as_case(token, "LIKE")
            fix = (f"Change to {written}", token.span, written)
            yield SyntaxProblem(token.span, "SQLite has no ILIKE: LIKE ignores case.", fix=fix)
        elif word == "OFFSET" and after is not None and after.kind in _LITERALS:
            level = found.opener[index]
            words = (found.word(at) for at in range(level + 1, index) if found.opener[at] == level)
            if "LIMIT" not in words and found.word(0) in ("SELECT", "WITH"):
                yield SyntaxProblem(token.span, "SQLite wants LIMIT before OFFSET.")
    place = {"DELETE": 2, "UPDATE": 1}.get(found.word(0), 0)
    if place and found.is_name(place) and found.is_name(place + 1):
        name, alias = found.tokens[place], found.tokens[place + 1]
        if alias.text.lower() not in found.dialect.reserved and found.word(place + 2) in (
            "SET",
            "WHERE",
        ):
            fix = ("Add AS", Span(name.end, name.end), f" {as_case(found.tokens[0], 'AS')}")
            yield SyntaxProblem(alias.span, "SQLite wants AS before this alias.", fix=fix)


def _in_parameter(found: Shape, index: int) -> bool:
    """True for `:name::part`, which is one parameter in SQLite."""
    while found.text(index) == "::":
        index -= 2
    return found.tokens[index + 1].kind is Kind.PARAMETER


def words(found: Shape) -> Iterator[SyntaxProblem]:
    """RLIKE, REGEXP, DIV and MOD between two operands, NOT before an operator."""
    name, engine = found.dialect.name, title(found.dialect)
    for index in found.at("RLIKE", "REGEXP", "DIV", "MOD", "NOT", first=1, behind=1):
        token, word, behind = found.tokens[index], found.word(index), found.tokens[index + 1]
        before = found.tokens[index - 1]
        operand = (
            before.kind in (Kind.QUOTED, *_LITERALS)
            or before.text == ")"
            or (before.kind is Kind.WORD and before.text.lower() not in found.dialect.reserved)
        )
        if not operand:
            continue
        if word in ("RLIKE", "REGEXP") and behind.kind is Kind.STRING and behind.text[0] == "'":
            if name == "postgres":
                fix = ("Change to ~*", token.span, "~*")
                message = f"PostgreSQL has no {word}: match with `~` or `~*`."
                yield SyntaxProblem(token.span, message, fix=fix, sure=False)
            elif name == "duckdb" or word == "RLIKE":
                advice = "regexp_matches(…)" if name == "duckdb" else "REGEXP"
                yield SyntaxProblem(token.span, f"{engine} has no {word}: use {advice}.")
        elif word in ("DIV", "MOD") and behind.kind is Kind.NUMBER:
            written = "/" if word == "DIV" else "%"
            fix = (f"Change to {written}", token.span, written)
            yield SyntaxProblem(token.span, f"{engine} writes `{written}` for {word}.", fix=fix)
        elif word == "NOT" and behind.text in ("=", "<", ">", "<=", ">=", "<>", "!="):
            span = Span(token.start, behind.end)
            better = {"=": "<>", "<": ">=", ">": "<=", "<=": ">", ">=": "<"}.get(behind.text, "=")
            fix = (f"Change to {better}", span, better)
            message = f"NOT can't stand before `{behind.text}`: write `{better}`."
            yield SyntaxProblem(span, message, fix=fix)
        elif word == "NOT" and found.word(index + 1) == "IS":
            span = Span(token.start, behind.end)
            written = as_case(token, "IS NOT")
            fix = (f"Change to {written}", span, written)
            yield SyntaxProblem(span, "Write IS NOT instead of NOT IS.", fix=fix)


CHECKS = (selects, joins, changes, of_sqlite, words)
