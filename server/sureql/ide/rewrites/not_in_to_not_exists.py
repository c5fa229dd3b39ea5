"""`x NOT IN (SELECT y …)` becomes NOT EXISTS, where neither can be NULL."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, not_in
from sureql.ide.diagnostics.facts.not_in import NotIn
from sureql.ide.optimise import blocks, layout, scoping
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_CLAUSES = (
    *("group", "having", "distinct", "limit", "offset", "fetch", "order", "windows", "qualify"),
    *("with_", "into", "locks"),
)


def find(context: Context) -> Iterator[Step]:
    # SQLite keeps NULL in some primary keys.
    if context.dialect.name == "sqlite":
        return
    for one in not_in.found(context):
        outer, inner = one.node.this, one.item
        negation = one.node.parent
        if not isinstance(outer, exp.Column) or not isinstance(inner, exp.Column):
            continue
        if (
            negation is None
            or not layout.decides(negation)
            or not scoping.same_kind(context, outer, inner)
        ):
            continue
        fields = (context.field(outer), context.field(inner))
        if any(field is None or field.nullable for field in fields) or one.nullable:
            continue
        yield from _asked(context, one, outer, inner)


def _asked(context: Context, one: NotIn, outer: exp.Column, inner: exp.Column) -> Iterator[Step]:
    block, level = blocks.block(context, one.select), levels.level(context, one.select)
    if block is None or block.brackets is None or level is None or not level.items:
        return
    parts = blocks.parts(context, block)
    if parts is None or any(one.select.args.get(name) for name in _CLAUSES):
        return
    if scoping.owner(context, inner) is not level:
        return
    # The outer column's name must not mean something else inside.
    name = outer.args.get("table")
    taken = {item.source.name.lower() for item in level.items if item.source is not None}
    if name is None or name.name.lower() in taken or len(taken) < len(level.items):
        return
    negation = one.node.parent or one.node
    body, condition = block.body(context, "SELECT"), layout.condition(context, negation)
    if body is None or condition is None:
        return
    lead = Span(condition.start, block.brackets.start)
    link = f"{layout.text(context, inner)} = {layout.text(context, outer)}"
    if parts:
        added = layout.following(context, parts[-1].span, link)
        if len(parts) == 1 and isinstance(parts[0].node, exp.Or):
            return
    else:
        end = block.clauses["FROM"].end
        added = TextEdit(Span(end, end), f" {layout.word(context, 'WHERE')} {link}")
    edits = (
        TextEdit(lead, layout.word(context, "NOT EXISTS") + " "),
        TextEdit(body, "1"),
        added,
    )
    if condition.end != block.brackets.end or any(
        layout.commented(context, edit.span) for edit in edits
    ):
        return
    yield Step(edits, "Ask with NOT EXISTS instead of NOT IN", proved=True)


REWRITE = Rewrite(
    "Ask with NOT EXISTS instead of NOT IN",
    find,
    worth={"sqlite": 0.1, "postgres": 3.0, "duckdb": 1.0},
)
