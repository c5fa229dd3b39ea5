"""The arguments of a call as they are written: sqlglot reorders them and keeps some as words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from sureql.semantics import sources
from sureql.text.span import Span

_STRING = re.compile(r"\s*'(?:[^']|'')*'\s*")
_NUMBER = re.compile(r"\s*\d+\s*")
_UNPLACED: dict[type[exp.Expr], str] = {
    exp.Floor: "floor",
    exp.Ceil: "ceil|ceiling",
    exp.Chr: "chr",
    exp.Initcap: "initcap",
    exp.Decode: "decode",
    exp.JSONArrayAgg: "json_agg",
    exp.GroupConcat: "string_agg",
    exp.PercentileCont: "percentile_cont",
    exp.PercentileDisc: "percentile_disc",
    exp.If: "if",
    exp.Substring: "substring|substr",
}
_QUOTES = "'\""


@dataclass(frozen=True, slots=True)
class Argument:
    """`node` is None where the tree has none; then `kind` says what the text is."""

    span: Span
    node: exp.Expr | None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """`name` is where the function's name stands. `star` is `count(*)`'s. `marked` ones hold
    words of their own (`DISTINCT`, `ORDER BY`, `VARIADIC`) that stand for more than arguments."""

    name: Span
    arguments: tuple[Argument, ...]
    star: bool = False
    marked: bool = False


def of(node: exp.Func, text: str) -> Call | None:
    """The call that `node` is in `text`; None if it isn't written as `name(a, b)`."""
    named = node.this if isinstance(node.this, exp.Identifier) else node
    name = sources.span_of(node) or sources.span_of(named) or _only(node, text)
    if name is None:
        return None
    spans = _spans(text, name.end)
    if spans is None:
        return None
    written = [span for span in spans if span.of(text).strip()]
    if len(written) != len(spans) and len(spans) > 1:
        return None
    if len(written) == 1 and written[0].of(text).strip() == "*":
        return Call(name, (), star=True)
    placed: dict[int, list[exp.Expr]] = {}
    nowhere: list[exp.Expr] = []
    for child in _children(node):
        place = sources.whole_span([child])
        if place is None:
            nowhere.append(child)
            continue
        for index, span in enumerate(written):
            if span.start <= place.start and place.end <= span.end:
                placed.setdefault(index, []).append(child)
    empty = [index for index in range(len(written)) if index not in placed]
    if len(nowhere) == 1 and len(empty) == 1 and not isinstance(nowhere[0], exp.Var):
        placed[empty[0]] = nowhere
    found = []
    marked = False
    for index, span in enumerate(written):
        inside = placed.get(index, [])
        words = span.of(text).lstrip()[:9].upper()
        marked = marked or words.startswith(("DISTINCT", "ALL ", "VARIADIC"))
        if "=>" in span.of(text) or ":=" in span.of(text):
            return None
        if len(inside) == 1:
            found.append(Argument(span, inside[0]))
        else:
            found.append(Argument(span, None, _plain(span.of(text)) if not inside else ""))
    return Call(name, tuple(found), marked=marked)


def _only(node: exp.Func, text: str) -> Span | None:
    """Where the name of a call stands that sqlglot gives no place, if the text has it once."""
    names = _UNPLACED.get(type(node))
    if names is None:
        return None
    found = list(re.finditer(rf"\b(?:{names})(?=\s*\()", text, re.IGNORECASE))
    return Span(found[0].start(), found[0].end()) if len(found) == 1 else None


def _children(node: exp.Func) -> Iterator[exp.Expr]:
    for child in node.iter_expressions():
        if isinstance(child, exp.Distinct) and len(child.expressions) == 1:
            yield child.expressions[0]
        elif isinstance(child, exp.Order) and isinstance(child.this, exp.Distinct):
            yield from child.this.expressions
        elif isinstance(child, exp.Order) and isinstance(child.this, exp.Expr):
            yield child.this
        elif not isinstance(child, exp.Identifier):
            yield child


def _plain(text: str) -> str:
    if _STRING.fullmatch(text):
        return "unknown"
    if _NUMBER.fullmatch(text):
        return "int4" if len(text.strip()) < 10 else ""
    word = text.strip().upper()
    return {"NULL": "unknown", "TRUE": "bool", "FALSE": "bool"}.get(word, "")


def _spans(text: str, start: int) -> list[Span] | None:
    """The texts between the commas of the parentheses that follow `start`."""
    at = start
    while at < len(text) and text[at].isspace():
        at += 1
    if text[at : at + 1] != "(":
        return None
    depth, begin, found = 0, at + 1, []
    while at < len(text):
        letter = text[at]
        if letter in _QUOTES:
            at = text.find(letter, at + 1)
            if at < 0:
                return None
        elif text.startswith(("--", "/*", "$$"), at):
            return None  # Comments and dollar quotes between arguments are too rare to be read.
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
            if depth == 0:
                found.append(Span(begin, at))
                return found
        elif letter == "," and depth == 1:
            found.append(Span(begin, at))
            begin = at + 1
        at += 1
    return None
