"""DISTINCT over rows that differ anyway.

What:
    Finds `SELECT DISTINCT` from one table where a key of that table is among what is selected.

Why:
    No two rows have the same key, so nothing can be left out; the engine sorts or hashes all rows
    for nothing.

Example:
    SELECT DISTINCT artist_id, name FROM artist

Use instead:
    SELECT artist_id, name FROM artist
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def check(context: Context) -> Iterator[Finding]:
    if not context.nodes.get(exp.Distinct):
        return
    for level in levels.of(context):
        distinct = level.select.args.get("distinct")
        if distinct is None or distinct.args.get("on") is not None or len(level.items) != 1:
            continue
        relation = level.items[0].relation
        if relation is None or relation.kind != "table" or level.select.args.get("group"):
            continue
        selected = {
            item.name.lower()
            for one in level.select.expressions
            if isinstance(item := one.unalias(), exp.Column)
        }
        if not _is_key(relation, selected):
            continue
        first = places.whole(context, level.select.expressions[0])
        word = places.before(context, first.start, "DISTINCT") if first is not None else None
        following = places.next_to(context, word.end) if word is not None else None
        if word is None or following is None:
            continue
        span = Span(word.start, following.start)
        fixes: tuple[Fix, ...] = ()
        if not places.commented(context, span):
            fixes = (Fix("Remove DISTINCT", (TextEdit(span, ""),), "safe", True),)
        message = f"Rows of `{relation.name}` differ in their key: DISTINCT adds nothing."
        yield Finding(word.span, message, fixes)


def _is_key(relation: catalog.Relation, selected: set[str]) -> bool:
    """True if a key without NULLs is selected."""
    nullable = {column.name.lower() for column in relation.columns if column.nullable}
    return any(
        (names := {name.lower() for name in key.columns}) and names <= selected - nullable
        for key in relation.keys
    )


RULE = Rule("performance", "information", check, fix="safe", whole=True)
