"""A CTE that is used more than once is planned anew at each use, where its rows can be filtered."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places
from sureql.ide.optimise import failing, layout, repeats, scoping
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.syntax.tokens import Token
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_ENGINES = ("postgres", "sqlite", "duckdb")
_SUMS = "Sums of floating point numbers come out the same each time."


def find(context: Context) -> Iterator[Step]:
    if context.dialect.name not in _ENGINES or not scoping.steady(context):
        return
    if any(True for one in context.all(exp.With) if one.recursive):
        return
    for cte in context.all(exp.CTE):
        word = _as(context, cte)
        if word is None or not isinstance(cte.this, exp.Query) or _uses(context, cte) < 2:
            continue
        following = places.next_to(context, word.end)
        if following is None or following.text != "(" or not repeats.certain(cte.this):
            continue
        text = " " + layout.word(context, "NOT MATERIALIZED")
        title = f"Plan `{cte.alias}` anew at each use, so that conditions reach into it"
        relied = [] if repeats.exact(context, cte.this) else [_SUMS]
        if not _reachable(context, cte):
            relied.append(failing.REACHED)
        yield Step((TextEdit(Span(word.end, word.end), text),), title, " ".join(relied), not relied)


def _reachable(context: Context, cte: exp.CTE) -> bool:
    """True if no condition of a query that uses the CTE can fail for rows that it leaves out."""
    name = cte.alias.lower()
    return all(
        failing.never(context, *level.conditions, *level.joined())
        for level in levels.of(context)
        if any(
            isinstance(one.node, exp.Table) and one.node.name.lower() == name for one in level.items
        )
    )


def _as(context: Context, cte: exp.CTE) -> Token | None:
    """The word AS between a CTE's name and its query."""
    alias = cte.args.get("alias")
    start = alias.this.meta.get("start") if alias is not None and alias.this else None
    return places.after(context, start + 1, "AS") if start is not None else None


def _uses(context: Context, cte: exp.CTE) -> int:
    """How often FROM names the CTE."""
    name = cte.alias.lower()
    return sum(
        len(table.parts) == 1 and table.name.lower() == name for table in context.all(exp.Table)
    )


REWRITE = Rewrite(
    "Plan a CTE anew at each use",
    find,
    # Where its uses filter it by an index or a constant; a plan must show it.
    worth={"sqlite": 1.0, "postgres": 1.0, "duckdb": 1.0},
)
