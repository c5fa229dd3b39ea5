"""The parentheses, CASE expressions and query levels that a statement's prefix leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sureql.syntax.tokens import Kind, Token

QUERY_WORDS = frozenset(("SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE", "FROM"))
CLAUSES = {
    "WITH": "with",
    "SELECT": "select",
    "FROM": "from",
    "WHERE": "where",
    "GROUP": "group",
    "HAVING": "having",
    "QUALIFY": "having",
    "ORDER": "order",
    "LIMIT": "limit",
    "OFFSET": "limit",
    "FETCH": "limit",
    "WINDOW": "window",
    "SET": "set",
    "VALUES": "values",
    "INSERT": "insert",
    "REPLACE": "insert",
    "UPDATE": "update",
    "DELETE": "delete",
    "MERGE": "merge",
    "RETURNING": "returning",
    "CONFLICT": "conflict",
}
SET_OPERATORS = frozenset(("UNION", "INTERSECT", "EXCEPT", "MINUS"))
JOINS = frozenset(("LEFT", "RIGHT", "FULL", "INNER", "OUTER", "CROSS", "NATURAL", "ASOF"))
# Words after which an operand must follow.
OPERAND_WORDS = frozenset(
    [
        "SELECT",
        "DISTINCT",
        "WHERE",
        "AND",
        "OR",
        "NOT",
        "HAVING",
        "QUALIFY",
        "ON",
        "WHEN",
        "THEN",
        "ELSE",
        "BY",
        "CASE",
        "LIKE",
        "ILIKE",
        "IN",
        "IS",
        "SET",
        "LIMIT",
        "OFFSET",
        "RETURNING",
        "BETWEEN",
        "ESCAPE",
        "ANY",
        "SOME",
        "EXISTS",
        "INTERVAL",
        "ALL",
        "SIMILAR",
        "TO",
        "GLOB",
        "MATCH",
        "REGEXP",
        "COLLATE",
    ]
)
_RELATION_PAREN = frozenset(("FROM", "JOIN", "LATERAL", "USING"))
_NO_FUNCTION = OPERAND_WORDS | frozenset(
    [
        "FROM",
        "JOIN",
        "AS",
        "USING",
        "OVER",
        "FILTER",
        "VALUES",
        "INTO",
        "UNION",
        "INTERSECT",
        "EXCEPT",
        "MINUS",
        "WITH",
        "TABLE",
        "AND",
        "OR",
        "MATERIALIZED",
        "LATERAL",
        "CONFLICT",
        "ORDER",
        "GROUP",
        "PARTITION",
        "KEY",
        "REFERENCES",
    ]
)
RESERVED = (
    OPERAND_WORDS
    | JOINS
    | SET_OPERATORS
    | frozenset(CLAUSES)
    | frozenset(
        [
            "JOIN",
            "AS",
            "INTO",
            "END",
            "NULL",
            "ASC",
            "DESC",
            "NULLS",
            "OVER",
            "PARTITION",
            "FILTER",
            "USING",
            "CONFLICT",
        ]
    )
)
_NO_LIST = frozenset(("where", "having"))


@dataclass(slots=True)
class Level:
    """One open level, outermost first in `scan`'s answer.

    `kind`: query, group (an expression or list in parentheses), call, names (a column list), values,
    over, filter, relation (parentheses after FROM, before their query is known), case. `start` is
    the offset after its opening mark. `first` and `last` index its tokens; a closed parenthesis
    counts as its closing token. `word` is what opened it: the function's name, IN, EXISTS, AS …
    `clause` is a query's clause at the end. `joined`: JOIN waits for its ON. `between`: BETWEEN
    waits for its AND. `items` counts the commas of the clause or list plus one. `arity` is the
    number of the first arm's output columns in a set operation. `target` spans the tokens of the
    relation that is inserted into or updated. `listed` is the number of INSERT columns written.
    """

    kind: str
    start: int
    first: int
    word: str = ""
    clause: str = ""
    last: int = -1
    joined: bool = False
    between: bool = False
    items: int = 1
    arity: int = 0
    starred: bool = False
    listed: int = 0
    stage: str = ""
    target: int = -1
    clauses: dict[str, int] = field(default_factory=dict)
    from_paren: bool = False
    odd_comma: bool = False


def scan(tokens: Sequence[Token]) -> list[Level]:
    """The levels that are open after `tokens`, outermost first; never empty."""
    stack = [Level("query", 0, 0)]
    for index, token in enumerate(tokens):
        top = stack[-1]
        if token.text in ("(", "["):
            top.last = index
            stack.append(_opened(tokens, index, top))
            continue
        if token.text in (")", "]"):
            _close(stack, index)
            continue
        top.last = index
        if token.text == ",":
            top.items += 1
            stack[0].odd_comma |= top.kind == "query" and top.clause in _NO_LIST
        elif token.text == "*":
            top.starred = True
        elif token.kind is Kind.WORD and not _is_member(tokens, index):
            _word(stack, tokens, index)
    return stack


def _is_member(tokens: Sequence[Token], index: int) -> bool:
    return index > 0 and tokens[index - 1].text == "."


def _opened(tokens: Sequence[Token], index: int, top: Level) -> Level:
    before = tokens[index - 1] if index else None
    word = before.upper if before is not None and before.kind is Kind.WORD else ""
    start = tokens[index].end
    kind = "group"
    if tokens[index].text == "[":
        return Level("group", start, index + 1, "[")
    if before is None:
        pass
    elif word in ("VALUES",) or (top.clause == "values" and before.text == ","):
        kind = "values"
    elif word == "OVER":
        kind = "over"
    elif word == "FILTER":
        kind = "filter"
    elif word == "USING" and top.joined:
        kind, top.joined = "names", False
    elif (
        word == "CONFLICT"
        or (top.kind == "query" and top.clause == "insert" and _is_name(before, word))
        or (top.kind == "query" and top.clause == "with" and _is_name(before, word))
    ):
        kind = "names"
    elif word in _RELATION_PAREN or (top.clause == "from" and before.text == ","):
        kind = "relation"
    elif _is_name(before, word):
        kind = "call"
    return Level(kind, start, index + 1, word)


def _is_name(token: Token, word: str) -> bool:
    return token.kind is Kind.QUOTED or (bool(word) and word not in _NO_FUNCTION)


def _close(stack: list[Level], index: int) -> None:
    while len(stack) > 1 and stack[-1].kind == "case":
        stack.pop()
    if len(stack) == 1:
        return
    closed = stack.pop()
    top = stack[-1]
    top.last = index
    top.from_paren = closed.word in _RELATION_PAREN
    if closed.kind == "names" and top.clause == "insert":
        top.listed = closed.items


def _word(stack: list[Level], tokens: Sequence[Token], index: int) -> None:
    token, top = tokens[index], stack[-1]
    word = token.upper
    if word == "CASE":
        stack.append(Level("case", token.end, index + 1, stage="CASE", last=index))
        return
    if top.kind == "case":
        if word == "END":
            stack.pop()
            stack[-1].last = index
        elif word in ("WHEN", "THEN", "ELSE"):
            top.stage, top.between = word, False
            return
    top = stack[-1]
    if word == "BETWEEN":
        top.between = True
    elif word == "AND":
        top.between = False
    if top.kind in ("group", "relation") and word in QUERY_WORDS and index == top.first:
        top.kind = "query"
    if top.kind != "query":
        return
    _query_word(top, tokens, index, word)


def _query_word(top: Level, tokens: Sequence[Token], index: int, word: str) -> None:
    if word in SET_OPERATORS:
        arity = 0 if top.starred and top.clause == "select" else top.arity or top.items
        top.arity = top.arity or (arity if top.clause == "select" else top.arity)
        top.clause, top.clauses, top.joined, top.starred = "set operation", {}, False, False
    elif word == "JOIN":
        before = {token.upper for token in tokens[max(0, index - 3) : index]}
        top.clause, top.joined = "from", not before & {"CROSS", "NATURAL"}
        top.from_paren = False
    elif word == "ON" and top.clause == "from":
        top.joined = False
        top.clause = "on"
    elif word == "SELECT" and top.clause == "insert":
        top.clause, top.items, top.arity = "select", 1, top.listed
        top.clauses.setdefault("select", index)
    elif word in CLAUSES and not _is_within_clause(top, tokens, index, word):
        if top.clause == "select":
            top.arity = top.arity or (0 if top.starred else top.items)
        top.clause, top.items, top.joined = CLAUSES[word], 1, False
        top.clauses.setdefault(top.clause, index)
        top.from_paren = False
        if word in ("INTO", "UPDATE"):
            top.target = index + 1
    elif word == "INTO" and top.clause == "insert":
        top.target = index + 1
    elif word in JOINS and top.clause == "on":
        top.clause = "from"


def _is_within_clause(top: Level, tokens: Sequence[Token], index: int, word: str) -> bool:
    # True for a clause word that does not begin a clause where it stands.
    before = tokens[index - 1].upper if index else ""
    if word == "FROM":
        return top.clause == "delete" or before == "DISTINCT"
    if word == "UPDATE":
        return before in ("DO", "FOR")
    if word == "SET":
        return top.clause not in ("update", "conflict", "merge")
    if word == "REPLACE":
        return index > 0
    return before == "." or (word == "VALUES" and before == "DEFAULT")
