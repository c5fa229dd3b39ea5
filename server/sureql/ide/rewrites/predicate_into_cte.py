"""What every use of a CTE asks of its rows is asked inside it already."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts.levels import Item
from sureql.ide.optimise import correlated, failing, layout, placing, scoping, uses
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.ide.optimise.uses import Arm, Definition
from sureql.text.edits import TextEdit, apply_edits
from sureql.text.span import Span

_MOST_USES = 6


def find(context: Context) -> Iterator[Step]:
    if context.templated or not scoping.steady(context):
        return
    for one in uses.found(context):
        if one.shared and 1 < len(one.uses) <= _MOST_USES:
            yield from _steps(context, one)


def _steps(context: Context, one: Definition) -> Iterator[Step]:
    asked: list[list[exp.Expr]] = []
    for level, item in one.uses:
        found = [
            condition
            for condition in uses.filters(context, level, item)
            if _reaches(context, one, item, condition)
        ]
        if not found:
            return
        asked.append(found)
    edits: list[TextEdit] = []
    for arm in one.arms:
        texts = []
        for conditions in asked:
            parts = [_inside(context, one, arm, condition) for condition in conditions]
            if not all(parts):
                return
            texts.append(layout.word(context, " AND ").join(parts))
        several = list(dict.fromkeys(texts))
        joint = layout.word(context, " OR ")
        text = several[0] if len(several) == 1 else f"({joint.join(several)})"
        added = placing.filtered(context, arm.block, text)
        if not added or text in arm.block.span.of(context.text):
            return
        edits += added
    title = f"Compute only those rows of `{one.name}` that one of its uses keeps"
    yield Step(tuple(edits), title, proved=True)


def _reaches(context: Context, one: Definition, item: Item, condition: exp.Expr) -> bool:
    """True if a condition can be asked of the rows that the CTE is made from."""
    if any(True for _ in condition.find_all(*_CHANGING)) or not failing.never(context, condition):
        return False
    for column in condition.find_all(exp.Column):
        place = uses.place(one, column)
        if place is None:
            return False
        first = one.arms[0].item(place)
        for arm in one.arms:
            inner = arm.item(place)
            if not isinstance(inner, exp.Column) or not uses.known(context, arm, inner):
                return False
            # A group has one value of the column only where equal values are the same, and arms
            # of different types give values of a third one.
            changed = arm.grouped or len(one.arms) > 1
            if first is None or (changed and not scoping.same_kind(context, first, inner)):
                return False
    return True


_CHANGING = (exp.Subquery, exp.Window, exp.AggFunc, exp.Anonymous, exp.Collate)


def _inside(context: Context, one: Definition, arm: Arm, condition: exp.Expr) -> str:
    """A condition as written, with the arm's columns in place of the CTE's."""
    span = layout.condition(context, condition)
    written = uses.text(context, condition)
    if span is None or not written:
        return ""
    shift = span.start - (1 if written.startswith("(") and written != span.of(context.text) else 0)
    edits = []
    for column in condition.find_all(exp.Column):
        place = uses.place(one, column)
        inner = arm.item(place) if place is not None else None
        mine, text = _span(column), correlated.text(context, inner) if inner is not None else ""
        if mine is None or not text:
            return ""
        edits.append(TextEdit(mine.shift(-shift), text))
    return apply_edits(written, edits)


def _span(column: exp.Column) -> Span | None:
    starts = [part.meta for part in column.parts if "start" in part.meta]
    return (
        Span(starts[0]["start"], starts[-1]["end"] + 1)
        if len(starts) == len(column.parts)
        else None
    )


REWRITE = Rewrite(
    "Filter a CTE where it is made",
    find,
    worth={"postgres": 2.0, "sqlite": 1.3, "duckdb": 1.0},
)
