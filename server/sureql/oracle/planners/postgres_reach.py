"""Which code of the user's a statement may reach in a database, before it is planned or run there."""

from __future__ import annotations

from sureql.oracle.planners import asked, postgres_asking
from sureql.oracle.planners.asked import Asked
from sureql.oracle.postgres.definitions import literal
from sureql.oracle.postgres.link import Link
from sureql.ports.errors import PlanError
from sureql.syntax.tokens import Kind

_MOST_NAMES = 2000
_LONGEST_RUN = 8  # Tokens in one operator.
# Volatile, but they do nothing outside of the query.
_HARMLESS = (
    "random",
    "random_normal",
    "gen_random_uuid",
    "uuidv4",
    "uuidv7",
    "clock_timestamp",
    "timeofday",
)
# Somebody's own function: neither the server's nor an extension's.
_OWN = (
    "{0}.pronamespace <> 'pg_catalog'::regnamespace "
    "AND {0}.pronamespace <> 'information_schema'::regnamespace "
    "AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_proc'::regclass "
    "AND e.objid = {0}.oid AND e.deptype = 'e')"
)


def reached(link: Link, found: Asked, run: bool, seconds: float) -> str:
    """The first of what may be reached, for people; '' if there is nothing. With `run` also
    functions that are marked volatile. Raises PlanError."""
    names = sorted(asked.names(found))
    if len(names) > _MOST_NAMES:
        raise PlanError("It holds too many names to say what it may call.")
    signs = sorted(_signs(found))
    own = _OWN.format("p")
    queries = [
        f"SELECT 'the function ' || p.proname FROM pg_catalog.pg_proc p "
        f"WHERE p.proname = ANY ({_array(names)}) AND {own} LIMIT 1",
        "SELECT 'the operator ' || o.oprname FROM pg_catalog.pg_operator o "
        "JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode "
        f"WHERE o.oprname = ANY ({_array(signs)}) AND {own} LIMIT 1",
        "SELECT 'a cast by the function ' || p.proname FROM pg_catalog.pg_cast c "
        f"JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc WHERE {own} LIMIT 1",
        _behind(names, changes=not asked.is_harmless(found)),
    ]
    if run:
        queries.append(
            "SELECT 'the function ' || p.proname FROM pg_catalog.pg_proc p "
            f"WHERE p.proname = ANY ({_array(names)}) AND p.provolatile = 'v' "
            f"AND p.proname <> ALL ({_array(list(_HARMLESS))}) LIMIT 1"
        )
        queries += [_checking(names), _hidden(names), _elsewhere(names)]
    for rows in postgres_asking.answered(link, queries, seconds):
        if rows:
            return rows[0][0]
    return ""


def _signs(found: Asked) -> set[str]:
    # What the server may read as one operator: any run of signs that stand together.
    signs: set[str] = set()
    runs: list[str] = []
    end = -1
    for token in found.tokens:
        if token.kind is Kind.OPERATOR:
            runs = [*(run + token.text for run in runs if token.start == end), token.text]
            signs.update(runs[-_LONGEST_RUN:])
            end = token.end
    return signs


def _seen(names: list[str]) -> str:
    # The relations, those that their views read, and their partitions.
    return (
        "WITH RECURSIVE seen(oid) AS (SELECT c.oid FROM pg_catalog.pg_class c "
        f"WHERE c.relname = ANY ({_array(names)}) UNION "
        "SELECT b.oid FROM seen s CROSS JOIN LATERAL ("
        "SELECT d.refobjid AS oid FROM pg_catalog.pg_rewrite r "
        "JOIN pg_catalog.pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid "
        "AND d.refclassid = 'pg_class'::regclass WHERE r.ev_class = s.oid UNION ALL "
        "SELECT i.inhrelid FROM pg_catalog.pg_inherits i WHERE i.inhparent = s.oid) b)"
    )


