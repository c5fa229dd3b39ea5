"""A condition in HAVING that WHERE could check sooner.

What:
    Finds parts of HAVING, in a grouped query, that hold no aggregate.

Why:
    HAVING is checked after all rows were grouped. WHERE leaves the rows out before that, and can
    use an index.

Example:
    SELECT country, count(*) FROM customer GROUP BY country HAVING country <> 'DE'

Use instead:
    SELECT country, count(*) FROM customer WHERE country <> 'DE' GROUP BY country
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places
from sureql.ide.diagnostics.rule import Finding, Rule

_UNCLEAR = (exp.Anonymous, exp.Window, exp.Query, exp.AggFunc)


def check(context: Context) -> Iterator[Finding]:
    for having in context.all(exp.Having):
        select = having.parent
        group = select.args.get("group") if select is not None else None
        if group is None or not group.expressions or _several(group):
            continue
        for condition in levels.conjuncts(having.this):
            columns = list(condition.find_all(exp.Column))
            unclear = any(isinstance(one, _UNCLEAR) for one in condition.walk())
            # An alias may be that of an aggregate.
            if unclear or not columns or any(context.source(one) is None for one in columns):
                continue
            span = places.whole(context, condition)
            if span is not None:
                message = "WHERE checks this before the rows are grouped: move it there."
                yield Finding(span, message)


def _several(group: exp.Group) -> bool:
    """True for CUBE, ROLLUP and GROUPING SETS, which put NULL in place of a column."""
    return any(
        group.args.get(name) for name in ("cube", "rollup", "grouping_sets", "all", "totals")
    ) or any(isinstance(one, (exp.Cube, exp.Rollup, exp.GroupingSets)) for one in group.expressions)


RULE = Rule("performance", "hint", check)
