"""Steps of the scan at the words that begin a clause of a query, INSERT, UPDATE, DELETE or MERGE.

Each handler returns the index after its keywords, or None if the word doesn't begin a clause here.
"""

from __future__ import annotations

from sureql.syntax import layout as shapes
from sureql.syntax import relations
from sureql.syntax.context import Clause
from sureql.syntax.spots import Spot
from sureql.syntax.walk import Arm, Draft, Walk

_OPERANDS = (
    Spot.OPERAND,
    Spot.SELECT,
    Spot.SELECT_DISTINCT,
    Spot.SUBJECT,
    Spot.CASE,
)
_QUERY_STARTS = (Spot.START, Spot.QUERY, Spot.WITH_DONE, Spot.SET_OPERATION)
_NAMES = (Spot.ALIAS, Spot.RELATION_ALIAS, Spot.WITH_NAME, Spot.NEW_NAME, Spot.WINDOW_NAME)


def word(walk: Walk, index: int, sign: str) -> int | None:
    """Begin the clause that the word at `index` begins, if it does."""
    step = _CLAUSES.get(sign)
    if step is not None:
        return step(walk, index)
    if relations.starts_join(walk, index, sign):
        return relations.join(walk, index, sign)
    return None


def _select(walk: Walk, index: int) -> int | None:
    arm = walk.arm
    begun = any(clause is not Clause.WITH for clause, _, _ in arm.clauses)
    if arm.kind != "select" or begun or arm.nested >= 0:
        walk.close_item(index)
        walk.arms.append(Arm("select", index))
    walk.joins = 0
    walk.role = "from"
    return walk.begin(index, Clause.SELECT, Spot.SELECT)


def _from(walk: Walk, index: int) -> int | None:
    if walk.spot is Spot.AFTER_IS:
        return None
    if walk.clause is Clause.DELETE and walk.target is None:
        walk.role = "target"
        walk.spot = Spot.RELATION
        return index + 1
    if walk.role != "target":
        walk.role = "from"
    return walk.begin(index, Clause.FROM, Spot.RELATION)


def _where(walk: Walk, index: int) -> int | None:
    if walk.clause is Clause.CONFLICT and walk.spot is Spot.AFTER_CONFLICT:
        walk.spot = Spot.OPERAND
        walk.new_term()
        return index + 1
    return walk.begin(index, Clause.WHERE, Spot.OPERAND)


def _by(clause: Clause, walk: Walk, index: int) -> int | None:
    following = walk.at(index + 1)
    if following == "BY" and index + 1 != walk.stop:
        if clause is Clause.ORDER_BY:
            _union_tail(walk, index)
        return walk.begin(index, clause, Spot.OPERAND, 2)
    if index + 1 == walk.stop and walk.spot not in _OPERANDS + _NAMES + (Spot.RELATION,):
        walk.spot = Spot.BY
        walk.words = (walk.at(index),)
        return index + 1
    if following == "BY":
        walk.spot = Spot.BY
        return index + 1
    return None


def _group(walk: Walk, index: int) -> int | None:
    return _by(Clause.GROUP_BY, walk, index)


def _order(walk: Walk, index: int) -> int | None:
    return _by(Clause.ORDER_BY, walk, index)


def _union_tail(walk: Walk, index: int) -> None:
    """ORDER BY and LIMIT after the last arm of a UNION belong to the whole."""
    arms = [arm for arm in walk.arms if arm.kind == "select"]
    if len(arms) > 1 or (arms and arms[-1].nested >= 0):
        walk.close_item(index)
        tail = Arm("order", index)
        tail.projection = arms[0].projection
        tail.nested = arms[0].nested
        walk.arms.append(tail)


def _having(walk: Walk, index: int) -> int | None:
    return walk.begin(index, Clause.HAVING, Spot.OPERAND)


def _qualify(walk: Walk, index: int) -> int | None:
    if walk.spot in _OPERANDS + _NAMES or walk.clause is Clause.SELECT:
        return None
    return walk.begin(index, Clause.QUALIFY, Spot.OPERAND)


def _window(walk: Walk, index: int) -> int | None:
    if walk.spot in _OPERANDS + _NAMES or walk.clause is Clause.SELECT:
        return None
    if walk.at(index + 2) not in ("AS", shapes.END) and index + 1 < walk.stop:
        return None
    return walk.begin(index, Clause.WINDOW, Spot.WINDOW_NAME)


def _limit(walk: Walk, index: int) -> int | None:
    if walk.clause is Clause.SELECT and walk.spot in _OPERANDS + _NAMES:
        return None
    return _begin_limit(walk, index)


