"""Why sqlglot refused a statement, if that is certain.

In order of certainty: what `grammar_checks` found; a misspelt keyword whose correction makes the
text parse; anything, if the statement holds only words that sqlglot certainly knows. Otherwise
silence: sqlglot does not know all that the engines accept.
"""

from __future__ import annotations

from collections.abc import Callable

from rapidfuzz.distance import OSA

from sureql.syntax.dialects import Dialect
from sureql.syntax.problem import SyntaxProblem
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

_MOST_TRIALS = 8
_KEYWORDS = tuple(
    """SELECT FROM WHERE GROUP ORDER BY HAVING LIMIT OFFSET JOIN LEFT RIGHT INNER OUTER CROSS FULL ON
    AND OR NOT IN IS NULL AS LIKE BETWEEN INSERT INTO VALUES UPDATE SET DELETE CREATE TABLE VIEW INDEX
    ALTER DROP COLUMN UNION ALL EXCEPT INTERSECT RETURNING WITH USING DISTINCT EXISTS CASE WHEN THEN
    ELSE END ASC DESC PRIMARY KEY REFERENCES DEFAULT UNIQUE FOREIGN CONSTRAINT NATURAL RECURSIVE
    PARTITION OVER CONFLICT NOTHING""".split()  # noqa: SIM905
)
# A statement of only these words and of names is within what sqlglot knows by heart.
_CORE = frozenset(
    """SELECT FROM WHERE GROUP ORDER BY HAVING LIMIT OFFSET JOIN LEFT RIGHT INNER OUTER CROSS FULL ON
    AND OR NOT IN IS NULL AS LIKE BETWEEN INSERT INTO VALUES UPDATE SET DELETE UNION ALL EXCEPT
    INTERSECT RETURNING WITH USING DISTINCT EXISTS CASE WHEN THEN ELSE END ASC DESC TRUE FALSE
    RECURSIVE""".split()  # noqa: SIM905
)
# Functions whose arguments are no plain list, and words that begin a construct in some place.
_GRAMMAR_OF_ITS_OWN = frozenset(
    """CAST TRY_CAST CONVERT TRY_CONVERT EXTRACT TRIM LTRIM RTRIM SUBSTRING OVERLAY POSITION CEIL FLOOR
    JSON_OBJECT JSON_ARRAY JSON_TABLE JSON_VALUE JSON_QUERY XMLELEMENT XMLTABLE NORMALIZE STRING_AGG
    GROUP_CONCAT LISTAGG ARRAY_AGG DECODE MATCH OPENJSON PREDICT VALUES STRUCT COLUMNS UNNEST INTERVAL
    DATE TIME TIMESTAMP TIMESTAMPTZ ROW ARRAY MAP LAMBDA ESCAPE COLLATE GLOB REGEXP AT OVERLAPS ROLLUP
    CUBE GROUPING SETS FILTER WITHIN WINDOW EXCLUDE REPLACE RENAME SAMPLE TABLESAMPLE ASOF SEMI ANTI
    MATERIALIZED SEARCH CYCLE INDEXED ISNULL NOTNULL UNKNOWN OVER PARTITION ROWS RANGE GROUPS NULLS
    FIRST LAST FETCH PERCENT ONLY POSITIONAL PIVOT UNPIVOT ORDINALITY SIMILAR SYMMETRIC DO CONFLICT
    DEFAULT OVERRIDING ANY SOME DOUBLE VARYING ZONE""".split()  # noqa: SIM905
)
_CORE_OPERATORS = frozenset({"=", "<", ">", "<=", ">=", "<>", "!=", "+", "-", "*", "/", "||"})
_CORE_DIALECTS = frozenset({"postgres", "sqlite", "duckdb"})
_STARTS = frozenset({"SELECT", "WITH", "INSERT", "UPDATE", "DELETE"})


