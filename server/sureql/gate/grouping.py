"""The GROUP BY that columns beside an aggregate need."""

from __future__ import annotations

from collections.abc import Sequence

from sureql.gate import levels
from sureql.gate.closing import Part
from sureql.gate.supply import is_plain_name
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token

AGGREGATES = frozenset(
    [
        "COUNT",
        "SUM",
        "AVG",
        "MIN",
        "MAX",
        "STRING_AGG",
        "ARRAY_AGG",
        "GROUP_CONCAT",
        "TOTAL",
        "JSON_AGG",
        "JSONB_AGG",
        "LIST",
        "JSON_OBJECT_AGG",
        "BOOL_AND",
        "BOOL_OR",
        "EVERY",
        "STDDEV",
        "STDDEV_POP",
        "STDDEV_SAMP",
        "VARIANCE",
        "VAR_POP",
        "VAR_SAMP",
        "MEDIAN",
        "MODE",
        "PERCENTILE_CONT",
        "PERCENTILE_DISC",
        "FIRST",
        "LAST",
        "ANY_VALUE",
        "ARG_MAX",
        "ARG_MIN",
        "JSON_GROUP_ARRAY",
        "JSON_GROUP_OBJECT",
        "APPROX_COUNT_DISTINCT",
    ]
)
# These engines take any column beside an aggregate.
_LAX_GROUPING = frozenset(("sqlite", "mysql"))
_GROUPABLE = frozenset(("select", "from", "on", "where", "group"))


def groups(tokens: Sequence[Token], parts: Sequence[Part], dialect: Dialect) -> dict[int, str]:
    """The GROUP BY (or the rest of it) that each open level needs, by its index in `parts`."""
    found: dict[int, str] = {}
    for depth, part in enumerate(parts):
        level = part.level
        if level.kind != "query" or level.clause not in _GROUPABLE or "select" not in level.clauses:
            continue
        lax = dialect.name in _LAX_GROUPING and level.clause != "group"
        names = "" if lax else ", ".join(_ungrouped(tokens, level))
        if not names:
            continue
        if level.clause != "group":
            found[depth] = f" GROUP BY {names}"
        else:
            found[depth] = names if part.piece.endswith(" 1") else f", {names}"
    return found


def regrouped(parts: Sequence[Part], grouped: dict[int, str]) -> list[Part]:
    """`parts` without the placeholder `1` where `grouped` says what to group by."""
    return [
        Part(part.level, part.piece[:-1], part.closer)
        if depth in grouped and part.level.clause == "group" and part.piece.endswith(" 1")
        else part
        for depth, part in enumerate(parts)
    ]


def _ungrouped(tokens: Sequence[Token], level: levels.Level) -> list[str]:
    # Column texts of the select list that stand outside aggregates beside one, not grouped by yet.
    begin = level.clauses["select"] + 1
    later = [at for name, at in level.clauses.items() if name != "select" and at > begin]
    end = min(later, default=len(tokens))
    names, aggregated = _outside_aggregates(tokens[begin:end])
    if not aggregated and "group" not in level.clauses:
        return []
    start = level.clauses.get("group")
    listed = _items(tokens[start + 2 :]) if start is not None else set()
    numbered = any(name.isdigit() for name in listed)
    return [] if numbered else [name for name in names if name.lower() not in listed]


def _items(tokens: Sequence[Token]) -> set[str]:
    # The items of a list in lower case, without blanks.
    found, item, depth = set(), "", 0
    for token in tokens:
        depth += (token.text == "(") - (token.text == ")")
        if token.text == "," and depth == 0:
            found.add(item)
            item = ""
        else:
            item += token.text.lower()
    return found | {item}


def _outside_aggregates(tokens: Sequence[Token]) -> tuple[list[str], bool]:
    names: list[str] = []
    aggregated = False
    index = 0
    while index < len(tokens):
        token = tokens[index]
        following = tokens[index + 1].text if index + 1 < len(tokens) else ""
        if following == "(" and token.kind is Kind.WORD:
            end = _closing(tokens, index + 1)
            windowed = end + 1 < len(tokens) and tokens[end + 1].is_word("OVER")
            if token.upper in AGGREGATES or windowed:
                aggregated |= not windowed
                index = end + 1
                continue
        elif token.text == "(" and following.upper() in levels.QUERY_WORDS:
            index = _closing(tokens, index) + 1
            continue
        elif token.is_word("AS"):
            index += 2
            continue
        elif index and _is_alias(tokens[index - 1], token):
            index += 1
            continue
        elif is_plain_name(token) and token.upper not in _NO_COLUMN:
            path = token.text
            while index + 2 < len(tokens) and tokens[index + 1].text == ".":
                path += "." + tokens[index + 2].text
                index += 2
            if path not in names and not path.endswith("*"):
                names.append(path)
        index += 1
    return names, aggregated


def _is_alias(before: Token, token: Token) -> bool:
    # A name right behind an operand needs no AS.
    operand = is_plain_name(before) and before.upper not in _NO_COLUMN
    return (
        is_plain_name(token) and token.upper not in _NO_COLUMN and (operand or before.text == ")")
    )


_NO_COLUMN = frozenset(
    [
        "CASE",
        "WHEN",
        "THEN",
        "ELSE",
        "END",
        "NULL",
        "TRUE",
        "FALSE",
        "AND",
        "OR",
        "NOT",
        "IS",
        "ASC",
        "DESC",
        "INTEGER",
        "TEXT",
        "NUMERIC",
        "DATE",
        "CURRENT_DATE",
        "CURRENT_TIMESTAMP",
        "OVER",
        "PARTITION",
        "DISTINCT",
        "ALL",
        "FILTER",
    ]
)


def _closing(tokens: Sequence[Token], index: int) -> int:
    depth = 0
    for at in range(index, len(tokens)):
        depth += (tokens[at].text == "(") - (tokens[at].text == ")")
        if depth == 0:
            return at
    return len(tokens)
