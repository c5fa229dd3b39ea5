"""The clauses that may begin at a place, given those before and after it, likeliest first."""

from __future__ import annotations

from sureql.syntax.context import Clause
from sureql.syntax.dialects import Dialect
from sureql.syntax.spots import Spot
from sureql.syntax.vocabulary import words
from sureql.syntax.walk import Mark, Walk

Words = tuple[str, ...]

_QUALIFYING = words("duckdb bigquery snowflake databricks teradata redshift clickhouse")
_UPSERTS = words("postgres sqlite duckdb")
_RETURNING = words("postgres sqlite duckdb oracle")

_JOINS: Words = ("JOIN", "LEFT JOIN", "INNER JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN")
_RARE_JOINS: Words = ("NATURAL JOIN", "LEFT JOIN LATERAL", "CROSS JOIN LATERAL")
SET_OPERATIONS: Words = ("UNION", "UNION ALL", "EXCEPT", "INTERSECT")

_JOINABLE = (Clause.FROM, Clause.JOIN, Clause.ON, Clause.USING)

# The order in which clauses may follow each other, with their phrases.
_ORDER: tuple[tuple[Clause, Words], ...] = (
    (Clause.SET, ("SET",)),
    (Clause.FROM, ("FROM",)),
    (Clause.JOIN, ()),
    (Clause.WHERE, ("WHERE",)),
    (Clause.GROUP_BY, ("GROUP BY",)),
    (Clause.HAVING, ("HAVING",)),
    (Clause.QUALIFY, ("QUALIFY",)),
    (Clause.ORDER_BY, ("ORDER BY",)),
    (Clause.LIMIT, ("LIMIT", "OFFSET", "FETCH FIRST")),
    (Clause.SET_OPERATION, SET_OPERATIONS),
    (Clause.WINDOW, ("WINDOW",)),
    (Clause.RETURNING, ("RETURNING",)),
)
_RANK = {
    Clause.WITH: 0, Clause.INSERT: 0, Clause.SELECT: 1, Clause.UPDATE: 1, Clause.DELETE: 1,
    Clause.SET: 2, Clause.FROM: 3, Clause.JOIN: 4, Clause.ON: 4, Clause.USING: 4, Clause.WHERE: 5,
    Clause.GROUP_BY: 6, Clause.HAVING: 7, Clause.WINDOW: 8, Clause.QUALIFY: 9,
    Clause.SET_OPERATION: 10, Clause.VALUES: 10, Clause.ORDER_BY: 11, Clause.LIMIT: 12,
    Clause.CONFLICT: 13, Clause.RETURNING: 14, Clause.OTHER: 15,
}  # fmt: skip


def clauses(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    """The clauses that may begin here: later than the present one, earlier than the next one."""
    if not walk.query:
        return _inner_clauses(walk, mark)
    arm = walk.arms[mark.arm]
    if arm.kind == "dml" and walk.verb == "INSERT":
        return _insert_tail(walk, mark, dialect)
    if arm.kind == "tail":
        return _insert_tail(walk, mark, dialect)
    if walk.verb == "MERGE":
        return ("WHEN MATCHED THEN", "WHEN NOT MATCHED THEN")
    present = _RANK.get(mark.clause, 15)
    later = arm.clauses[mark.keyword :]
    limit = min((_RANK.get(clause, 15) for clause, _, _ in later), default=99)
    if limit == 99 and mark.arm + 1 < len(walk.arms):
        limit = 10
    before = {clause for clause, _, _ in arm.clauses[: mark.keyword]}
    found: list[str] = []
    for clause, phrases in _ORDER:
        rank = _RANK[clause]
        if not (present < rank < limit) or not _allowed(clause, walk, arm.kind, before, dialect):
            continue
        found += phrases
    if mark.clause is Clause.SET:
        found.sort(key=lambda phrase: phrase != "WHERE")
    if mark.clause in _JOINABLE:
        found = [*(_JOINS if limit >= 4 else ()), *found, *(_RARE_JOINS if limit >= 4 else ())]
    locks = dialect.name in ("postgres", "mysql") and walk.opening.spot is Spot.START
    if locks and limit == 99 and present >= 3 and arm.kind == "select":
        found.append("FOR UPDATE")
    if walk.verb == "INSERT" and limit == 99:
        found += _insert_tail(walk, mark, dialect)
    return tuple(found)


def _allowed(clause: Clause, walk: Walk, kind: str, before: set[Clause], dialect: Dialect) -> bool:
    if clause is Clause.SET:
        return walk.verb == "UPDATE" and Clause.SET not in before and kind == "dml"
    if clause is Clause.RETURNING:
        return kind == "dml" and dialect.name in _RETURNING
    if kind == "dml":
        if clause is Clause.FROM:
            return walk.verb == "UPDATE" and Clause.SET in before
        return clause is Clause.WHERE and (walk.verb != "UPDATE" or Clause.SET in before)
    if clause is Clause.HAVING:
        return Clause.GROUP_BY in before
    if clause is Clause.QUALIFY:
        return dialect.name in _QUALIFYING
    if kind == "order":
        return clause is Clause.LIMIT
    return not (clause is Clause.SET_OPERATION and Clause.ORDER_BY in before)


def _inner_clauses(walk: Walk, mark: Mark) -> Words:
    use = walk.opening.use
    if use == "window":
        frames = ("ROWS BETWEEN", "RANGE BETWEEN", "GROUPS BETWEEN")
        return frames if mark.clause is Clause.ORDER_BY else ("ORDER BY", *frames)
    if use == "call" and mark.clause is not Clause.ORDER_BY:
        return ("ORDER BY",)
    return ()


def _insert_tail(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    found: list[str] = []
    done = {clause for arm in walk.arms for clause, _, _ in arm.clauses}
    if Clause.CONFLICT not in done:
        if dialect.name in _UPSERTS:
            found.append("ON CONFLICT")
        if dialect.name == "mysql":
            found.append("ON DUPLICATE KEY UPDATE")
    elif mark.clause is Clause.SET:
        found.append("WHERE")
    if Clause.RETURNING not in done and dialect.name in _RETURNING:
        found.append("RETURNING")
    return tuple(found)
