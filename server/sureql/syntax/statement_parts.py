"""What a statement must begin with and hold: INSERT INTO, UPDATE … SET, WITH … AS, VALUES (…)."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz.distance import OSA

from sureql.syntax.dialects import Dialect
from sureql.syntax.habits import title
from sureql.syntax.problem import SyntaxProblem
from sureql.syntax.shape import Shape
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

_FIRST = {
    "postgres": """ABORT ALTER ANALYSE ANALYZE BEGIN CALL CHECKPOINT CLOSE CLUSTER COMMENT COMMIT COPY
        CREATE DEALLOCATE DECLARE DELETE DISCARD DO DROP END EXECUTE EXPLAIN FETCH GRANT IMPORT INSERT
        LISTEN LOAD LOCK MERGE MOVE NOTIFY PREPARE REASSIGN REFRESH REINDEX RELEASE REPACK RESET REVOKE
        ROLLBACK SAVEPOINT SECURITY SELECT SET SHOW START TABLE TRUNCATE UNLISTEN UPDATE VACUUM VALUES
        WAIT WITH""",
    "sqlite": """ALTER ANALYZE ATTACH BEGIN COMMIT CREATE DELETE DETACH DROP END EXPLAIN INSERT PRAGMA
        REINDEX RELEASE REPLACE ROLLBACK SAVEPOINT SELECT UPDATE VACUUM VALUES WITH""",
}
# More than these may begin a statement in DuckDB: its extensions bring words of their own.
_DUCKDB_FIRST = frozenset(
    """ABORT ALTER ANALYZE ATTACH BEGIN CALL CHECKPOINT COMMENT COMMIT COPY CREATE DEALLOCATE DELETE
    ANALYSE DESC DESCRIBE DETACH DROP END EXECUTE EXPLAIN EXPORT FORCE FROM IMPORT INSERT INSTALL LOAD MERGE
    PIVOT PIVOT_LONGER PIVOT_WIDER PRAGMA PREPARE RESET ROLLBACK SELECT SET SHOW START SUMMARIZE TABLE
    TRUNCATE UNINSTALL UNPIVOT UPDATE USE VACUUM VALUES WITH""".split()  # noqa: SIM905
)
_CREATED = {
    "postgres": """ACCESS AGGREGATE CAST COLLATION CONSTRAINT CONVERSION DATABASE DEFAULT DOMAIN EVENT
        EXTENSION FOREIGN FUNCTION GLOBAL GROUP INDEX LANGUAGE LOCAL MATERIALIZED OPERATOR OR POLICY
        PROCEDURAL PROCEDURE PROPERTY PUBLICATION RECURSIVE ROLE RULE SCHEMA SEQUENCE SERVER STATISTICS
        SUBSCRIPTION TABLE TABLESPACE TEMP TEMPORARY TEXT TRANSFORM TRIGGER TRUSTED TYPE UNIQUE UNLOGGED
        USER VARIABLE VIEW""",
    "sqlite": "INDEX TABLE TEMP TEMPORARY TRIGGER UNIQUE VIEW VIRTUAL",
}
_FIRST_WORDS = {name: frozenset(words.split()) for name, words in _FIRST.items()}
_CREATED_WORDS = {name: frozenset(words.split()) for name, words in _CREATED.items()}


def beginning(found: Shape) -> Iterator[SyntaxProblem]:
    """A first word that begins no statement, or what can't be created."""
    first = _FIRST_WORDS.get(found.dialect.name)
    if first is None and found.dialect.name != "duckdb":
        return
    index = 0
    while found.text(index) == "(":
        index += 1
    if index >= len(found.tokens) or found.tokens[index].kind is not Kind.WORD:
        return
    token = found.tokens[index]
    if first is None:
        # Extensions bring statements of their own: only what is certainly a select list counts.
        if token.upper == "REPLACE" and found.word(index + 1) == "INTO":
            written = as_case(token, "INSERT OR REPLACE")
            fix = (f"Change to {written}", token.span, written)
            yield SyntaxProblem(token.span, "DuckDB writes INSERT OR REPLACE.", fix=fix)
        elif token.upper not in _DUCKDB_FIRST and _lacks_select(found, index):
            yield _add_select(found, index)
    elif token.upper not in first and found.text(index + 1) in (",", "."):
        yield _add_select(found, index)
    elif token.upper not in first and _lacks_select(found, index):
        yield _misspelt(token, first) or _add_select(found, index)
    elif token.upper not in first:
        half_typed = len(found.tokens) == index + 1
        yield (None if half_typed else _misspelt(token, first)) or SyntaxProblem(
            token.span, f"No statement begins with `{token.text[:30]}`."
        )
    elif token.upper == "CREATE" and len(found.tokens) > 1 and found.word(1):
        thing = found.tokens[1]
        things = _CREATED_WORDS[found.dialect.name]
        misspelt = None if thing.upper in things else _misspelt(thing, things)
        if misspelt:
            yield misspelt


