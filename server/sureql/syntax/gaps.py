"""Words, commas and operators that are certainly missing between two others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sureql.syntax import keywords
from sureql.syntax.problem import SyntaxProblem
from sureql.syntax.shape import ENDS_CLAUSE, Shape
from sureql.syntax.statement_parts import as_case
from sureql.syntax.tokens import Kind
from sureql.text.span import Span

_QUERY_STARTS = frozenset({"SELECT", "WITH", "VALUES", "TABLE", "FROM"})
_CONDITION_STARTS = frozenset({"WHERE", "AND", "OR", "ON", "HAVING"})
_ENDS_CONDITION = ENDS_CLAUSE | {
    "AND", "OR", "JOIN", "LEFT", "RIGHT", "INNER", "FULL", "CROSS", "WINDOW", "OFFSET", "THEN",
}  # fmt: skip
# `bool 'yes'` is a literal of a type, and may be a condition. DuckDB makes one of many types.
_DUCKDB_TYPES = frozenset(
    """DATE TIME TIMESTAMP TIMESTAMPTZ TIMETZ INTERVAL BOOL BOOLEAN INT INT2 INT4 INT8 INTEGER SMALLINT
    BIGINT HUGEINT TINYINT REAL FLOAT FLOAT4 FLOAT8 DOUBLE NUMERIC DECIMAL DEC TEXT VARCHAR CHAR
    CHARACTER BPCHAR STRING BYTEA BLOB BIT UUID JSON INET OID DATETIME MAP LIST STRUCT ENUM GEOMETRY
    UTINYINT USMALLINT UINTEGER UBIGINT UHUGEINT LONG SHORT LOGICAL SIGNED BINARY VARBINARY
    NVARCHAR""".split()  # noqa: SIM905
)
_TYPES = {"postgres": frozenset({"BOOL", "BOOLEAN"}), "duckdb": _DUCKDB_TYPES}
# Words that may stand before a parenthesis that holds a query.
_BEFORE_QUERY = frozenset(
    """IN EXISTS ANY ALL SOME ARRAY AS FROM JOIN LATERAL VALUES UNION EXCEPT INTERSECT NOT AND OR WHERE
    ON HAVING SELECT CASE WHEN THEN ELSE RETURN USING BY SET LIMIT OFFSET BETWEEN LIKE ILIKE GLOB
    REGEXP MATCH IS DISTINCT MATERIALIZED TABLE ESCAPE ZONE SIMILAR TO SYMMETRIC ROWS RANGE GROUPS
    FIRST NEXT INTO RETURNING DEFAULT OVERWRITE INSERT UPDATE QUALIFY CURSOR FOR DO DIV MOD RLIKE
    OVERLAPS ISNULL NOTNULL VARIADIC COLLATE EXPLAIN TIES PIVOT UNPIVOT SUMMARIZE DESCRIBE""".split()  # noqa: SIM905
)


def insert_lists(found: Shape) -> Iterator[SyntaxProblem]:
    """INSERT INTO t (a b) and INSERT INTO t (a) (1)."""
    for index in found.at("INTO"):
        if "INSERT" not in (found.word(index - 1), found.word(0)):
            continue
        opening = _behind_name(found, index + 1)
        inside = found.word(opening + 1)
        if found.text(opening) != "(" or found.partner[opening] < 0:
            continue
        if inside in _QUERY_STARTS or found.text(opening + 1) == "(":
            yield from _query_in_parentheses(found, opening)
            continue
        closing = found.partner[opening]
        for place in range(opening + 1, closing - 1):
            first, second = found.tokens[place], found.tokens[place + 1]
            if found.opener[place] != opening or not found.is_name(place):
                continue
            if second.text == "(":
                yield SyntaxProblem(first.span, "Only names of columns may stand here.")
            elif found.is_name(place + 1):
                fix = ("Add a comma", Span(first.end, first.end), ",")
                message = f"Expected a comma before `{second.text[:30]}`."
                yield SyntaxProblem(second.span, message, fix=fix)
        if found.text(closing + 1) != "(":
            continue
        if found.word(closing + 2) in _QUERY_STARTS or found.text(closing + 2) == "(":
            yield from _query_in_parentheses(found, closing + 1)
            continue
        token, row = found.tokens[closing], found.tokens[closing + 1]
        written = as_case(found.tokens[index], "VALUES")
        fix = (f"Add {written}", Span(token.end, token.end), f" {written}")
        yield SyntaxProblem(row.span, "Expected VALUES before this row.", fix=fix)


def _query_in_parentheses(found: Shape, opening: int) -> Iterator[SyntaxProblem]:
    if found.dialect.name == "sqlite" and found.word(opening + 1) == "SELECT":
        span = found.tokens[opening].span
        yield SyntaxProblem(span, "SQLite takes no parentheses around the query of an INSERT.")


def _behind_name(found: Shape, index: int) -> int:
    """The index behind a table name (with its schema) and an alias with AS."""
    if not found.is_name(index):
        return len(found.tokens)
    index += 1
    while found.text(index) == "." and found.is_name(index + 1):
        index += 2
    if found.word(index) == "AS" and found.is_name(index + 1):
        index += 2
    return index


def comparisons(found: Shape) -> Iterator[SyntaxProblem]:
    """`WHERE name 'x'`: a condition of a name and a string with nothing between them."""
    for index in found.at(*_CONDITION_STARTS, "WHEN", "("):
        if not _starts_condition(found, index):
            continue
        at = index - 1 if found.text(index) == "(" else index
        if found.word(at) == "AND" and _in_between(found, at):
            continue
        place = index + 2 if found.word(index + 1) == "NOT" else index + 1
        last = place
        while found.is_name(last) and found.text(last + 1) == ".":
            last += 2
        if not found.is_name(last) or last + 1 >= len(found.tokens):
            continue
        name, string = found.tokens[last], found.tokens[last + 1]
        if string.kind is not Kind.STRING or string.text[0] != "'":
            continue
        reserved = name.text.lower() in found.dialect.reserved and name.kind is Kind.WORD
        is_type = last == place and name.upper in _TYPES.get(found.dialect.name, ())
        following = last + 2
        if found.text(index) == "(":
            if found.text(following) != ")":
                continue
            following += 1
        if is_type or (reserved and found.words[last]):
            continue
        if found.stops(following) or found.word(following) in _ENDS_CONDITION:
            span = Span(found.tokens[place].start, string.end)
            message = f"Expected an operator before `{_short(string.text)}`."
            fix = ("Add =", Span(name.end, name.end), " =")
            yield SyntaxProblem(span, message, fix=fix, sure=False)


def _starts_condition(found: Shape, index: int) -> bool:
    """True for WHERE, AND …, CASE WHEN, and a parenthesis behind one of them."""
    if found.text(index) == "(":
        return index > 0 and found.text(index - 1) != "(" and _starts_condition(found, index - 1)
    word = found.word(index)  # '' behind a dot.
    return word in _CONDITION_STARTS or (word == "WHEN" and found.word(index - 1) == "CASE")


def _in_between(found: Shape, index: int) -> bool:
    """True if the AND at `index` belongs to a BETWEEN."""
    level = found.opener[index]
    for before in range(index - 1, level, -1):
        if found.opener[before] != level:
            continue
        if found.word(before) == "BETWEEN":
            return True
        if found.word(before) in _CONDITION_STARTS:
            return False
    return False


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:29] + "…"


def subqueries(found: Shape) -> Iterator[SyntaxProblem]:
    """`lower(SELECT …)` and `a (SELECT …)`: a query is no argument without its own parentheses."""
    for index in found.at("(", first=1, behind=1):
        if found.word(index + 1) != "SELECT":
            continue
        word, before = found.word(index - 1), found.word(index - 2)
        if not word or word in _BEFORE_QUERY or word.startswith(("JSON", "XML")):
            continue
        if before in ("INTO", "WITH", "RECURSIVE", "TABLE", "REPLACE", "BY") or word in (
            "WITH",
            "OVER",
        ):
            continue
        if found.text(index - 2) in (",", ".") and (
            found.text(index - 2) == "." or found.opener[index] < 0
        ):
            continue  # `WITH a AS (…), b (SELECT …)` and `INTO s.t (SELECT …)`.
        if word.lower() in keywords.NO_ALIAS.get(found.dialect.name, ()):
            continue
        span = Span(found.tokens[index - 1].start, found.tokens[index + 1].end)
        yield SyntaxProblem(
            span, "This query needs parentheses of its own, or an operator before it."
        )


def common_tables(found: Shape) -> Iterator[SyntaxProblem]:
    """WITH a AS (…) b AS (…): no comma."""
    if found.word(0) != "WITH":
        return
    index = 2 if found.word(1) == "RECURSIVE" else 1
    while index < len(found.tokens):
        body = _behind_head(found, index)
        if body < 0 or found.partner[body] < 0:
            return
        closing = found.partner[body]
        if found.text(closing + 1) == ",":
            index = closing + 2
            lacking = found.text(index + 1) == "(" and found.word(index + 2) in _QUERY_STARTS
            if found.is_name(index) and lacking:
                name = found.tokens[index]
                written = as_case(found.tokens[0], "AS")
                fix = (f"Add {written}", Span(name.end, name.end), f" {written}")
                yield SyntaxProblem(name.span, f"Expected AS after {_short(name.text)}.", fix=fix)
        elif found.is_name(closing + 1) and _behind_head(found, closing + 1) > 0:
            before, name = found.tokens[closing], found.tokens[closing + 1]
            fix = ("Add a comma", Span(before.end, before.end), ",")
            message = f"Expected a comma before `{_short(name.text)}`."
            yield SyntaxProblem(name.span, message, fix=fix)
            index = closing + 1
        else:
            return


def _behind_head(found: Shape, index: int) -> int:
    """The index of the parenthesis of `name (columns) AS MATERIALIZED (`, -1 if it is none."""
    if not found.is_name(index):
        return -1
    place = index + 1
    if found.text(place) == "(" and found.partner[place] > 0:
        place = found.partner[place] + 1
    if found.word(place) != "AS":
        return -1
    place += 1
    while found.word(place) in ("NOT", "MATERIALIZED"):
        place += 1
    return place if found.text(place) == "(" else -1


def aliases(found: Shape) -> Iterator[SyntaxProblem]:
    """FROM t AS order: a reserved word as an alias."""
    reserved = keywords.NO_ALIAS.get(found.dialect.name)
    if reserved is None:
        return
    everywhere = found.dialect.name == "sqlite"
    for index in found.at("AS", first=1, behind=1):
        if found.word(index - 1) == "AS":
            continue
        word, following = found.word(index + 1), found.word(index + 2)
        if word.lower() not in reserved or word == "NOT" or not word:
            continue
        if following == "BY" or word in ("FROM", "WHERE", "JOIN", "ON", "SET"):
            continue  # The alias itself is missing.
        cast = found.word(found.opener[index] - 1) in ("CAST", "TRY_CAST")
        if cast and found.stops(index + 2) and found.dialect.name == "duckdb":
            yield SyntaxProblem(found.tokens[index + 1].span, "Expected a type after AS.")
        elif _names_table(found, index) or (everywhere and _names_column(found, index)):
            token = found.tokens[index + 1]
            written = f'"{token.text}"'
            fix = (f"Change to {written}", token.span, written)
            message = f"`{token.text}` is a reserved word: as a name it needs double quotes."
            yield SyntaxProblem(token.span, message, fix=fix)


def _names_table(found: Shape, index: int) -> bool:
    """True if the AS at `index` stands behind a table of FROM or JOIN."""
    level = found.opener[index]
    for before in range(index - 1, level, -1):
        if found.opener[before] != level:
            continue
        if found.word(before) in ("FROM", "JOIN"):
            return found.word(before - 1) != "DISTINCT"
        if found.word(before) in (
            "SELECT",
            "WITH",
            "SET",
            "WHERE",
            "RETURNING",
            "ON",
            "WINDOW",
            "BY",
        ):
            return False
    return False


def conditions(found: Shape) -> Iterator[SyntaxProblem]:
    """FROM t a = 1 and JOIN t a = b: no WHERE, no ON."""
    for index in found.at("FROM", "JOIN", behind=2):
        word = found.word(index)
        if word == "FROM" and not found.selects(index):
            continue
        place = _behind_relation(found, index + 1)
        if place < 0:
            continue
        if found.word(place) == "AS":
            place += 2
        elif _is_operand(found, place) and not _compared(found, place):
            place += 1
        if not (_is_operand(found, place) and _compared(found, place)):
            continue
        wanted = "ON" if word == "JOIN" else "WHERE"
        token = found.tokens[place]
        level = found.opener[index]
        later = {
            found.words[at] for at in range(place, len(found.words)) if found.opener[at] == level
        }
        message = f"Expected {wanted} before `{_short(token.text)}`."
        problem = SyntaxProblem(token.span, message)
        if word == "JOIN" or "WHERE" not in later:
            written = as_case(found.tokens[index], wanted)
            fix = (f"Add {written}", Span(token.start, token.start), f"{written} ")
            problem = replace(problem, fix=fix)
        yield problem


def _behind_relation(found: Shape, index: int) -> int:
    """The index behind a table's name or a query in parentheses, -1 if it is neither."""
    if found.text(index) == "(":
        return found.partner[index] + 1 if found.partner[index] > 0 else -1
    if not _is_operand(found, index):
        return -1
    while found.text(index + 1) == "." and found.is_name(index + 2):
        index += 2
    if found.text(index + 1) == "(":
        return found.partner[index + 1] + 1 if found.partner[index + 1] > 0 else -1
    return index + 1


