"""Why sqlglot refused a statement, if that is certain.

In order of certainty: what `grammar_checks` found; a misspelt keyword whose correction makes the
text parse; anything, if the statement holds only words that sqlglot certainly knows. Otherwise
silence: sqlglot does not know all that the engines accept.
"""

from __future__ import annotations

from collections.abc import Callable

from rapidfuzz.distance import OSA

from sureql.syntax import shape, statement_parts
from sureql.syntax.dialects import Dialect
from sureql.syntax.problem import SyntaxProblem
from sureql.syntax.shape import Shape
from sureql.syntax.tokens import Kind, Token

_MOST_TRIALS = 8
_WINDOW = 8  # Tokens before the one that sqlglot stops at.
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
    LIKE ILIKE CUBE GROUPING SETS FILTER WITHIN WINDOW EXCLUDE REPLACE RENAME SAMPLE TABLESAMPLE ASOF SEMI ANTI
    MATERIALIZED SEARCH CYCLE INDEXED ISNULL NOTNULL UNKNOWN OVER PARTITION ROWS RANGE GROUPS NULLS
    FIRST LAST FETCH PERCENT ONLY POSITIONAL PIVOT UNPIVOT ORDINALITY SIMILAR SYMMETRIC DO CONFLICT
    OPERATOR DEFAULT OVERRIDING ANY SOME DOUBLE VARYING ZONE DIV CURRENT NORMALIZED NFC NFD NFKC NFKD""".split()  # noqa: SIM905
)
_CORE_OPERATORS = frozenset({"=", "<", ">", "<=", ">=", "<>", "!=", "+", "-", "*", "/", "||", "::"})
_CORE_DIALECTS = frozenset({"postgres", "sqlite", "duckdb"})
# Keywords, and short words that are one slip away from one but right in some places.
_RIGHT = frozenset({*_KEYWORDS, "NO", "OF", "DO", "TO", "AT", "IF"})
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
    # A column's type may be any words in SQLite: `id INTEGER PRIMRAY KEY` is valid there.
    any_words = dialect.name == "sqlite" and tokens[0].upper == "CREATE"
    typo = None if any_words else misspelt(text, tokens, offset, accepts)
    if typo is not None:
        return typo
    if certain is not None:
        return certain
    return _unexpected(shape.of(tokens, dialect), offset)


def start(
    text: str, tokens: tuple[Token, ...], dialect: Dialect, accepts: Callable[[str], bool]
) -> SyntaxProblem | None:
    """The problem of a text that begins like no statement of its dialect."""
    if statement_parts.begins(tokens[0], dialect):
        return None
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
    for index in [*range(last, max(-1, last - 4), -1), last + 1, 0]:
        token = tokens[index] if index < len(tokens) else None
        if token is None or token.kind is not Kind.WORD or token.upper in _RIGHT:
            continue
        if index and tokens[index - 1].text in (":", "`"):
            continue  # A value in JSON_OBJECTAGG(name: value); a name in foreign quotes.
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
        # Of two letters seldom more than swapped ones are certain: `id` is no misspelt IN.
        and (len(keyword) > 2 or sorted(word) == sorted(keyword) or keyword in ("BY", "ON"))
        and (len(keyword) > 2 or len(word) == len(keyword))
    ]
    return [keyword for _, keyword in sorted(scored)[:3]]


def _unexpected(found: Shape, offset: int) -> SyntaxProblem | None:
    """What sqlglot stopped at, if all around it is within what sqlglot certainly knows."""
    tokens, dialect = found.tokens, found.dialect
    if dialect.name not in _CORE_DIALECTS or tokens[0].upper not in _STARTS:
        return None
    at = next((i for i, token in enumerate(tokens) if offset < token.end), len(tokens) - 1)
    if at == 0:
        return None  # It certainly begins a statement.
    if not all(_is_plain(found, index) for index in range(max(0, at - _WINDOW), at + 2)):
        return None
    if "TABLESAMPLE" in found.words or _values_behind_with(found):
        return None
    level = found.partner[at] if found.text(at) == ")" else found.opener[at]
    while level >= 0:
        name = found.word(level - 1)
        if name in _GRAMMAR_OF_ITS_OWN or name.startswith(("JSON", "XML")):
            return None
        level = found.opener[level]
    token, before = tokens[at], tokens[at - 1]
    if token.text == ")" and before.text == "(":
        return None  # An empty argument list is for the engine to judge.
    if dialect.name == "postgres" and (
        (
            token.upper in _CORE
            and found.may_label(at)
            and (found.stops(at + 1) or found.word(at + 1) in shape.ENDS_CLAUSE)
        )
        or (before.kind is Kind.WORD and before.upper in _CORE and found.may_label(at - 1))
    ):
        return None  # Nearly any word may name an output column there.
    if token.upper == "USING" and at + 1 < len(tokens) and tokens[at + 1].kind is Kind.OPERATOR:
        return None  # ORDER BY name USING >
    if token.upper == "AS" and found.word(found.partner[at - 1] - 1) == "USING":
        return None  # JOIN t USING (id) AS j
    if token.upper == "FROM" and before.text == "*" and found.text(at - 3) == ")":
        return None  # SELECT 1 + (t).* FROM t
    if token.text == "." and tokens[0].upper == "INSERT" and dialect.name == "postgres":
        return None  # Fields of a composite column may be inserted.
    if found.word(1) == "RECURSIVE" and (found.word(2) == "AS" or found.text(2) == "("):
        return None  # A CTE of that name.
    if dialect.name == "sqlite" and tokens[0].upper == "UPDATE" and token.upper == "OR":
        return None  # UPDATE OR IGNORE
    if dialect.name == "duckdb" and "," in (before.text, found.text(at - 2)):
        return None  # Commas may stand at the end of nearly any list there.
    if before.upper == "AS" and dialect.name != "sqlite" and found.may_label(at - 1):
        return None  # Any word may name an output column.
    if token.kind is Kind.STRING and before.kind is not Kind.NUMBER:
        return None  # A literal of any type: `jsonb '{}'`, `char(3) 'abc'`, even `like 'x'`.
    if dialect.name == "sqlite" and token.upper in ("INNER", "LEFT", "RIGHT", "FULL", "CROSS"):
        return None  # Words that SQLite also takes for an alias.
    if at == len(tokens) - 1:
        return SyntaxProblem(
            token.span, f"The statement can't end with `{_short(token)}` like this."
        )
    return SyntaxProblem(token.span, f"Did not expect `{_short(token)}` here.")


def _is_plain(found: Shape, index: int) -> bool:
    """True if sqlglot is to be trusted with the token at `index`."""
    if index >= len(found.tokens):
        return True
    token = found.tokens[index]
    if token.kind is Kind.WORD:
        reserved = token.text.lower() in found.dialect.reserved
        if not found.words[index]:
            return not reserved  # After a dot the engines take any word, sqlglot does not.
        return token.upper in _CORE or not (reserved or token.upper in _GRAMMAR_OF_ITS_OWN)
    if token.kind is Kind.QUOTED:
        return found.text(index + 1) != "("
    if token.kind is Kind.NUMBER:
        return "_" not in token.text and not _touches_name(found, index)
    if token.kind is Kind.OPERATOR:
        return token.text in _CORE_OPERATORS and not _is_part(found, index)
    if token.kind is Kind.PUNCTUATION:
        return token.text in "(),." and not (
            token.text == "."
            and index + 1 < len(found.tokens)
            and found.tokens[index + 1].kind is Kind.NUMBER
        )
    if token.kind is Kind.PARAMETER:
        return not token.text[1:].isdigit()
    return token.kind is not Kind.STRING or token.text.startswith("'")


def _is_part(found: Shape, index: int) -> bool:
    """True if the operator at `index` touches another: PostgreSQL may read them as one."""
    token, sides = found.tokens[index], (index - 1, index + 1)
    return any(
        0 <= side < len(found.tokens)
        and found.tokens[side].kind is Kind.OPERATOR
        and (found.tokens[side].end == token.start or found.tokens[side].start == token.end)
        for side in sides
    )


def _touches_name(found: Shape, index: int) -> bool:
    after = found.tokens[index + 1] if index + 1 < len(found.tokens) else None
    return after is not None and after.start == found.tokens[index].end and found.is_name(index + 1)


def _values_behind_with(found: Shape) -> bool:
    """`WITH … VALUES (…)`, which sqlglot does not know."""
    return (
        any(
            word == "VALUES" and found.text(index - 1) == ")"
            for index, word in enumerate(found.words)
        )
        and "WITH" in found.words
    )


def _short(token: Token) -> str:
    return token.text if len(token.text) <= 30 else token.text[:29] + "…"
