"""Functions that give several rows for one."""

from __future__ import annotations

from sqlglot import exp

from sureql.catalog import builtins
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels

# Where a function in the select list may give several rows.
_DIALECTS = ("postgres", "duckdb", "redshift", "spark", "databricks", "hive", "clickhouse")


def multiplies(context: Context, select: exp.Select) -> bool:
    """True if a function in the select list may give several rows for one."""
    for one in (part for item in select.expressions for part in levels.own(item)):
        if isinstance(one, levels.SETS):
            return True
        if isinstance(one, exp.Anonymous) and context.dialect.name in _DIALECTS:
            known = builtins.functions(context.dialect.name).get(one.name.lower(), ())
            if not known or any(each.kind == "table" for each in known):
                return True
    return False
