"""Conditions of HAVING on group keys move to WHERE, which drops the rows before they are grouped."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.optimise import blocks, formulas, layout
from sureql.ide.optimise.blocks import Block, Part
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def find(context: Context) -> Iterator[Step]:
    for having in context.all(exp.Having):
        select = having.parent
        block = blocks.block(context, select)
        group = select.args.get("group") if isinstance(select, exp.Select) else None
        if not isinstance(select, exp.Select) or block is None or group is None:
            continue
        if not group.expressions or _several(group):
            continue
        keys = {
            formulas.key(context, one) for one in group.expressions if isinstance(one, exp.Column)
        }
        # A name that is an alias as well may mean either, by engine.
        named = {one.alias.lower() for one in select.expressions if isinstance(one, exp.Alias)}
        keys = {
            one for one in keys if not (isinstance(one, tuple) and str(one[-1]).lower() in named)
        }
        parts = blocks.parts(context, block, "HAVING") or ()
        moved = [place for place, part in enumerate(parts) if _movable(context, part, keys)]
        edits = _edits(context, block, parts, moved) if moved else []
        if edits and not any(layout.commented(context, one.span) for one in edits):
            text = parts[moved[0]].span.of(context.text)
            shown = " ".join(text.split()) if len(moved) == 1 else "these conditions"
            yield Step(tuple(edits), f"Check `{shown}` before grouping", proved=True)


def _movable(context: Context, part: Part, keys: set[object]) -> bool:
    """True if the condition says the same of each row of a group: only comparisons of keys do, as
    LIKE may tell values apart that are equal."""
    columns = list(part.node.find_all(exp.Column))
    return (
        bool(columns)
        and formulas.harmless(part.node)
        and part.node.find(exp.Like) is None
        and all(context.source(one) is not None for one in columns)
        and all(formulas.key(context, one) in keys for one in columns)
    )


def _edits(
    context: Context, block: Block, parts: tuple[Part, ...], moved: list[int]
) -> list[TextEdit]:
    wheres = blocks.parts(context, block)
    if wheres is None or (len(wheres) == 1 and isinstance(wheres[0].node, exp.Or)):
        return []
    texts = [parts[place].span.of(context.text) for place in moved]
    if isinstance(parts[0].node, exp.Or):
        texts = [f"({texts[0]})"]
    edits = []
    if wheres:
        at = wheres[-1].span
        whole = "".join(layout.following(context, at, text).new_text for text in texts)
        edits.append(TextEdit(Span(at.end, at.end), whole))
    else:
        end, start = block.clauses["FROM"].end, block.clauses["GROUP"].start
        gap = context.text[end:start] if not context.text[end:start].strip() else " "
        joint = f" {layout.word(context, 'AND')} "
        edits.append(
            TextEdit(Span(end, end), f"{gap}{layout.word(context, 'WHERE')} {joint.join(texts)}")
        )
    if len(moved) < len(parts):
        return edits + formulas.without(parts, moved)
    having = block.clauses["HAVING"]
    return [*edits, TextEdit(Span(block.clauses["GROUP"].end, having.end), "")]


def _several(group: exp.Group) -> bool:
    """True for CUBE, ROLLUP and GROUPING SETS, which put NULL in place of a column."""
    names = ("cube", "rollup", "grouping_sets", "all", "totals")
    return any(group.args.get(name) for name in names) or any(
        isinstance(one, (exp.Cube, exp.Rollup, exp.GroupingSets)) for one in group.expressions
    )


REWRITE = Rewrite(
    "Check conditions before grouping", find, worth={"sqlite": 1.0, "postgres": 1.1}, usual=1.1
)
