"""Whether a free choice of the engine's matters on a database: any row of a group, or of a tie.

A query that leaves a choice open has variants that choose one way and the other: the least and the
greatest value instead of any, RANK instead of ROW_NUMBER. Where they give the same rows as the query,
nothing was left open, and what it gives can be compared.
"""

from __future__ import annotations

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.equivalence import repeatable, total_order
from sureql.syntax.dialects import Dialect


def variants(tree: exp.Query, dialect: Dialect, schema: catalog.Catalog) -> tuple[str, ...] | None:
    """Queries that give what `tree` gives wherever no choice is open. () if none ever is, None if
    there are choices that no variant settles."""
    if not _open(tree, dialect, schema):
        return ()
    made = [_settled(tree, dialect, schema, settle) for settle in (exp.Min, exp.Max)]
    if any(_open(one, dialect, schema) for one in made):
        return None
    return tuple(dict.fromkeys(one.sql(dialect.sqlglot or None) for one in made))


def _open(tree: exp.Query, dialect: Dialect, schema: catalog.Catalog) -> bool:
    doubtful = (repeatable.Kind.CHOICE, repeatable.Kind.UNKNOWN)
    found = repeatable.obstacles(tree, dialect, schema)
    return any(one.kind in doubtful and not one.outermost for one in found)


def _settled(
    tree: exp.Query, dialect: Dialect, schema: catalog.Catalog, settle: type[exp.AggFunc]
) -> exp.Query:
    made = tree.copy()
    for select in list(made.find_all(exp.Select)):
        for column in list(total_order.loose(select, dialect, schema)):
            if isinstance(column.parent, exp.Select) and column.arg_key == "expressions":
                column.replace(exp.alias_(settle(this=column.copy()), column.name))
            else:
                column.replace(settle(this=column.copy()))
    for pick in list(made.find_all(exp.AnyValue, exp.First, exp.Last)):
        pick.replace(settle(this=pick.this.copy()))
    for number in list(made.find_all(exp.RowNumber)):
        number.replace(exp.Anonymous(this="RANK"))
    return made