def _behind(names: list[str], changes: bool) -> str:
    # What belongs to the relations and is computed while a statement is planned: rules and policies,
    # indexes and statistics of expressions, how rows find their partition, the checks by which an
    # heir is left out, and, if rows are changed, defaults.
    own = _OWN.format("p")
    defaults = (
        "UNION ALL SELECT 'pg_attrdef'::regclass, f.oid, s.oid::regclass::text FROM seen s "
        "JOIN pg_catalog.pg_attrdef f ON f.adrelid = s.oid "
    )
    return (
        f"{_seen(names)}, "
        "users(classid, objid, name) AS (SELECT 'pg_rewrite'::regclass, r.oid, s.oid::regclass::text "
        "FROM seen s JOIN pg_catalog.pg_rewrite r ON r.ev_class = s.oid UNION ALL "
        "SELECT 'pg_policy'::regclass, y.oid, s.oid::regclass::text FROM seen s "
        "JOIN pg_catalog.pg_policy y ON y.polrelid = s.oid UNION ALL "
        "SELECT 'pg_class'::regclass, i.indexrelid, s.oid::regclass::text FROM seen s "
        "JOIN pg_catalog.pg_index i ON i.indrelid = s.oid UNION ALL "
        "SELECT 'pg_constraint'::regclass, k.oid, s.oid::regclass::text FROM seen s "
        "JOIN pg_catalog.pg_constraint k ON k.conrelid = s.oid "
        "JOIN pg_catalog.pg_inherits h ON h.inhrelid = s.oid UNION ALL "
        "SELECT 'pg_statistic_ext'::regclass, t.oid, s.oid::regclass::text FROM seen s "
        "JOIN pg_catalog.pg_statistic_ext t ON t.stxrelid = s.oid UNION ALL "
        f"SELECT 'pg_class'::regclass, s.oid, s.oid::regclass::text FROM seen s {defaults * changes}) "
        "SELECT 'the function ' || p.proname || ' through ' || u.name FROM users u "
        "JOIN pg_catalog.pg_depend d ON d.classid = u.classid AND d.objid = u.objid "
        "LEFT JOIN pg_catalog.pg_operator o ON d.refclassid = 'pg_operator'::regclass "
        "AND o.oid = d.refobjid "
        "JOIN pg_catalog.pg_proc p ON p.oid = CASE WHEN d.refclassid = 'pg_proc'::regclass "
        f"THEN d.refobjid ELSE o.oprcode END WHERE {own} LIMIT 1"
    )


def _checking(names: list[str]) -> str:
    # A domain's check is computed for each value that becomes one, be it in a row or an array.
    own = _OWN.format("p")
    return (
        f"{_seen(names)}, kinds(oid) AS (SELECT t.oid FROM pg_catalog.pg_type t "
        f"WHERE t.typname = ANY ({_array(names)}) UNION "
        "SELECT d.refobjid FROM seen s JOIN pg_catalog.pg_rewrite r ON r.ev_class = s.oid "
        "JOIN pg_catalog.pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid "
        "AND d.refclassid = 'pg_type'::regclass UNION "
        "SELECT b.oid FROM kinds k JOIN pg_catalog.pg_type t ON t.oid = k.oid CROSS JOIN LATERAL ("
        "SELECT unnest(ARRAY[t.typelem, t.typbasetype]) AS oid UNION ALL "
        "SELECT a.atttypid FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid) b) "
        "SELECT 'the function ' || p.proname || ' through ' || t.typname FROM kinds k "
        "JOIN pg_catalog.pg_type t ON t.oid = k.oid "
        "JOIN pg_catalog.pg_constraint c ON c.contypid = t.oid "
        "JOIN pg_catalog.pg_depend d ON d.classid = 'pg_constraint'::regclass AND d.objid = c.oid "
        "LEFT JOIN pg_catalog.pg_operator o ON d.refclassid = 'pg_operator'::regclass "
        "AND o.oid = d.refobjid "
        "JOIN pg_catalog.pg_proc p ON p.oid = CASE WHEN d.refclassid = 'pg_proc'::regclass "
        f"THEN d.refobjid ELSE o.oprcode END WHERE {own} LIMIT 1"
    )


def _hidden(names: list[str]) -> str:
    # Of the server's own functions no list says which views call them; their texts do.
    return (
        f"{_seen(names)}, texts AS MATERIALIZED (SELECT c.relname, "
        "pg_catalog.pg_get_viewdef(c.oid) AS text FROM seen s "
        "JOIN pg_catalog.pg_class c ON c.oid = s.oid AND c.relkind = 'v') "
        "SELECT 'the function ' || p.proname || ' through ' || t.relname FROM texts t "
        "JOIN pg_catalog.pg_proc p ON position(p.proname || '(' IN t.text) > 0 "
        f"WHERE p.provolatile = 'v' AND p.proname <> ALL ({_array(list(_HARMLESS))}) LIMIT 1"
    )


def _elsewhere(names: list[str]) -> str:
    # A server behind a foreign table does not hear that it is only to read.
    return (
        f"{_seen(names)} SELECT 'another server through ' || c.relname FROM seen s "
        "JOIN pg_catalog.pg_class c ON c.oid = s.oid WHERE c.relkind = 'f' LIMIT 1"
    )


def _array(texts: list[str]) -> str:
    return f"ARRAY[{', '.join(map(literal, texts))}]::name[]"
