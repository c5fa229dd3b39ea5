"""UPDATE … FROM or DELETE … USING without a condition that links the tables.

What:
    Finds a second table in UPDATE or DELETE that no condition links with the table to be changed.

Why:
    Each row is paired with every row of the other table. All rows are changed, each to the values
    of a row that is chosen at random.

Example:
    UPDATE album SET title = a.name FROM artist AS a WHERE a.country = 'DE'

Use instead:
    UPDATE album SET title = a.name FROM artist AS a
    WHERE a.artist_id = album.artist_id AND a.country = 'DE'
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.semantics import sources
from sureql.semantics.model import Source


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Update, exp.Delete):
        others = _others(node)
        target = _source(context, node.this)
        if not others or target is None or any(levels.single_row(one) for one in others):
            continue
        where = node.args.get("where")
        conditions = list(levels.conjuncts(where.this if where is not None else None))
        if any(_links(context, condition, target) for condition in conditions):
            continue
        if _one_row(context, conditions, _source(context, others[0])):
            continue
        span = places.whole(context, others[0])
        if span is not None:
            message = f"No condition links this with `{target.name}`: every row meets every row."
            yield Finding(span, message)


def _others(node: exp.Expr) -> list[exp.Expr]:
    """What stands in FROM or USING beside the table that is changed."""
    clause = node.args.get("from_")
    found = [clause.this] if clause is not None else []
    found += node.args.get("using") or ()
    plain = all(isinstance(one, (exp.Table, exp.Subquery)) for one in found)
    return found if plain else []


def _source(context: Context, node: exp.Expr | None) -> Source | None:
    if not isinstance(node, exp.Table):
        return None
    span = sources.span_of(node.this)
    return next((one for one in context.analysis.sources if one.span == span), None)


def _links(context: Context, condition: exp.Expr, target: Source) -> bool:
    """True if a condition speaks of the target and of something else, or if that is not known."""
    seen = [context.source(column) for column in condition.find_all(exp.Column)]
    if any(one is None for one in seen):
        return True
    return any(one is target for one in seen) and any(one is not target for one in seen)


def _one_row(context: Context, conditions: list[exp.Expr], source: Source | None) -> bool:
    """True if a key of the other table is compared with constants."""
    fixed = {
        condition.this.name.lower()
        for condition in conditions
        if isinstance(condition, exp.EQ)
        and isinstance(condition.this, exp.Column)
        and context.source(condition.this) is source
        and levels.constant(condition.expression)
    }
    relation = source.relation if source is not None else None
    return levels.unique(relation, frozenset(fixed))


RULE = Rule(
    "correctness",
    "warning",
    check,
    dialects=("postgres", "sqlite", "duckdb"),
    kinds=("UPDATE", "DELETE", "WITH"),
    whole=True,
)