def _lacks_select(found: Shape, index: int) -> bool:
    """True if the token at `index` begins a select list whose SELECT is missing."""
    if found.text(index + 1) in (",", "."):
        return True
    level = found.opener[index]
    here = {found.words[at] for at in range(index, len(found.words)) if found.opener[at] == level}
    operand = found.text(index + 1) == "(" or found.word(index) == "DISTINCT"
    return "FROM" in here and "SELECT" not in here and (operand or found.word(index + 1) == "FROM")


def _add_select(found: Shape, index: int) -> SyntaxProblem:
    token = found.tokens[index]
    lower = any(one.text == "from" for one in found.tokens)
    written = "select" if lower else "SELECT"
    fix = (f"Add {written}", Span(token.start, token.start), f"{written} ")
    return SyntaxProblem(token.span, f"Expected SELECT before `{token.text[:30]}`.", fix=fix)


def begins(token: Token, dialect: Dialect) -> bool:
    """True if a statement of `dialect` may certainly begin with `token`."""
    return token.upper in _FIRST_WORDS.get(dialect.name, _DUCKDB_FIRST)


def _misspelt(token: Token, meant: frozenset[str]) -> SyntaxProblem | None:
    allowed = 2 if len(token.text) >= 6 else 1
    scored = sorted((OSA.distance(token.upper, word), word) for word in meant)
    distance, word = scored[0]
    if distance > allowed or len(token.text) < 3 or (len(scored) > 1 and scored[1][0] == distance):
        return None
    written = as_case(token, word)
    return SyntaxProblem(
        token.span,
        f"Unknown word `{token.text}`: did you mean {word}?",
        fix=(f"Change to {written}", token.span, written),
    )


def phrases(found: Shape) -> Iterator[SyntaxProblem]:
    """GROUP and ORDER without BY, WITH … ( without AS."""
    for index in found.at("GROUP", "ORDER"):
        token = found.tokens[index]
        word = found.word(index)
        if found.word(index + 1) == "BY":
            continue
        if found.word(index - 1) in ("AS", "WITHIN") or found.text(index + 1) in (".", ")", ","):
            continue
        written = as_case(token, f"{word} BY")
        yield SyntaxProblem(
            token.span,
            f"Expected BY after {word}.",
            fix=(f"Change to {written}", token.span, written),
        )
    if found.word(0) == "WITH":
        index = 2 if found.word(1) == "RECURSIVE" else 1
        body = found.word(index + 2)
        named = found.word(index) != "AS" and found.text(index + 1) == "("
        if named and body in (
            "SELECT",
            "WITH",
            "INSERT",
            "UPDATE",
            "DELETE",
        ):
            yield _add_after(found.tokens[index], "AS", found.tokens[0])


def changes(found: Shape) -> Iterator[SyntaxProblem]:
    """INSERT without INTO, DELETE without FROM, UPDATE without SET."""
    tokens = found.tokens
    first = found.word(0)
    if first == "DELETE" and found.word(2) == "FROM":
        return  # DELETE t FROM t is told elsewhere.
    if first == "DELETE" and found.is_name(1) and found.word(1) != "FROM":
        misspelt = _misspelt(tokens[1], frozenset({"FROM"})) if found.is_name(2) else None
        yield misspelt or _add_after(tokens[0], "FROM")
    elif first == "INSERT" and found.word(1) == "IGNORE" and found.word(2) == "INTO":
        advice = "INSERT OR IGNORE" if found.dialect.name == "sqlite" else "ON CONFLICT DO NOTHING"
        engine = title(found.dialect)
        yield SyntaxProblem(tokens[1].span, f"{engine} has no INSERT IGNORE: write {advice}.")
    elif (
        first == "INSERT" and found.is_name(1) and found.word(1) not in ("INTO", "OR", "OVERWRITE")
    ):
        yield _add_after(tokens[0], "INTO")
    elif first == "INSERT" and found.word(1) == "INTO" and found.text(2) == "(":
        yield SyntaxProblem(tokens[1].span, "Expected a table name after INTO.")
    elif first == "UPDATE" and len(tokens) > 1:
        yield from _assignments(found)