def _offset(walk: Walk, index: int) -> int | None:
    if walk.spot in _OPERANDS + _NAMES or walk.clause is Clause.SELECT:
        return None
    if walk.spot is Spot.AFTER_RELATION and walk.at(index + 1) in (".", "JOIN", "ON", "AS"):
        return None
    if walk.clause is Clause.LIMIT:
        walk.spot = Spot.LIMIT
        walk.words = ("OFFSET",)
        return index + 1
    return _begin_limit(walk, index)


def _fetch(walk: Walk, index: int) -> int | None:
    if walk.at(index + 1) not in ("FIRST", "NEXT") and index + 1 != walk.stop:
        return None
    walk.begin(index, Clause.LIMIT, Spot.AFTER_LIMIT)
    walk.say("FIRST", "NEXT")
    return index + 1


def _begin_limit(walk: Walk, index: int) -> int:
    if walk.arm.kind == "select":
        _union_tail(walk, index)
    walk.begin(index, Clause.LIMIT, Spot.LIMIT)
    walk.words = ()
    return index + 1


def limit(walk: Walk, index: int, sign: str) -> int:
    """The number after LIMIT or OFFSET."""
    if sign in ("*", "+", "-", "/"):
        return index + 1
    walk.spot = Spot.AFTER_LIMIT
    return index + 1


def after_limit(walk: Walk, index: int, sign: str) -> int:
    """After the number of a LIMIT."""
    if sign in ("*", "+", "-", "/", "::"):
        return index + 1
    if sign == "FOR":
        walk.say("UPDATE", "SHARE", "NO KEY UPDATE", "KEY SHARE")
    elif walk.spot is Spot.WORDS and sign in ("FIRST", "NEXT"):
        walk.spot = Spot.LIMIT
    elif walk.spot is Spot.AFTER_LIMIT and sign in ("ROW", "ROWS"):
        walk.say("ONLY", "WITH TIES")
    return index + 1


def _for(walk: Walk, index: int) -> int | None:
    if walk.at(index + 1) not in ("UPDATE", "SHARE", "NO", "KEY") and index + 1 != walk.stop:
        return None
    if walk.spot in _OPERANDS + _NAMES:
        return None
    walk.begin(index, Clause.OTHER, Spot.WORDS)
    walk.say("UPDATE", "SHARE", "NO KEY UPDATE", "KEY SHARE")
    while index + 1 < min(walk.stop, walk.end):
        index += 1
        sign = walk.at(index)
        if sign == "OF":
            walk.say()
        elif sign in ("UPDATE", "SHARE"):
            walk.say("OF", "NOWAIT", "SKIP LOCKED")
    return index + 1


def _set_operation(walk: Walk, index: int) -> int | None:
    sign = walk.at(index)
    following = walk.at(index + 1)
    if sign == "EXCEPT" and walk.at(index - 1) == "*" and following == "(":
        return None
    if sign == "MINUS" and following not in ("SELECT", "("):
        return None
    if walk.spot in (Spot.ALIAS, Spot.RELATION_ALIAS) and following == ",":
        return None
    walk.begin(index, Clause.SET_OPERATION, Spot.SET_OPERATION)
    walk.words = (sign,)
    walk.arms.append(Arm("select", index))
    walk.clause = Clause.SET_OPERATION
    return index + 1


def set_operation(walk: Walk, index: int, sign: str) -> int:
    """After UNION, INTERSECT or EXCEPT."""
    if sign in ("ALL", "DISTINCT"):
        walk.words = (f"{walk.words[0]} {sign}" if walk.words else sign,)
    return index + 1


def _returning(walk: Walk, index: int) -> int | None:
    if not walk.verb or walk.spot in _NAMES:
        return None
    if walk.verb == "INSERT":
        _tail(walk, index)
    return walk.begin(index, Clause.RETURNING, Spot.OPERAND)


def _tail(walk: Walk, index: int) -> None:
    """ON CONFLICT and RETURNING of an INSERT see its target, not the SELECT's sources."""
    if walk.arm.kind == "tail":
        return
    walk.close_item(index)
    walk.arms.append(Arm("tail", index))
    if walk.target is not None:
        walk.arm.sources.append(walk.target)


def _into(walk: Walk, index: int) -> int | None:
    if walk.clause in (Clause.INSERT, Clause.MERGE) and walk.target is None:
        walk.role = "target"
        walk.spot = Spot.RELATION
        return index + 1
    if walk.clause in (Clause.SELECT, Clause.RETURNING) and walk.spot is not Spot.ALIAS:
        walk.begin(index, Clause.OTHER, Spot.NEW_NAME)
        return index + 1
    return None


