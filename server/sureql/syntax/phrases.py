"""The words and phrases that the grammar allows at a spot, likeliest first."""

from __future__ import annotations

from sureql.syntax import following, legality
from sureql.syntax.context import Clause
from sureql.syntax.dialects import Dialect
from sureql.syntax.scan import Level
from sureql.syntax.spots import Spot
from sureql.syntax.walk import Mark, Walk

Words = tuple[str, ...]

STATEMENTS: Words = (
    "SELECT", "WITH", "INSERT INTO", "UPDATE", "DELETE FROM", "CREATE TABLE", "ALTER TABLE",
    "DROP TABLE", "CREATE INDEX", "CREATE UNIQUE INDEX", "CREATE VIEW", "EXPLAIN", "MERGE INTO",
    "TRUNCATE", "BEGIN", "COMMIT", "ROLLBACK", "VALUES", "DROP INDEX", "DROP VIEW",
    "CREATE MATERIALIZED VIEW", "CREATE TYPE", "CREATE SCHEMA", "CREATE FUNCTION",
    "CREATE TRIGGER", "COMMENT ON", "GRANT", "REVOKE", "COPY", "ANALYZE", "VACUUM", "SET",
)  # fmt: skip
_NOT_IN = {
    "sqlite": frozenset(
        [
            "MERGE INTO",
            "TRUNCATE",
            "CREATE MATERIALIZED VIEW",
            "CREATE TYPE",
            "CREATE SCHEMA",
            "CREATE FUNCTION",
            "COMMENT ON",
            "GRANT",
            "REVOKE",
            "COPY",
            "SET",
        ]
    ),
    "duckdb": frozenset(["CREATE MATERIALIZED VIEW", "CREATE TRIGGER", "GRANT", "REVOKE"]),
}
QUERIES: Words = ("SELECT", "WITH", "VALUES")
_OPERANDS: Words = ("CASE", "NOT", "EXISTS", "NULL", "TRUE", "FALSE", "CAST")
_CONDITIONS: Words = ("NOT", "EXISTS", "CASE", "NULL", "TRUE", "FALSE", "CAST")
_COMPARISONS: Words = (
    "=", "IN", "IS NULL", "IS NOT NULL", "LIKE", "BETWEEN", "<>", ">", "<", ">=", "<=", "NOT IN",
    "NOT LIKE", "NOT BETWEEN", "IS DISTINCT FROM", "IS NOT DISTINCT FROM", "IS TRUE", "IS FALSE",
)  # fmt: skip


def after(level: Level, dialect: Dialect) -> Words:
    """What may come next at the cursor of `level`."""
    walk, mark = level.walk, level.mark
    step = _SPOTS.get(mark.spot)
    found = step(walk, mark, dialect) if step is not None else _FIXED.get(mark.spot, ())
    if walk.opening.use == "definition":
        found = (*mark.words, *found)
    found = legality.legal(found, dialect)
    banned = _NOT_IN.get(dialect.name)
    if banned and mark.spot is Spot.START:
        found = tuple(word for word in found if word not in banned)
    return tuple(dict.fromkeys(found))


