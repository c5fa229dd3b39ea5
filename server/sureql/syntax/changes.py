"""Steps of the scan at the start of a statement, and in INSERT, UPDATE, DELETE, MERGE and WITH."""

from __future__ import annotations

from sureql.syntax import clauses, expression, relations
from sureql.syntax.context import Clause, RawCte
from sureql.syntax.spots import Spot
from sureql.syntax.vocabulary import words
from sureql.syntax.walk import Arm, Walk
from sureql.text.span import Span

_MODIFIERS = words("OR IGNORE REPLACE ABORT FAIL ROLLBACK LOW_PRIORITY OVERWRITE DELAYED")


def start(walk: Walk, index: int, sign: str) -> int:
    """The first word of a statement or of the query in a parenthesis."""
    if sign in ("INSERT", "REPLACE"):
        _begin(walk, index, "INSERT", Clause.INSERT)
        walk.spot = Spot.INSERT
    elif sign == "UPDATE":
        _begin(walk, index, "UPDATE", Clause.UPDATE)
        walk.role = "target"
        walk.spot = Spot.RELATION
        if walk.at(index + 1) == "OR" and index + 2 < walk.stop:
            return index + 3
    elif sign == "DELETE":
        _begin(walk, index, "DELETE", Clause.DELETE)
        walk.spot = Spot.DELETE
    elif sign == "MERGE":
        _begin(walk, index, "MERGE", Clause.MERGE)
        walk.spot = Spot.MERGE
    elif sign == "TABLE" and (walk.layout.nameable(index + 1) or index + 1 == walk.stop):
        walk.begin(index, Clause.FROM, Spot.RELATION)
    return index + 1


def _begin(walk: Walk, index: int, verb: str, clause: Clause) -> None:
    walk.verb = verb
    if walk.arm.kind == "select" and all(found is Clause.WITH for found, _, _ in walk.arm.clauses):
        walk.arm.kind = "dml"
    else:
        walk.arms.append(Arm("dml", index))
    walk.begin(index, clause, Spot.SILENT)


def insert(walk: Walk, index: int, sign: str) -> int:
    """After INSERT, before INTO."""
    if sign in _MODIFIERS:
        return index + 1
    walk.role = "target"
    walk.spot = Spot.RELATION
    return relations.relation(walk, index, sign)


def after_target(walk: Walk, index: int, sign: str) -> int:
    """After the table of an INSERT, or its column list."""
    if sign == "AS":
        walk.spot = Spot.RELATION_ALIAS
    elif sign == "DEFAULT":
        walk.say("VALUES")
    return index + 1


def delete(walk: Walk, index: int, sign: str) -> int:
    """After DELETE, before FROM: MySQL may name the tables here."""
    return index + 1


def values(walk: Walk, index: int, sign: str) -> int:
    """After VALUES, where a row must follow."""
    return index + 1


def column(walk: Walk, index: int, sign: str) -> int:
    """Where a bare column is expected."""
    if not walk.layout.nameable(index):
        return index + 1
    path, after = walk.layout.path(index, walk.end)
    walk.path = path
    walk.name = path
    walk.name_end = after
    walk.spot = Spot.AFTER_SET_COLUMN if walk.clause is Clause.SET else Spot.AFTER_COLUMN
    return after


def after_column(walk: Walk, index: int, sign: str) -> int:
    """After a column in a list of columns."""
    if sign in ("ASC", "DESC"):
        walk.spot = Spot.AFTER_DIRECTION
    return index + 1


def after_set_column(walk: Walk, index: int, sign: str) -> int:
    """After the column in SET: the equals sign."""
    if sign in ("=", ":=", "+=", "-="):
        walk.compared = walk.path
        walk.path = None
        walk.fresh = True
        walk.spot = Spot.OPERAND
    return index + 1


def conflict(walk: Walk, index: int, sign: str) -> int:
    """After ON CONFLICT, up to DO."""
    if sign == "DO":
        walk.spot = Spot.CONFLICT_DO
    elif sign == "CONSTRAINT":
        walk.spot = Spot.SILENT
    else:
        walk.spot = Spot.AFTER_CONFLICT
    return index + 1


def conflict_do(walk: Walk, index: int, sign: str) -> int:
    """After DO."""
    if sign == "UPDATE":
        walk.spot = Spot.CONFLICT_UPDATE
    elif sign == "NOTHING":
        walk.say("RETURNING")
    return index + 1


def merge(walk: Walk, index: int, sign: str) -> int:
    """After MERGE without INTO."""
    walk.role = "target"
    walk.spot = Spot.RELATION
    return relations.relation(walk, index, sign)


def when(walk: Walk, index: int) -> int:
    """WHEN of a MERGE."""
    walk.begin(index, Clause.MERGE, Spot.MERGE_WHEN)
    return index + 1


def merge_when(walk: Walk, index: int, sign: str) -> int:
    """After WHEN."""
    if sign == "MATCHED":
        walk.spot = Spot.MERGE_MATCHED
    return index + 1


