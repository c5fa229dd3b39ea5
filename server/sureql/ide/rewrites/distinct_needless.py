"""DISTINCT goes where rows differ in any case, or where nobody counts them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, multiplying, places
from sureql.ide.diagnostics.facts.levels import Level
from sureql.ide.optimise import blocks, unique_rows
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def find(context: Context) -> Iterator[Step]:
    for level in levels.of(context):
        distinct = level.select.args.get("distinct")
        block = blocks.block(context, level.select)
        if distinct is None or distinct.args.get("on") or block is None:
            continue
        why = _needless(context, level)
        word = places.next_to(context, block.span.start + len("SELECT"))
        following = places.next_to(context, word.end) if word is not None else None
        if not why or word is None or following is None or not word.is_word("DISTINCT"):
            continue
        gone = Span(word.start, following.start)
        if not blocks.commented(context, gone):
            yield Step((TextEdit(gone, ""),), f"Leave out DISTINCT: {why}", proved=True)


def _needless(context: Context, level: Level) -> str:
    """Why DISTINCT changes nothing; '' if it may."""
    select = level.select
    whole = any(select.args.get(name) for name in ("limit", "offset", "fetch"))
    if not whole and _only_searched(select):
        return "it does not matter how often a value is found"
    if multiplying.multiplies(context, select):
        return ""
    group = select.args.get("group")
    shown = [one.unalias() for one in select.expressions]
    if group is not None:
        sets = ("rollup", "cube", "grouping_sets", "totals", "all")
        if any(group.args.get(name) for name in sets) or not group.expressions:
            return ""
        plain = all(
            isinstance(key, exp.Column) and not context.is_alias(key) for key in group.expressions
        )
        if plain and all(any(key == one for one in shown) for key in group.expressions):
            return "there is one row for each group"
        return ""
    if any(True for one in shown for _ in one.find_all(*levels.AGGREGATES, exp.Window)):
        return ""
    for item in level.items:
        relation = item.relation
        names = {
            one.name.lower()
            for one in shown
            if isinstance(one, exp.Column) and context.source(one) is item.source
        }
        for key in relation.keys if relation is not None else ():
            wanted = {name.lower() for name in key.columns}
            if not wanted or not wanted <= names:
                continue
            if not unique_rows.never_null(context, item, key.columns):
                continue
            if len(unique_rows.determined(context, level, item)) == len(level.items):
                return f"rows differ in {places.join_words(key.columns)}"
    return ""


def _only_searched(select: exp.Select) -> bool:
    """True for what IN or EXISTS searches."""
    above = select.parent
    if isinstance(above, exp.Exists):
        return True
    searched = above.parent if isinstance(above, exp.Subquery) else None
    return isinstance(searched, exp.In) and searched.args.get("query") is above


REWRITE = Rewrite(
    "Leave out a DISTINCT that changes nothing",
    find,
    worth={"sqlite": 1.5, "postgres": 1.9, "duckdb": 1.1},
    usual=1.3,
)