def explain(
    text: str,
    tokens: tuple[Token, ...],
    dialect: Dialect,
    offset: int,
    certain: SyntaxProblem | None,
    accepts: Callable[[str], bool],
) -> SyntaxProblem | None:
    """The problem of `text`, which sqlglot refused at `offset`; None if it may be valid.

    `certain` is what the grammar checks found, `accepts` asks sqlglot about another text.
    """
    typo = misspelt(text, tokens, offset, accepts)
    if typo is not None:
        return typo
    if certain is not None:
        return certain
    if _is_plain(tokens, dialect):
        return _unexpected(tokens, offset)
    return None


def start(
    text: str, tokens: tuple[Token, ...], dialect: Dialect, accepts: Callable[[str], bool]
) -> SyntaxProblem | None:
    """The problem of a text that begins like no statement of its dialect."""
    typo = misspelt(text, tokens, 0, accepts)
    if typo is not None or dialect.name not in _CORE_DIALECTS or tokens[0].kind is not Kind.WORD:
        return typo
    return SyntaxProblem(tokens[0].span, f"No statement begins with `{_short(tokens[0])}`.")


def misspelt(
    text: str, tokens: tuple[Token, ...], offset: int, accepts: Callable[[str], bool]
) -> SyntaxProblem | None:
    """A misspelt keyword at or shortly before `offset`, if correcting it is all that is needed."""
    near = [index for index, token in enumerate(tokens) if token.start <= offset]
    last = near[-1] if near else 0
    trials = 0
    for index in [*range(last, max(-1, last - 4), -1), 0]:
        token = tokens[index] if index < len(tokens) else None
        if token is None or token.kind is not Kind.WORD or token.upper in _KEYWORDS:
            continue
        for word in _meant(token.upper):
            trials += 1
            if trials > _MOST_TRIALS:
                return None
            written = word.lower() if token.text.islower() else word
            if accepts(text[: token.start] + written + text[token.end :]):
                return SyntaxProblem(
                    token.span,
                    f"Unknown word `{token.text}`: did you mean {word}?",
                    fix=(f"Change to {written}", token.span, written),
                )
    return None


def _meant(word: str) -> list[str]:
    """Keywords one slip away from `word`, two for long ones; closest first."""
    if len(word) < 2:
        return []
    allowed = 2 if len(word) >= 6 else 1
    scored = [
        (distance, keyword)
        for keyword in _KEYWORDS
        if abs(len(keyword) - len(word)) <= allowed
        and (distance := OSA.distance(word, keyword)) <= allowed
        and (len(keyword) > 2 or len(word) == len(keyword))
    ]
    return [keyword for _, keyword in sorted(scored)[:3]]


def _is_plain(tokens: tuple[Token, ...], dialect: Dialect) -> bool:
    """True if the statement holds nothing that sqlglot might not know."""
    if dialect.name not in _CORE_DIALECTS or tokens[0].upper not in _STARTS:
        return False
    for index, token in enumerate(tokens):
        if token.kind is Kind.WORD:
            reserved = token.upper.lower() in dialect.reserved
            if reserved and token.upper not in _CORE:
                return False
            if token.upper in _GRAMMAR_OF_ITS_OWN:
                return False
        elif token.kind is Kind.OPERATOR:
            if token.text not in _CORE_OPERATORS:
                return False
        elif token.kind is Kind.PUNCTUATION:
            if token.text not in "(),.":
                return False
        elif token.kind is Kind.STRING and not token.text.startswith("'"):
            return False
        if token.text == "." and index + 1 < len(tokens) and tokens[index + 1].kind is Kind.NUMBER:
            return False
    return True


def _unexpected(tokens: tuple[Token, ...], offset: int) -> SyntaxProblem:
    at = next((token for token in tokens if token.start <= offset < token.end), None)
    if at is None or at is tokens[-1]:
        last = tokens[-1]
        return SyntaxProblem(last.span, f"The statement can't end with `{_short(last)}` like this.")
    return SyntaxProblem(Span(at.start, at.end), f"Did not expect `{_short(at)}` here.")


def _short(token: Token) -> str:
    return token.text if len(token.text) <= 30 else token.text[:29] + "…"
