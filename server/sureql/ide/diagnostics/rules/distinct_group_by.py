"""DISTINCT together with GROUP BY.

What:
    Finds `SELECT DISTINCT … GROUP BY …`.

Why:
    GROUP BY gives each group once. If all that is grouped by is selected, DISTINCT only costs time;
    if not, it hides that several groups look the same.

Example:
    SELECT DISTINCT country, count(*) FROM customer GROUP BY country

Use instead:
    SELECT country, count(*) FROM customer GROUP BY country
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Select):
        distinct, group = node.args.get("distinct"), node.args.get("group")
        if distinct is None or distinct.args.get("on") is not None or group is None:
            continue
        first = places.whole(context, node.expressions[0]) if node.expressions else None
        word = places.before(context, first.start, "DISTINCT") if first is not None else None
        if word is None:
            continue
        if not _all_selected(context, node, group):
            message = "DISTINCT hides groups that look the same: group by what is selected."
            yield Finding(word.span, message)
            continue
        following = places.next_to(context, word.end)
        end = following.start if following is not None else word.end
        span = Span(word.start, end)
        fixes: tuple[Fix, ...] = ()
        if not places.commented(context, span):
            fixes = (Fix("Remove DISTINCT", (TextEdit(span, ""),), "safe", True),)
        yield Finding(
            word.span, "GROUP BY already gives each row once: DISTINCT adds nothing.", fixes
        )


def _all_selected(context: Context, node: exp.Select, group: exp.Group) -> bool:
    """True if every expression of GROUP BY is selected as it stands."""
    if not group.expressions or any(
        group.args.get(name) for name in ("cube", "rollup", "grouping_sets", "all", "totals")
    ):
        return False
    selected = [item.unalias() for item in node.expressions]
    return all(
        isinstance(item, exp.Literal)
        or context.is_alias(item)
        or any(_same(context, item, one) for one in selected)
        for item in group.expressions
    )


def _same(context: Context, one: exp.Expr, two: exp.Expr) -> bool:
    if one == two:
        return True
    if not isinstance(one, exp.Column) or not isinstance(two, exp.Column):
        return False
    source = context.source(one)
    return source is not None and source is context.source(two) and one.name == two.name


RULE = Rule("performance", "information", check, fix="safe", whole=True)
