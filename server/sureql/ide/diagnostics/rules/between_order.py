"""BETWEEN with the larger bound first is never true.

What:
    Finds `BETWEEN 10 AND 1`: two numbers or two dates in the wrong order.

Why:
    BETWEEN wants the smaller bound first; the other way round no value fits.

Example:
    SELECT title FROM album WHERE album_id BETWEEN 20 AND 10

Use instead:
    SELECT title FROM album WHERE album_id BETWEEN 10 AND 20
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?")


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Between):
        low, high = _literal(node.args["low"]), _literal(node.args["high"])
        if low is None or high is None or bool(low[0]) != bool(high[0]) or low <= high:
            continue
        spans = [places.whole(context, node.args[part]) for part in ("low", "high")]
        first, last = spans
        if first is None or last is None or node.args.get("symmetric"):
            continue
        one, two = first.of(context.text), last.of(context.text)
        edits = (TextEdit(first, two), TextEdit(last, one))
        fixes = (Fix("Swap the bounds", edits, "unsafe", True),)
        message = "BETWEEN is never true with the larger bound first."
        yield Finding(Span(first.start, last.end), message, fixes)


def _literal(node: exp.Expr) -> tuple[str, float] | None:
    """A date as its text, or a number."""
    negative = isinstance(node, exp.Neg)
    inner = node.this if isinstance(node, (exp.Neg, exp.Cast)) else node
    if not isinstance(inner, exp.Literal):
        return None
    if inner.is_string:
        return (inner.name, 0) if _DATE.fullmatch(inner.name) and not negative else None
    try:
        value = float(inner.name)
    except ValueError:
        return None
    return "", -value if negative else value


RULE = Rule("correctness", "warning", check, fix="unsafe")
