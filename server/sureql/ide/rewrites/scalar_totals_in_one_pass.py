"""Sub-queries in the select list that each total the same table become one sub-query in FROM."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places
from sureql.ide.optimise import blocks, layout, one_pass, scoping
from sureql.ide.optimise.blocks import Part
from sureql.ide.optimise.one_pass import Total
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_CLAUSES = ("group", "having", "distinct", "windows", "qualify", "into", "laterals", "locks")


def find(context: Context) -> Iterator[Step]:
    if len(context.nodes.get(exp.Select, ())) < 3 or not scoping.steady(context):
        return
    for level in levels.of(context):
        select = level.select
        if any(select.args.get(name) for name in _CLAUSES) or not _open(select):
            continue
        groups: dict[tuple[str, ...], list[Total]] = {}
        for node in _direct(select):
            total = one_pass.total(context, node.this)
            if total is not None and total.block.brackets and len(total.select.expressions) == 1:
                groups.setdefault(total.tables, []).append(total)
        for totals in groups.values():
            if len(totals) > 1:
                yield from _joined(context, select, totals)


def _open(select: exp.Select) -> bool:
    """True if one more table in FROM changes no column of the result and no group."""
    return all(
        isinstance(one, exp.Alias) or one.find(exp.Query) is None for one in select.expressions
    ) and not any(
        isinstance(one, exp.Star) or any(True for _ in levels.aggregates(one))
        for item in select.expressions
        for one in levels.own(item)
    )


def _direct(select: exp.Select) -> Iterator[exp.Subquery]:
    """The sub-queries that stand as values in the select list or in WHERE."""
    where = select.args.get("where")
    for part in (*select.expressions, where):
        for one in levels.own(part) if part is not None else ():
            if isinstance(one, exp.Subquery) and not isinstance(
                one.parent, (exp.In, exp.Exists, exp.Any, exp.All, exp.From, exp.Join)
            ):
                yield one


def _joined(context: Context, select: exp.Select, totals: list[Total]) -> Iterator[Step]:
    outer = blocks.block(context, select)
    if outer is None:
        return
    common = one_pass.shared(context, totals)
    alias = scoping.fresh(context, "totals")
    names: dict[str, str] = {}
    edits = []
    for total in totals:
        body = total.block.body(context, "SELECT")
        brackets = total.block.brackets
        if body is None or brackets is None:
            return
        node = total.select.expressions[0]
        if isinstance(node, exp.Alias):
            return  # Nobody sees that name, and it is one more to keep.
        text = one_pass.item(context, total, node, body, one_pass.own(context, total, common))
        if text not in names:
            kind = next((type(call).__name__.lower() for call, _ in total.calls), "value")
            names[text] = scoping.fresh(context, f"{kind}_{len(names) + 1}")
        edits.append(TextEdit(brackets, f"{alias}.{names[text]}"))
    gap, query = _query(context, outer.span, totals, names, common)
    named = scoping.alias(context, alias)
    source = outer.clauses.get("FROM")
    place = source.end if source is not None else outer.clauses["SELECT"].end
    word = layout.word(context, "CROSS JOIN" if source is not None else "FROM")
    added = f"{gap}{word} {query} {named}"
    edits.append(TextEdit(Span(place, place), added))
    tables = places.join_words(dict.fromkeys(one_pass.names(totals)))
    title = f"Read {tables} once instead of {len(totals)} times"
    summed = any(isinstance(call, exp.Sum) for total in totals for call, _ in total.calls)
    if summed and context.dialect.name == "sqlite":
        yield Step(tuple(edits), title, "No sum of integers is too large.")
    else:
        yield Step(tuple(edits), title, proved=True)


def _query(
    context: Context, span: Span, totals: list[Total], names: dict[str, str], common: list[Part]
) -> tuple[str, str]:
    """What comes before a clause of the outer query, and the sub-query in parentheses."""
    line = context.text.rfind("\n", 0, span.start) + 1
    before = context.text[line : span.start]
    several = "\n" in span.of(context.text)
    gap = "\n" + (before if not before.strip() else " " * len(before)) if several else " "
    margin = gap + "    " if several else " "
    words = [layout.word(context, one) for one in ("SELECT", "WHERE", "AND", "AS")]
    comma = f",{margin}       " if several else ", "
    listed = comma.join(f"{text} {words[3]} {name}" for text, name in names.items())
    source = " ".join(totals[0].block.clauses["FROM"].of(context.text).split())
    where = f"{margin}  {words[2]} " if several else f" {words[2]} "
    conditions = where.join(one_pass.where(context, totals, common))
    clauses = [f"{words[0]} {listed}", source]
    clauses += [f"{words[1]} {conditions}"] if conditions else []
    return gap, f"({margin}{margin.join(clauses)}{gap})" if several else f"({' '.join(clauses)})"


REWRITE = Rewrite(
    "Total a table once", find, worth={"postgres": 5.0, "sqlite": 3.0, "duckdb": 0.9}, usual=3.0
)