def _assignments(found: Shape) -> Iterator[SyntaxProblem]:
    tokens = found.tokens
    if found.word(1) == "SET" and found.is_name(2) and found.text(3) == "=":
        yield SyntaxProblem(tokens[0].span, "Expected a table name after UPDATE.")
        return
    top = [index for index in range(len(tokens)) if found.opener[index] < 0]
    place = next((index for index in top if found.word(index) == "SET" and index > 1), -1)
    early = next((index for index in top if found.word(index) == "WHERE" and index < place), -1)
    if early > 0:
        yield SyntaxProblem(tokens[place].span, "SET must come before WHERE.")
        return
    if place < 0:
        ends = ("WHERE", "FROM", "RETURNING")
        where = next((index for index in top if found.word(index) in ends), -1)
        if where > 0:
            yield SyntaxProblem(tokens[where].span, f"Expected SET before {found.word(where)}.")
        else:
            yield SyntaxProblem(tokens[-1].span, "Expected SET after the table of UPDATE.")
        return
    if place + 1 >= len(tokens) or found.word(place + 1) in ("WHERE", "FROM", "RETURNING"):
        yield SyntaxProblem(tokens[place].span, "Expected an assignment after SET.")
    elif found.text(place + 1) == "(" and found.text(found.partner[place + 1] + 1) != "=":
        if found.is_name(place + 2) and found.text(place + 3) == "=":
            message = "Assignments stand without parentheses."
            yield SyntaxProblem(tokens[place + 1].span, message)
    elif found.is_name(place + 1) and found.text(place + 2) not in ("=", "==", ".", "["):
        yield SyntaxProblem(
            tokens[place + 1].span, f"Expected `=` after {tokens[place + 1].text[:30]}."
        )


def _add_after(token: Token, word: str, like: Token | None = None) -> SyntaxProblem:
    written = as_case(like or token, word)
    place = Span(token.end, token.end)
    name = token.upper if like is None else token.text
    return SyntaxProblem(
        token.span, f"Expected {word} after {name}.", fix=(f"Add {written}", place, f" {written}")
    )


def as_case(token: Token, word: str) -> str:
    """`word` in lower case if the user writes keywords so."""
    return word.lower() if token.text.islower() else word


def values(found: Shape) -> Iterator[SyntaxProblem]:
    """INSERT … VALUES without a row, or with an empty one."""
    if found.word(0) != "INSERT":
        return
    for index, token in enumerate(found.tokens):
        before = found.word(index - 1)
        if (
            found.word(index) != "VALUES"
            or found.opener[index] >= 0
            or before in ("DEFAULT", "INTO")
        ):
            continue
        if found.text(index + 1) != "(":
            yield SyntaxProblem(token.span, "Expected a row in parentheses after VALUES.")
        elif found.text(index + 2) == ")":
            span = Span(found.tokens[index + 1].start, found.tokens[index + 2].end)
            yield SyntaxProblem(span, "A row of VALUES can't be empty.")


def limits(found: Shape) -> Iterator[SyntaxProblem]:
    """LIMIT 5, 10, which only SQLite and MySQL know."""
    if found.dialect.name == "sqlite":
        return
    for index in found.at("LIMIT", behind=3):
        numbers = (found.tokens[index + 1], found.tokens[index + 3])
        if found.text(index + 2) == "," and all(number.kind is Kind.NUMBER for number in numbers):
            token = found.tokens[index]
            written = as_case(token, f"LIMIT {numbers[1].text} OFFSET {numbers[0].text}")
            span = Span(token.start, numbers[1].end)
            yield SyntaxProblem(
                span,
                "LIMIT takes one number here: write LIMIT … OFFSET ….",
                fix=(f"Change to {written}", span, written),
            )


CHECKS = (phrases, changes, values, limits)