def _operand(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    clause = mark.clause
    found: Words = _OPERANDS
    if clause is Clause.COLUMN_DEFINITION and walk.opening.use == "definition":
        return ("NULL", "TRUE", "FALSE", "CURRENT_TIMESTAMP", "CURRENT_DATE", "CASE", "NOT")
    if mark.case == "CASE":
        found = ("WHEN", *_OPERANDS)
    elif mark.between or mark.compared is not None:
        found = ("CASE", "CAST") if mark.between else _compared_with(mark)
    elif clause in (Clause.WHERE, Clause.ON, Clause.HAVING, Clause.QUALIFY):
        found = _CONDITIONS if mark.fresh else _compared_with(mark)
    elif clause is Clause.GROUP_BY and walk.query and mark.item == 0:
        found = ("ROLLUP", "CUBE", "GROUPING SETS", "CASE")
        found = ("ALL", *found) if dialect.name == "duckdb" else found
        found = found[-1:] if dialect.name == "sqlite" else found
    elif clause in (Clause.GROUP_BY, Clause.ORDER_BY):
        found = ("CASE",)
    if walk.opening.use == "values" or clause in (Clause.SET, Clause.VALUES):
        return ("DEFAULT", "NULL", "CASE", "TRUE", "FALSE", "CAST")
    return found


def _compared_with(mark: Mark) -> Words:
    """After a comparison sign; `= ANY (…)` can't stand inside a parenthesis of its own."""
    quantified: Words = ("ANY", "ALL") if mark.spot is Spot.OPERAND and mark.truth else ()
    return ("NULL", "CASE", "CAST", *quantified)


def _select(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    top = ("TOP",) if dialect.name == "tsql" else ()
    more = ("DISTINCT ON", "ALL") if dialect.name in ("postgres", "duckdb") else ("ALL",)
    return ("DISTINCT", *top, *_OPERANDS, *more)


def _argument(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    function = walk.opening.call.parts[-1].upper() if walk.opening.call is not None else ""
    if function == "EXTRACT":
        return ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "WEEK", "QUARTER", "EPOCH", "DOW",
                "DOY", "ISODOW")  # fmt: skip
    if function == "ARRAY":
        return ("SELECT", "WITH", *_OPERANDS)
    if function == "TRIM":
        return ("BOTH", "LEADING", "TRAILING", *_OPERANDS)
    if walk.clause is Clause.FROM:
        return _OPERANDS
    return ("DISTINCT", *_OPERANDS)


def _subject(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    return ("SELECT", "WITH", *(_operand(walk, mark, dialect)))


def _after_operand(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    if mark.case:
        return (*_AFTER_CASE[mark.case], *_comparisons(mark, dialect), "AND", "OR")
    if mark.between:
        return ("AND",)
    clause, use = mark.clause, walk.opening.use
    rest = following.clauses(walk, mark, dialect)
    called: Words = ("OVER", "FILTER") if mark.called else ()
    sorts = walk.query or walk.opening.clause is not Clause.ORDER_BY
    if clause is Clause.ORDER_BY and sorts:
        return ("DESC", "ASC", "NULLS LAST", "NULLS FIRST", *rest, "COLLATE")
    if not walk.query and use == "cast":
        return ("AS",)
    if not walk.query and use == "from":
        return ("FROM", *_comparisons(mark, dialect)[4:5])
    if clause in (Clause.SELECT, Clause.RETURNING) and walk.query:
        first = rest[:1] if rest[:1] == ("FROM",) else ()
        return (
            *called,
            *first,
            "AS",
            *rest[len(first) :],
            *_comparisons(mark, dialect),
            "AND",
            "OR",
        )
    if clause in (Clause.WHERE, Clause.ON, Clause.HAVING, Clause.QUALIFY, Clause.MERGE):
        if clause is Clause.MERGE:
            rest = ("THEN",)
        if mark.truth:
            return (*called, "AND", "OR", *rest)
        return (*called, *_comparisons(mark, dialect), "AND", "OR", *rest)
    if clause in (Clause.SET, Clause.VALUES, Clause.GROUP_BY):
        return (*called, *rest)
    if mark.truth:
        return ("AND", "OR", *rest)
    return (*called, *rest, *_comparisons(mark, dialect), "AND", "OR")


_AFTER_CASE: dict[str, Words] = {
    "CASE": ("WHEN",),
    "WHEN": ("THEN",),
    "THEN": ("WHEN", "ELSE", "END"),
    "ELSE": ("END",),
}


def _comparisons(mark: Mark, dialect: Dialect) -> Words:
    if mark.truth:
        return ()
    if dialect.name in ("postgres", "duckdb", "snowflake", "redshift", "clickhouse"):
        return (*_COMPARISONS[:6], "ILIKE", *_COMPARISONS[6:], "NOT ILIKE")
    return _COMPARISONS


def _after_relation(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    rest = following.clauses(walk, mark, dialect)
    if walk.verb == "MERGE" and mark.clause in (Clause.MERGE, Clause.USING):
        rest = ("USING",) if mark.clause is Clause.MERGE else ("ON",)
    elif mark.clause is Clause.DELETE:
        using = ("USING",) if dialect.name in ("postgres", "duckdb", "mysql") else ()
        rest = ("WHERE", *using, *(word for word in rest if word == "RETURNING"))
    elif mark.clause is Clause.JOIN and mark.joins > 0 and mark.spot is not Spot.AFTER_USING:
        rest = ("ON", "USING", *rest)
    if mark.spot is not Spot.AFTER_RELATION:
        return rest
    return (*rest[:2], "AS", *rest[2:]) if rest[:1] == ("ON",) else (*rest, "AS")


def _after_alias(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    return following.clauses(walk, mark, dialect)


def _after_arm(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    return (*following.SET_OPERATIONS, "ORDER BY", "LIMIT")


def _after_direction(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    placed: Words = () if mark.words else ("NULLS LAST", "NULLS FIRST")
    return (*placed, *following.clauses(walk, mark, dialect))


def _by(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    return ("BY",)


def _words(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    return mark.words


def _join_word(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    said = mark.words[0] if mark.words else ""
    if said in ("LEFT", "RIGHT", "FULL"):
        return ("JOIN", "OUTER JOIN")
    if said == "NATURAL":
        return ("JOIN", "LEFT JOIN", "RIGHT JOIN", "INNER JOIN", "FULL JOIN")
    return ("JOIN",)


def _relation(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    if mark.clause not in (Clause.FROM, Clause.JOIN):
        return ("ONLY",) if dialect.name == "postgres" and mark.clause is not Clause.INSERT else ()
    return ("LATERAL",) if dialect.name in ("postgres", "duckdb", "mysql", "snowflake") else ()


def _after_target(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    if walk.verb == "MERGE":
        return ("VALUES",)
    if mark.spot is Spot.AFTER_TARGET_COLUMNS:
        return ("VALUES", "SELECT", "WITH")
    return ("VALUES", "SELECT", "DEFAULT VALUES", "WITH", "AS")


def _after_row(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    if walk.verb == "MERGE":
        return ("WHEN MATCHED THEN", "WHEN NOT MATCHED THEN")
    return following.clauses(walk, mark, dialect)


def _after_conflict(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    target: Words = ("ON CONSTRAINT",) if dialect.name == "postgres" else ()
    if mark.spot is Spot.CONFLICT:
        return ("DO NOTHING", "DO UPDATE SET", *target)
    return ("DO UPDATE SET", "DO NOTHING", "WHERE")


def _limit(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    return ("ALL", "NULL") if dialect.name == "postgres" and not mark.words else ()


def _after_limit(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    done = walk.arms[mark.arm].clauses
    first = done[mark.keyword - 1][1] if mark.keyword else 0
    said = walk.layout.shape[first : mark.index]
    offset: Words = () if "OFFSET" in said else ("OFFSET",)
    locks: Words = ("FOR UPDATE", "FOR SHARE") if dialect.name in ("postgres", "mysql") else ()
    return (*offset, *locks)


def _set_operation(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    if dialect.name == "duckdb" and mark.words[:1] and mark.words[0].startswith("UNION"):
        return (
            ("ALL", "SELECT", "BY NAME", "VALUES")
            if mark.words == ("UNION",)
            else ("SELECT", "BY NAME", "VALUES")
        )
    quantified = mark.words and mark.words[0].endswith(("ALL", "DISTINCT"))
    return ("SELECT", "VALUES") if quantified else ("ALL", "SELECT", "DISTINCT", "VALUES")


def _with_named(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    return ("AS",)


def _with_done(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    return ("SELECT", "INSERT INTO", "UPDATE", "DELETE FROM", "MERGE INTO", "VALUES")


def _window_spec(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    return ("PARTITION BY", "ORDER BY", "ROWS BETWEEN", "RANGE BETWEEN", "GROUPS BETWEEN")


def _window_frame(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    before = walk.layout.shape[mark.index - 1]
    if before == "UNBOUNDED":
        return ("PRECEDING", "FOLLOWING")
    if before == "CURRENT":
        return ("ROW",)
    if before == "0":
        return ("PRECEDING", "FOLLOWING")
    said = walk.layout.shape[mark.list_start : mark.index]
    if before in ("PRECEDING", "FOLLOWING", "ROW"):
        if "BETWEEN" in said and "AND" not in said[said.index("BETWEEN") :]:
            return ("AND",)
        return ("EXCLUDE CURRENT ROW", "EXCLUDE TIES", "EXCLUDE GROUP")
    if before == "AND":
        return ("CURRENT ROW", "UNBOUNDED FOLLOWING")
    if before == "BETWEEN":
        return ("UNBOUNDED PRECEDING", "CURRENT ROW")
    return ("BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW", "BETWEEN", "UNBOUNDED PRECEDING",
            "CURRENT ROW")  # fmt: skip


def _statements(walk: Walk, mark: Mark, dialect: Dialect) -> Words:
    return STATEMENTS


_SPOTS = {
    Spot.START: _statements,
    Spot.SELECT: _select,
    Spot.SELECT_DISTINCT: _operand,
    Spot.OPERAND: _operand,
    Spot.ARGUMENT: _argument,
    Spot.SUBJECT: _subject,
    Spot.CASE: _operand,
    Spot.AFTER_OPERAND: _after_operand,
    Spot.AFTER_ALIAS: _after_alias,
    Spot.AFTER_DIRECTION: _after_direction,
    Spot.BY: _by,
    Spot.RELATION: _relation,
    Spot.AFTER_RELATION: _after_relation,
    Spot.AFTER_RELATION_ALIAS: _after_relation,
    Spot.AFTER_USING: _after_relation,
    Spot.AFTER_ARM: _after_arm,
    Spot.JOIN_WORD: _join_word,
    Spot.LIMIT: _limit,
    Spot.AFTER_LIMIT: _after_limit,
    Spot.SET_OPERATION: _set_operation,
    Spot.AFTER_TARGET: _after_target,
    Spot.AFTER_TARGET_COLUMNS: _after_target,
    Spot.AFTER_ROW: _after_row,
    Spot.CONFLICT: _after_conflict,
    Spot.AFTER_CONFLICT: _after_conflict,
    Spot.WITH_NAMED: _with_named,
    Spot.WITH_DONE: _with_done,
    Spot.WINDOW_SPEC: _window_spec,
    Spot.WINDOW_FRAME: _window_frame,
    Spot.WITH_NAME: _words,
    Spot.WORDS: _words,
    Spot.MEMBER: _words,
}
_FIXED: dict[Spot, Words] = {
    Spot.QUERY: QUERIES,
    Spot.WITH_AS: ("MATERIALIZED", "NOT MATERIALIZED"),
    Spot.AFTER_IS: ("NULL", "NOT NULL", "TRUE", "FALSE", "DISTINCT FROM", "NOT DISTINCT FROM"),
    Spot.AFTER_NOT: ("IN", "LIKE", "BETWEEN", "NULL", "ILIKE", "SIMILAR TO"),
    Spot.FILTER: ("WHERE",),
    Spot.WITHIN: ("GROUP", "ORDER BY"),
    Spot.NULLS: ("LAST", "FIRST"),
    Spot.INSERT: ("INTO",),
    Spot.VALUES: (),
    Spot.DELETE: ("FROM",),
    Spot.MERGE: ("INTO",),
    Spot.MERGE_WHEN: ("MATCHED THEN", "NOT MATCHED THEN", "MATCHED AND", "NOT MATCHED AND"),
    Spot.MERGE_MATCHED: ("THEN", "AND"),
    Spot.MERGE_THEN: ("UPDATE SET", "DELETE", "INSERT", "DO NOTHING"),
    Spot.MERGE_UPDATE: ("SET",),
    Spot.CONFLICT_DO: ("UPDATE SET", "NOTHING"),
    Spot.CONFLICT_UPDATE: ("SET",),
    Spot.WINDOW_NAMED: ("AS",),
}
