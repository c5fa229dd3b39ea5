"""What each clause of a query still needs when the text stops in it."""

from __future__ import annotations

from collections.abc import Callable

from sureql.gate import levels
from sureql.gate.ends import (
    RELATION,
    TRUTH,
    End,
    any_column,
    any_relation,
    insert_arity,
    operand,
    shared_column,
    target_of,
)


def piece(end: End) -> str:
    """What finishes the query level that stops at `end`."""
    level, word = end.level, end.word
    if end.empty or (not level.clause and not word):
        return "SELECT 1" if end.empty else ""
    if level.clause in _CLAUSE_PIECES:
        return _CLAUSE_PIECES[level.clause](end)
    return operand(end)


def _with(end: End) -> str:
    inner, word = end.inner, end.word
    if inner is not None:
        return " SELECT 1" if inner.kind != "names" else " AS (SELECT 1) SELECT 1"
    if word in ("WITH", "RECURSIVE") or (end.last is not None and end.last.text == ","):
        return " x1 AS (SELECT 1) SELECT 1"
    if word in ("AS", "MATERIALIZED"):
        return " (SELECT 1) SELECT 1"
    if end.last is not None and end.last.text == ")":
        closed_query = any(token.upper == "AS" for token in end.tokens[-80:])
        return " SELECT 1" if closed_query else " AS (SELECT 1) SELECT 1"
    return " AS (SELECT 1) SELECT 1"


def _select(end: End) -> str:
    piece = operand(end)
    if end.word in ("SELECT", "DISTINCT", "ALL"):
        piece = f" {end.filler.operand}"
    missing = end.level.arity - end.level.items if end.level.arity and not end.level.starred else 0
    return piece + ", NULL" * max(0, missing)


def _from(end: End) -> str:
    level, word, last = end.level, end.word, end.last
    joined = f" ON {TRUTH}" if level.joined else ""
    if end.inner is not None:
        named = end.inner.word in ("FROM", "JOIN", "LATERAL") or level.from_paren
        derived = end.inner.kind in ("query", "relation", "group") and (named or _after_comma(end))
        return (" AS x1" if derived else "") + joined
    if member := end.member():
        return member + joined
    if last is not None and last.text == ")" and level.from_paren:
        return " AS x1" + joined
    if word in ("LEFT", "RIGHT", "FULL", "INNER", "OUTER", "ASOF"):
        return f" JOIN {RELATION} ON {TRUTH}"
    if word in ("CROSS", "NATURAL"):
        return f" JOIN {RELATION}"
    if word in ("FROM", "JOIN", "LATERAL", "ONLY") or (last is not None and last.text == ","):
        return f" {RELATION}" + joined
    if word == "USING":
        return f" ({shared_column(end)})"
    return (" x1" if word == "AS" else "") + joined


def _after_comma(end: End) -> bool:
    at = end.inner.first - 2 if end.inner is not None else -1
    return 0 <= at < len(end.tokens) and end.tokens[at].text in (",", "(")


def _on(end: End) -> str:
    return f" {TRUTH}" if end.word == "ON" else operand(end, condition=True)


def _condition(end: End) -> str:
    if end.word in ("WHERE", "HAVING", "QUALIFY"):
        return f" {TRUTH}"
    return operand(end, condition=True)


def _group_by(end: End) -> str:
    if end.word == "GROUP":
        return " BY 1"
    if not end.wants_operand():
        return operand(end)
    return " 1" if end.filler.operand == "NULL" else f" {end.filler.operand}"


def _order_by(end: End) -> str:
    if end.word == "ORDER":
        return " BY 1"
    return " 1" if end.word == "BY" or end.last_text() == "," else operand(end)


def _limit(end: End) -> str:
    if end.word == "FETCH":
        return " FIRST 1 ROWS ONLY"
    return " 1" if end.wants_operand() else ""


def _set_operation(end: End) -> str:
    if end.level.arity:
        return " SELECT " + ", ".join(["NULL"] * end.level.arity)
    # The first arm has a star: only the same query surely has as many columns.
    arm = end.tokens[end.level.first : end.level.last]
    words = [token.text for token in arm if token.upper not in levels.SET_OPERATORS]
    return " " + " ".join(words)


def _insert(end: End) -> str:
    word = end.word
    if end.inner is not None:
        row = ", ".join(["NULL"] * max(1, end.inner.items))
        return f" VALUES ({row})"
    if word in ("INSERT", "REPLACE"):
        return f" INTO {any_relation(end)} DEFAULT VALUES"
    if word == "DEFAULT":
        return " VALUES"
    if end.last is not None and end.last.text == ")":
        return " VALUES (" + ", ".join(["NULL"] * max(1, end.level.listed)) + ")"
    if word == "ON":
        return " CONFLICT DO NOTHING"
    return (end.member() or (f" {any_relation(end)}" if word == "INTO" else "")) + " DEFAULT VALUES"


def _values_clause(end: End) -> str:
    if end.word == "ON":
        return " CONFLICT DO NOTHING"
    if end.word != "VALUES" and not (end.last is not None and end.last.text == ","):
        return ""
    row = ", ".join(["NULL"] * max(1, insert_arity(end, end.level)))
    return f" ({row})"


def _conflict(end: End) -> str:
    if end.inner is not None or end.word == "CONFLICT" or end.last_text() == ")":
        return " DO NOTHING"
    if end.word == "DO":
        return " NOTHING"
    if end.word == "UPDATE":
        return f" SET {_first_column(end)} = NULL"
    return operand(end, condition=True)


def _update(end: End) -> str:
    if end.word == "UPDATE":
        return f" {any_relation(end)} SET {any_column(end)} = NULL"
    return f"{end.member()} SET {_first_column(end)} = NULL"


def _set(end: End) -> str:
    if end.word == "SET" or end.last_text() == ",":
        return f" {_first_column(end)} = NULL"
    since = end.level.clauses.get("set", 0)
    words = [token.text for token in end.tokens[since : end.level.last + 1]]
    current = words[len(words) - words[::-1].index(",") :] if "," in words else words
    return operand(end) if "=" in current else f"{end.member()} = NULL"


def _delete(end: End) -> str:
    if end.word == "DELETE":
        return f" FROM {any_relation(end)}"
    if end.word == "USING":
        return f" {RELATION}"
    return f" {any_relation(end)}" if end.word == "FROM" else end.member()


def _returning(end: End) -> str:
    return " 1" if end.wants_operand() else operand(end)


def _first_column(end: End) -> str:
    relation = target_of(end, end.level)
    names = [column.name for column in relation.columns if not column.generated] if relation else []
    return end.dialect.write(names[0]) if names else "x1"


_CLAUSE_PIECES: dict[str, Callable[[End], str]] = {
    "with": _with,
    "select": _select,
    "from": _from,
    "on": _on,
    "where": _condition,
    "having": _condition,
    "group": _group_by,
    "order": _order_by,
    "limit": _limit,
    "set operation": _set_operation,
    "insert": _insert,
    "values": _values_clause,
    "conflict": _conflict,
    "update": _update,
    "set": _set,
    "delete": _delete,
    "returning": _returning,
}
