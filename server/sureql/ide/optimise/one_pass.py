"""Aggregates over the same tables under different conditions, computed while reading them once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places
from sureql.ide.optimise import blocks, formulas, layout, scoping
from sureql.ide.optimise.blocks import Block, Part
from sureql.text.span import Span

_CLAUSES = (
    *("group", "having", "distinct", "limit", "offset", "fetch", "order", "windows", "qualify"),
    *("with_", "into", "sample", "laterals", "locks", "hint", "kind"),
)
_KNOWN = (exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max)
_WITH_FILTER = ("postgres", "sqlite", "duckdb")


@dataclass(frozen=True, slots=True)
class Total:
    """A query that gives one row: aggregates over `tables` (FROM as words), each with its place in
    `calls`. `conditions` are the parts of its WHERE."""

    select: exp.Select
    block: Block
    tables: tuple[str, ...]
    conditions: tuple[Part, ...]
    calls: tuple[tuple[exp.Expr, Span], ...]


def total(context: Context, select: exp.Expr | None) -> Total | None:
    """What a query totals; None if it is not one that can be put together with others."""
    if not isinstance(select, exp.Select) or select.args.get("from_") is None:
        return None
    block = blocks.block(context, select)
    if block is None or any(select.args.get(name) for name in _CLAUSES):
        return None
    if layout.commented(context, block.span):
        return None
    parts = blocks.parts(context, block)
    if parts is None or not scoping.within(context, select, select):
        return None
    if any(isinstance(one, exp.Query) and one is not select for one in select.walk()):
        return None
    if not all(formulas.harmless(part.node) for part in parts):
        return None
    calls: list[tuple[exp.Expr, Span]] = []
    for item in select.expressions:
        found = list(levels.aggregates(item))
        placed = [call(context, one) for one in found]
        inside = sum(len(list(one.find_all(exp.Column))) for one in found)
        if not found or inside != len(list(item.find_all(exp.Column))):
            return None
        for one, span in zip(found, placed, strict=True):
            if span is None or not isinstance(one, _KNOWN) or not _plain(one):
                return None
            calls.append((one, span))
    return Total(select, block, signature(context, block.clauses["FROM"]), parts, tuple(calls))


def signature(context: Context, span: Span) -> tuple[str, ...]:
    """The words of some text; equal if only layout and the case of names and keywords differ."""
    first, last = places.index(context, span.start), places.index(context, span.end)
    return tuple(
        token.text.lower() if token.is_word(token.upper) else token.text
        for token in context.tokens[first:last]
    )


def shared(context: Context, totals: Sequence[Total]) -> list[Part]:
    """The conditions that all of them have, as the first one says them."""
    rest = [{signature(context, part.span) for part in one.conditions} for one in totals[1:]]
    return [
        part
        for part in totals[0].conditions
        if all(signature(context, part.span) in found for found in rest)
    ]


def own(context: Context, one: Total, common: list[Part]) -> str:
    """The other conditions of one, as text; '' if there is none."""
    known = {signature(context, part.span) for part in common}
    texts = [
        " ".join(part.span.of(context.text).split())
        for part in one.conditions
        if signature(context, part.span) not in known
    ]
    return f" {layout.word(context, 'AND')} ".join(dict.fromkeys(texts))


def item(context: Context, one: Total, expression: exp.Expr, span: Span, condition: str) -> str:
    """The text of a select item at `span` whose aggregates see only rows that meet `condition`."""
    inside = [
        (call, place)
        for call, place in one.calls
        if span.covers(place) and (call is expression or scoping.inside(call, expression))
    ]
    text, at = "", span.start
    for call, place in sorted(inside, key=lambda found: found[1]):
        text += context.text[at : place.start] + _filtered(context, call, place, condition)
        at = place.end
    return text + context.text[at : span.end]


def where(context: Context, totals: Sequence[Total], common: list[Part]) -> list[str]:
    """The conditions of all together, none if every row counts for one of them."""
    words = [" ".join(part.span.of(context.text).split()) for part in common]
    others = list(dict.fromkeys(own(context, one, common) for one in totals))
    if not all(others):
        return words
    joint = f" {layout.word(context, 'OR')} "
    arms = [f"({one})" if _has_several(one) and len(others) > 1 else one for one in others]
    text = joint.join(arms)
    return [*words, f"({text})" if words and len(others) > 1 else text]


def _has_several(text: str) -> bool:
    return not {"AND", "OR"}.isdisjoint(text.upper().split())


def _filtered(context: Context, call: exp.Expr, place: Span, condition: str) -> str:
    text = place.of(context.text)
    if not condition:
        return text
    if context.dialect.name in _WITH_FILTER:
        return f"{text} {layout.word(context, 'FILTER (WHERE')} {condition})"
    opening = text.index("(")
    inner = text[opening + 1 : -1].strip()
    distinct = "DISTINCT " if isinstance(call.this, exp.Distinct) else ""
    value = "1" if inner == "*" else inner.split(None, 1)[1] if distinct else inner
    head = text[: opening + 1] + layout.word(context, f"{distinct}CASE WHEN ") + condition
    return head + layout.word(context, " THEN ") + value + layout.word(context, " END") + ")"


def call(context: Context, node: exp.Expr) -> Span | None:
    """A call of a common aggregate from its name to its parenthesis."""
    span = places.whole(context, node.this)
    opening = places.previous(context, span.start) if span is not None else None
    while opening is not None and opening.is_word("DISTINCT", "ALL"):
        opening = places.previous(context, opening.start)
    while opening is not None and opening.text == "(":
        name = places.previous(context, opening.start)
        if name is not None and name.is_word("COUNT", "SUM", "AVG", "MIN", "MAX"):
            closing = places.partner(context, opening)
            return Span(name.start, closing.end) if closing is not None else None
        opening = name
    return None


def _plain(call: exp.Expr) -> bool:
    """True for a call that has no condition or order of its own and whose values can't fail."""
    value = call.this
    if isinstance(call.parent, (exp.Filter, exp.Window, exp.WithinGroup)) or call.expressions:
        return False
    values = value.expressions if isinstance(value, exp.Distinct) else [value]
    return len(values) == 1 and (isinstance(values[0], exp.Star) or formulas.harmless(values[0]))


def names(totals: Sequence[Total]) -> Iterator[str]:
    """The tables that they read, for people."""
    select = totals[0].select
    for source in (select.args["from_"], *(select.args.get("joins") or ())):
        for table in source.find_all(exp.Table):
            yield table.name