def _set(walk: Walk, index: int) -> int | None:
    if walk.verb not in ("UPDATE", "INSERT", "MERGE"):
        return None
    if walk.verb == "UPDATE" and walk.clause not in (
        Clause.UPDATE,
        Clause.JOIN,
        Clause.ON,
        Clause.USING,
    ):
        return None
    return walk.begin(index, Clause.SET, Spot.COLUMN)


def _values(walk: Walk, index: int) -> int | None:
    if walk.clause is Clause.SET and walk.at(index + 1) == "(":
        return None  # MySQL's VALUES(column).
    if walk.spot in _OPERANDS or walk.spot in _NAMES:
        return None
    if walk.verb == "" and walk.spot not in _QUERY_STARTS:
        return None
    given = walk.at(index - 1) == "DEFAULT"
    walk.begin(index, Clause.VALUES, Spot.AFTER_ROW if given else Spot.VALUES)
    return index + 1


def _on(walk: Walk, index: int) -> int | None:
    following = walk.at(index + 1)
    if walk.verb == "INSERT" and (
        following in ("CONFLICT", "DUPLICATE")
        or (walk.joins == 0 and walk.clause not in (Clause.FROM, Clause.JOIN))
    ):
        _tail(walk, index)
        if following in ("CONFLICT", "DUPLICATE") and index + 1 < walk.stop:
            walk.begin(index, Clause.CONFLICT, Spot.CONFLICT, 2)
            if following == "DUPLICATE":
                walk.say("KEY UPDATE")
                walk.clause = Clause.CONFLICT
            elif walk.target is not None and walk.target.name is not None:
                excluded = Draft(
                    walk.target.name, walk.target.start, walk.target.end, "from", alias="excluded"
                )
                walk.arm.sources.append(excluded)
            return index + 2
        walk.begin(index, Clause.CONFLICT, Spot.WORDS)
        walk.say("CONFLICT", "DUPLICATE KEY UPDATE")
        return index + 1
    if walk.clause not in (
        Clause.FROM,
        Clause.JOIN,
        Clause.ON,
        Clause.USING,
        Clause.MERGE,
        Clause.UPDATE,
        Clause.DELETE,
    ):
        return None
    walk.joins = max(0, walk.joins - 1)
    return walk.begin(index, Clause.ON, Spot.OPERAND)


def _using(walk: Walk, index: int) -> int | None:
    if walk.verb == "MERGE" and walk.clause is Clause.MERGE:
        walk.role = "from"
        return walk.begin(index, Clause.USING, Spot.RELATION)
    if walk.clause is Clause.DELETE:
        walk.role = "from"
        return walk.begin(index, Clause.FROM, Spot.RELATION)
    if walk.clause not in (Clause.FROM, Clause.JOIN):
        return None
    walk.joins = max(0, walk.joins - 1)
    walk.begin(index, Clause.USING, Spot.USING)
    joined = walk.arm.sources[-1] if walk.arm.sources else None
    walk.column_target = joined.name if joined is not None else None
    return index + 1


def _with(walk: Walk, index: int) -> int | None:
    if walk.spot not in (Spot.START, Spot.QUERY, Spot.AFTER_TARGET, Spot.AFTER_TARGET_COLUMNS):
        return None
    if walk.verb == "INSERT":
        walk.arms.append(Arm("select", index))
    walk.begin(index, Clause.WITH, Spot.WITH_NAME)
    if walk.at(index + 1) == "RECURSIVE" and index + 1 < walk.stop:
        walk.recursive = True
        return index + 2
    walk.words = ("RECURSIVE",)
    return index + 1


_CLAUSES = {
    "EXCEPT": _set_operation,
    "FETCH": _fetch,
    "FOR": _for,
    "FROM": _from,
    "GROUP": _group,
    "HAVING": _having,
    "INTERSECT": _set_operation,
    "INTO": _into,
    "LIMIT": _limit,
    "MINUS": _set_operation,
    "OFFSET": _offset,
    "ON": _on,
    "ORDER": _order,
    "QUALIFY": _qualify,
    "RETURNING": _returning,
    "SELECT": _select,
    "SET": _set,
    "UNION": _set_operation,
    "USING": _using,
    "VALUES": _values,
    "WHERE": _where,
    "WINDOW": _window,
    "WITH": _with,
}
