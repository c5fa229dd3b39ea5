"""A plan that the user has got from an engine and kept as text: what `EXPLAIN` printed as JSON.

That is the one way to plans of engines that sureql does not ask, and to what steps really took: sureql
itself never runs a statement to explain it, a plan of `EXPLAIN ANALYZE` may be given all the same.
"""

from __future__ import annotations

import json
import re

from sureql.oracle.planners import duckdb_plan, mysql_plan, postgres_plan
from sureql.ports.errors import PlanError
from sureql.ports.plan import Plan

UNKNOWN = (
    "That is no plan that can be read: JSON is, as `EXPLAIN (FORMAT JSON)` of PostgreSQL or DuckDB and "
    "`EXPLAIN FORMAT=JSON` of MySQL or MariaDB print it."
)

# psql ends the lines of a cell with `+` and puts a frame around it; only the JSON counts.
_CONTINUED = re.compile(r"[ \t]*\+[ \t]*$", re.MULTILINE)
_MARIADB = '"r_'


def read(text: str, basis: str) -> Plan:
    """The plan; the engine is told by its form. Raises PlanError if it is none that is known."""
    bare = _json(_CONTINUED.sub("", text))
    try:
        found = json.loads(bare)
    except (ValueError, RecursionError):
        raise PlanError(UNKNOWN) from None
    if isinstance(found, dict) and "query_block" in found:
        block = found["query_block"]
        by_mysql = isinstance(block, dict) and "cost_info" in block
        engine = "MySQL" if by_mysql and _MARIADB not in bare else "MariaDB or MySQL"
        return mysql_plan.read(bare, engine, basis)
    first = found[0] if isinstance(found, list) and found else None
    if isinstance(first, dict) and "Plan" in first:
        return postgres_plan.read(bare, "PostgreSQL", basis)
    if isinstance(first, dict) and "extra_info" in first:
        return duckdb_plan.read(bare, "DuckDB", basis, counted=True)
    raise PlanError(UNKNOWN)


def _json(text: str) -> str:
    starts = [at for at in (text.find("["), text.find("{")) if at >= 0]
    end = max(text.rfind("]"), text.rfind("}")) + 1
    return text[min(starts, default=0) : end]