def _is_operand(found: Shape, index: int) -> bool:
    """True for a name that is no reserved word."""
    if not found.is_name(index):
        return False
    token = found.tokens[index]
    return token.kind is Kind.QUOTED or token.text.lower() not in found.dialect.reserved


def _compared(found: Shape, index: int) -> bool:
    """True if the name (with its qualifiers) at `index` is compared with something."""
    while found.text(index + 1) == "." and found.is_name(index + 2):
        index += 2
    if found.text(index + 1) in ("=", "<", ">", "<=", ">=", "<>", "!="):
        return True
    following = found.word(index + 1)
    return following in ("BETWEEN", "LIKE", "IN", "IS") and found.text(index + 2) != "("


def _names_column(found: Shape, index: int) -> bool:
    return found.may_label(index)


def from_behind(found: Shape) -> Iterator[SyntaxProblem]:
    """SELECT a WHERE b FROM t."""
    behind: dict[int, str] = {}
    for index in found.at(
        "SELECT", "FROM", "WHERE", "GROUP", "ORDER", "UNION", "INTERSECT", "EXCEPT"
    ):
        token = found.tokens[index]
        word, level = found.word(index), found.opener[index]
        if word in ("SELECT", "FROM", "UNION", "INTERSECT", "EXCEPT"):
            earlier = behind.pop(level, "")
            named = found.word(index - 1) in ("DISTINCT", "AS", "DELETE")
            if word == "FROM" and earlier and not named:
                name = f"{earlier} BY" if earlier in ("GROUP", "ORDER") else earlier
                yield SyntaxProblem(token.span, f"FROM must come before {name}.")
            if word == "FROM":
                continue
            if word == "SELECT":
                behind[level] = ""
            continue
        if level not in behind or behind[level] or found.word(index - 1) == "AS":
            continue
        if word == "WHERE" or (word in ("GROUP", "ORDER") and found.word(index + 1) == "BY"):
            behind[level] = word


CHECKS = (
    insert_lists,
    comparisons,
    subqueries,
    common_tables,
    from_behind,
)
# What these find lets other checks stumble somewhere before it.
FIRST = (aliases, conditions)