def merge_matched(walk: Walk, index: int, sign: str) -> int:
    """After MATCHED."""
    if sign == "AND":
        walk.new_term()
        walk.spot = Spot.OPERAND
    elif sign == "THEN":
        walk.spot = Spot.MERGE_THEN
    return index + 1


def merge_then(walk: Walk, index: int, sign: str) -> int:
    """After THEN."""
    if sign == "INSERT":
        walk.begin(index, Clause.INSERT, Spot.AFTER_TARGET)
    elif sign == "UPDATE":
        walk.spot = Spot.MERGE_UPDATE
    elif sign == "DO":
        walk.say("NOTHING")
    elif sign in ("DELETE", "NOTHING"):
        walk.say("WHEN MATCHED THEN", "WHEN NOT MATCHED THEN")
    return index + 1


def with_name(walk: Walk, index: int, sign: str) -> int:
    """The name of a CTE."""
    if not walk.layout.nameable(index):
        return index + 1
    if sign in ("SELECT", "INSERT", "UPDATE", "DELETE"):
        walk.spot = Spot.WITH_DONE
        return start(walk, index, sign)
    walk.pending_name = walk.layout.tokens[index]
    walk.pending_columns = ()
    walk.spot = Spot.WITH_NAMED
    return index + 1


def with_named(walk: Walk, index: int, sign: str) -> int:
    """After the name of a CTE, up to AS."""
    if sign == "AS":
        walk.spot = Spot.WITH_AS
    return index + 1


def add_cte(walk: Walk, opened: int) -> None:
    """The body of the CTE at hand opens at `opened`."""
    token = walk.pending_name
    if token is None:
        return
    tokens = walk.layout.tokens
    closing = walk.layout.close(opened, walk.end)
    end = tokens[closing].start if closing < len(tokens) else len(walk.layout.text)
    walk.ctes.append(
        RawCte(
            walk.layout.dialect.normalize(token.text),
            token.span,
            Span(tokens[opened].end, max(tokens[opened].end, end)),
            walk.pending_columns,
            walk.recursive,
        )
    )


def when_word(walk: Walk, index: int, sign: str) -> int | None:
    """WHEN and THEN of a MERGE, which look like those of a CASE."""
    if walk.verb != "MERGE" or walk.cases:
        return None
    if sign == "WHEN":
        return when(walk, index)
    if sign == "THEN" and walk.clause is Clause.MERGE:
        walk.spot = Spot.MERGE_THEN
        return index + 1
    return None


def window_name(walk: Walk, index: int, sign: str) -> int:
    """The name of a window."""
    walk.spot = Spot.WINDOW_NAMED
    return index + 1


STEPS = {
    Spot.START: start,
    Spot.QUERY: start,
    Spot.WITH_DONE: start,
    Spot.SELECT: expression.operand,
    Spot.SELECT_DISTINCT: expression.operand,
    Spot.OPERAND: expression.operand,
    Spot.ARGUMENT: expression.operand,
    Spot.SUBJECT: expression.operand,
    Spot.CASE: expression.operand,
    Spot.AFTER_OPERAND: expression.operator,
    Spot.AFTER_IS: expression.after_is,
    Spot.AFTER_NOT: expression.after_not,
    Spot.IN: expression.after_in,
    Spot.OVER: expression.over,
    Spot.TYPE: expression.type_name,
    Spot.ALIAS: expression.alias,
    Spot.AFTER_ALIAS: expression.after_alias,
    Spot.AFTER_DIRECTION: expression.after_direction,
    Spot.NULLS: expression.after_nulls,
    Spot.RELATION: relations.relation,
    Spot.AFTER_RELATION: relations.after_relation,
    Spot.AFTER_RELATION_ALIAS: relations.after_relation,
    Spot.RELATION_ALIAS: relations.relation_alias,
    Spot.JOIN_WORD: relations.join_word,
    Spot.AFTER_USING: relations.after_relation,
    Spot.LIMIT: clauses.limit,
    Spot.AFTER_LIMIT: clauses.after_limit,
    Spot.SET_OPERATION: clauses.set_operation,
    Spot.INSERT: insert,
    Spot.AFTER_TARGET: after_target,
    Spot.COLUMN: column,
    Spot.AFTER_COLUMN: after_column,
    Spot.AFTER_SET_COLUMN: after_set_column,
    Spot.CONFLICT: conflict,
    Spot.AFTER_CONFLICT: conflict,
    Spot.CONFLICT_DO: conflict_do,
    Spot.MERGE: merge,
    Spot.MERGE_WHEN: merge_when,
    Spot.MERGE_MATCHED: merge_matched,
    Spot.MERGE_THEN: merge_then,
    Spot.WITH_NAME: with_name,
    Spot.WITH_NAMED: with_named,
    Spot.WINDOW_NAME: window_name,
}
"""The step at each spot; at those that aren't listed a token changes nothing."""
