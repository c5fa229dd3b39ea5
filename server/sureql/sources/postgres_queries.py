"""What is asked of PostgreSQL's own catalogs (12 and newer).

They are read with `search_path = pg_catalog`: no function or operator of the user's can stand in for
a built-in one, and every type of the user's comes with its schema. Nothing here evaluates what the
user wrote: defaults and checks are only turned back into text.
"""

from __future__ import annotations

# The schemas of the user's.
_OURS = "n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'"
_COMMENT = "LEFT JOIN pg_description d ON d.objoid = {0}.oid AND d.classoid = '{1}'::regclass "
# A B-tree of whole columns, all in the same order with their usual collation and operators.
_PLAIN = (
    "c.relam = 403 AND i.indpred IS NULL AND i.indnatts = i.indnkeyatts "
    "AND NOT 0 = ANY (i.indkey::int2[]) "
    "AND (SELECT count(DISTINCT o) = 1 AND min(o) IN (0, 3) FROM unnest(i.indoption::int2[]) o) "
    "AND NOT EXISTS (SELECT FROM unnest(i.indclass::oid[]) o JOIN pg_opclass p ON p.oid = o "
    "WHERE NOT p.opcdefault) "
    "AND NOT EXISTS (SELECT FROM unnest(i.indcollation::oid[], i.indkey::int2[]) k(rule, number) "
    "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number "
    "WHERE k.rule <> 0 AND a.attcollation <> k.rule)"
)

SESSION = (
    "SELECT pg_catalog.current_schemas(false)::pg_catalog.text[], "
    "pg_catalog.current_setting('server_version_num')::pg_catalog.int4"
)
"""Asked before the search path is changed: the schemas that unqualified names are looked up in."""

QUERIES = {
    "schemas": f"SELECT n.nspname FROM pg_namespace n WHERE {_OURS} ORDER BY 1",
    "relations": "SELECT c.oid::int8, n.nspname, c.relname, c.relkind::text, d.description "
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    + _COMMENT.format("c", "pg_class")
    + f"AND d.objsubid = 0 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c') AND {_OURS} "
    "ORDER BY 2, 3",
    "columns": "SELECT a.attrelid::int8, a.attnum::int, a.attname, a.atttypid::int8, "
    "CASE WHEN a.atttypmod >= 0 THEN format_type(a.atttypid, a.atttypmod) END, "
    "a.attnotnull, a.attidentity::text, a.attgenerated::text, "
    "CASE WHEN a.atthasdef THEN pg_get_expr(v.adbin, v.adrelid) END, d.description "
    "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace "
    "LEFT JOIN pg_attrdef v ON v.adrelid = a.attrelid AND v.adnum = a.attnum "
    "LEFT JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass "
    "AND d.objsubid = a.attnum "
    f"WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c') AND {_OURS} "
    "AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1, 2",
    "constraints": "SELECT k.conrelid::int8, k.contype::text, k.conname, k.conkey::int[], "
    "k.confrelid::int8, k.confkey::int[], "
    "CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END "
    "FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace "
    f"WHERE k.contype IN ('p', 'u', 'f', 'c') AND k.conrelid <> 0 AND {_OURS} ORDER BY k.oid",
    "indexes": "SELECT i.indrelid::int8, c.relname, i.indisunique, i.indnkeyatts::int, "
    f"i.indkey::int2[]::int[], i.indpred IS NOT NULL, {_PLAIN} FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid) "
    f"AND i.indisvalid AND {_OURS} ORDER BY i.indexrelid",
    "sizes": "SELECT c.oid::int8, c.reltuples::float8, c.relpages::int FROM pg_class c "
    "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'm') "
    f"AND c.reltuples >= 0 AND c.relpages > 0 AND {_OURS} ORDER BY 1",
    # Counts only: the common values and the histogram beside them are the user's data.
    "counts": "SELECT c.oid::int8, s.attname, s.n_distinct::float8, s.null_frac::float8, "
    "s.avg_width::int, s.correlation::float8 FROM pg_stats s "
    "JOIN pg_namespace n ON n.nspname = s.schemaname "
    "JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename "
    f"WHERE NOT s.inherited AND {_OURS} ORDER BY 1, 2",
    "types": "SELECT t.oid::int8, format_type(t.oid, NULL), n.nspname, t.typname, t.typtype::text, "
    "t.typrelid::int8, t.typelem::int8, t.typcategory::text, "
    "CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END, "
    "t.typbasetype::int8, r.relkind::text FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
    "LEFT JOIN pg_class r ON r.oid = t.typrelid",
    "enums": "SELECT e.enumtypid::int8, array_agg(e.enumlabel::text ORDER BY e.enumsortorder) "
    "FROM pg_enum e GROUP BY 1",
    "functions": "SELECT n.nspname, p.proname, p.prokind::text, p.proretset, p.prorettype::int8, "
    "p.proargtypes::oid[]::int8[], p.pronargdefaults::int, p.provariadic::int8, "
    "p.proallargtypes::int8[], p.proargmodes::text[], p.proargnames, a.aggkind::text, d.description "
    "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
    "LEFT JOIN pg_aggregate a ON a.aggfnoid = p.oid "
    + _COMMENT.format("p", "pg_proc")
    + f"WHERE {_OURS} OR n.nspname = 'pg_catalog' ORDER BY 1, 2, p.oid",
    "dependencies": "SELECT DISTINCT r.ev_class::int8, d.refobjid::int8 FROM pg_rewrite r "
    "JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid "
    "AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class "
    "JOIN pg_class c ON c.oid = r.ev_class AND c.relkind IN ('v', 'm')",
}
