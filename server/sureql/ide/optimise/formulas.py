"""Conditions as parts of AND and OR, with the text of each, and what may be said about them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.optimise.blocks import Part
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_COMPARED = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.In, exp.Is)
HARMLESS = (
    *(*_COMPARED, exp.Like, exp.And, exp.Or, exp.Not, exp.Paren, exp.Null, exp.Boolean),
    *(exp.Column, exp.Identifier, exp.Literal, exp.Neg, exp.DataType, exp.Tuple),
)


def unwrapped(context: Context, part: Part) -> Part:
    """A part without the parentheses around it."""
    while isinstance(part.node, exp.Paren):
        opening = places.next_to(context, part.span.start)
        closing = places.partner(context, opening) if opening is not None else None
        if opening is None or opening.text != "(" or closing is None:
            break
        if closing.end != part.span.end:
            break
        first, last = places.next_to(context, opening.end), places.previous(context, closing.start)
        if first is None or last is None or last.end <= first.start:
            break
        part = Part(part.node.this, Span(first.start, last.end))
    return part


def split(context: Context, part: Part, kind: type[exp.Expr]) -> tuple[Part, ...] | None:
    """What AND (or OR: `kind`) joins in a part, one part if nothing; None if the text is not clear."""
    nodes: list[exp.Expr] = []
    stack = [part.node]
    while stack:
        node = stack.pop()
        if isinstance(node, kind):
            stack += [node.expression, node.this]
        else:
            nodes.append(node)
    if len(nodes) == 1:
        return (part,)
    spans = _between(context, part.span, "AND" if kind is exp.And else "OR")
    if len(spans) != len(nodes):
        return None
    for node, span in zip(nodes, spans, strict=True):
        inside = places.whole(context, node)
        if inside is not None and not span.covers(inside):
            return None
    return tuple(Part(node, span) for node, span in zip(nodes, spans, strict=True))


def arms(context: Context, part: Part) -> tuple[tuple[Part, ...], ...] | None:
    """The parts joined by AND of each part joined by OR; None if there is no OR or it is not clear."""
    inner = unwrapped(context, part)
    if not isinstance(inner.node, exp.Or):
        return None
    found = []
    for arm in split(context, inner, exp.Or) or ():
        conjuncts = split(context, unwrapped(context, arm), exp.And)
        if conjuncts is None:
            return None
        found.append(conjuncts)
    return tuple(found) or None


def key(context: Context, node: exp.Expr) -> Hashable:
    """Equal for expressions that say the same of the same columns."""
    if isinstance(node, exp.Paren):
        return key(context, node.this)
    if isinstance(node, exp.Column):
        source = context.source(node)
        if source is not None:
            return ("column", id(source), context.schema.key(node.name))
    if isinstance(node, exp.Literal):
        return ("literal", node.name, bool(node.is_string))
    parts: list[Hashable] = [type(node).__name__]
    for name, value in sorted(node.args.items()):
        if value is None or value is False or value == []:
            continue
        values = value if isinstance(value, list) else [value]
        inner = (key(context, one) if isinstance(one, exp.Expr) else repr(one) for one in values)
        parts.append((name, *inner))
    return tuple(parts)


def harmless(node: exp.Expr) -> bool:
    """True for comparisons of columns with values: they can't fail, whatever the row, and give the
    same each time. Text that is read as a number or a date may fail, so casts are of literals."""
    for one in node.walk():
        if isinstance(one, (exp.Add, exp.Sub, exp.Cast)):
            if any(isinstance(inner, (exp.Column, exp.Func)) for inner in one.iter_expressions()):
                return False
        elif not isinstance(one, (*HARMLESS, exp.Interval, exp.Var)):
            return False
    return not any(isinstance(one, exp.Query) for one in node.walk())


def without(parts: tuple[Part, ...], gone: Iterable[int]) -> list[TextEdit]:
    """The edits that take some of the parts away, by their places, but not all."""
    out = frozenset(gone)
    edits = []
    for place, part in enumerate(parts):
        if place not in out:
            continue
        if any(other not in out for other in range(place)):
            edits.append(TextEdit(Span(parts[place - 1].span.end, part.span.end), ""))
        else:
            edits.append(TextEdit(Span(part.span.start, parts[place + 1].span.start), ""))
    return edits


def _between(context: Context, span: Span, word: str) -> list[Span]:
    """The text between the words AND (or OR) of a span, those in parentheses, CASE and BETWEEN left out."""
    found: list[Span] = []
    start, last = span.start, span.start
    depth = between = case = 0
    first, stop = places.index(context, span.start), places.index(context, span.end)
    for place in range(first, stop):
        token = context.tokens[place]
        depth += (token.text in "([{") - (token.text in ")]}")
        if not depth:
            case += token.is_word("CASE") - token.is_word("END")
        if not depth and not case:
            if token.is_word("BETWEEN"):
                between += 1
            elif token.is_word("AND") and between:
                between -= 1
            elif token.is_word(word) and place > first:
                found.append(Span(start, last))
                start = context.tokens[place + 1].start if place + 1 < stop else span.end
                last = start
                continue
        last = token.end
    return [*found, Span(start, last)]
