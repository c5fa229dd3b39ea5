"""`EXISTS (… a = x) OR EXISTS (… b = x)` becomes `x IN (SELECT a … UNION ALL SELECT b …)`.

Engines join with the union, where two EXISTS under OR are asked row by row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.diagnostics.facts.levels import Level
from sureql.ide.optimise import blocks, failing, formulas, layout, scoping
from sureql.ide.optimise.blocks import Block, Part
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_CLAUSES = (
    *("group", "having", "distinct", "limit", "offset", "fetch", "order", "windows", "qualify"),
    *("with_", "into", "locks", "laterals"),
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One EXISTS: `outer` equals `inner` in the condition `link`."""

    block: Block
    parts: tuple[Part, ...]
    link: Part
    outer: exp.Column
    inner: exp.Column
    brackets: Span


def find(context: Context) -> Iterator[Step]:
    if len(context.nodes.get(exp.Exists, ())) < 2 or not scoping.steady(context):
        return
    for level in levels.of(context):
        block = blocks.block(context, level.select)
        for part in (blocks.parts(context, block) or ()) if block is not None else ():
            arms = formulas.arms(context, part)
            if arms is None or len(arms) < 2 or any(len(arm) != 1 for arm in arms):
                continue
            found = [_asked(context, level, arm[0].node) for arm in arms]
            asked = [one for one in found if one is not None]
            if len(asked) == len(found) and len(_outers(context, asked)) == 1:
                yield from _joined(context, part, asked)


def _outers(context: Context, asked: list[_Asked]) -> set[object]:
    return {formulas.key(context, one.outer) for one in asked}


def _asked(context: Context, level: Level, node: exp.Expr) -> _Asked | None:
    select = node.this.this if isinstance(node.this, exp.Subquery) else node.this
    if not isinstance(node, exp.Exists) or not isinstance(select, exp.Select):
        return None
    inner, block = levels.level(context, select), blocks.block(context, select)
    plain = not any(select.args.get(name) for name in _CLAUSES) and select.args.get("from_")
    if inner is None or block is None or block.brackets is None or not plain:
        return None
    if any(True for one in select.expressions for _ in levels.aggregates(one)):
        return None  # There is a row in any case.
    parts = blocks.parts(context, block)
    open_ = [part for part in parts or () if not scoping.within(context, part.node, select)]
    link = open_[0].node if len(open_) == 1 else None
    if parts is None or not isinstance(link, exp.EQ):
        return None
    sources = [select.args["from_"], *(select.args.get("joins") or ())]
    if not all(scoping.within(context, one, select) for one in sources):
        return None
    for one, other in ((link.this, link.expression), (link.expression, link.this)):
        if not isinstance(one, exp.Column) or not isinstance(other, exp.Column):
            return None
        if scoping.owner(context, one) is level and scoping.owner(context, other) is inner:
            same = scoping.same_kind(context, one, other)
            found = _Asked(block, parts, open_[0], one, other, block.brackets)
            return found if same else None
    return None


def _joined(context: Context, part: Part, asked: list[_Asked]) -> Iterator[Step]:
    outer = layout.text(context, asked[0].outer)
    words = {one: layout.word(context, one) for one in ("IN", "SELECT", "UNION ALL")}
    edits: list[TextEdit] = []
    start, head = part.span.start, f"{outer} {words['IN']} ("
    for one in asked:
        body = one.block.body(context, "SELECT")
        if body is None:
            return
        text = f"{head}{words['SELECT']} {layout.text(context, one.inner)}"
        edits.append(TextEdit(Span(start, body.end), text))
        if len(one.parts) == 1:
            gone = Span(one.block.clauses["FROM"].end, one.block.clauses["WHERE"].end)
            edits.append(TextEdit(gone, ""))
        else:
            edits += blocks.without(one.block, one.parts, [one.link])
        start = one.brackets.end - 1
        line = context.text.rfind("\n", 0, one.block.span.start) + 1
        several = "\n" in one.block.span.of(context.text)
        gap = "\n" + " " * (one.block.span.start - line) if several else " "
        head = f"{gap}{words['UNION ALL']}{gap}"
    edits.append(TextEdit(Span(start, part.span.end), ")"))
    if any(layout.commented(context, edit.span) for edit in edits):
        return
    title = f"Look for `{outer}` in one list instead of asking {len(asked)} times"
    conditions = [found.node for one in asked for found in one.parts]
    certain = failing.never(context, *conditions)
    yield Step(tuple(edits), title, "" if certain else failing.RELIES, certain)


REWRITE = Rewrite(
    "Ask once instead of with several EXISTS",
    find,
    worth={"postgres": 1.5, "sqlite": 1.0, "duckdb": 1.1},
    usual=1.5,
)
