"""Which of our own problems has the same cause as what an engine says."""

from __future__ import annotations

from collections.abc import Iterable

from sureql.ide.diagnostics.engine_messages.reading import REFUSED, Reading
from sureql.ide.model import Diagnostic
from sureql.syntax.dialects import Dialect
from sureql.text.span import Span

_KINDS = {
    code: number
    for number, codes in enumerate(
        (
            ("unknown-column", "unknown-alias", "ambiguous-column", "unknown-table"),
            (
                "not-grouped",
                "misplaced-aggregate",
                "misplaced-window",
                "nested-aggregate",
                "misplaced-set",
            ),
            (
                "insert-arity",
                "values-arity",
                "set-operation-arity",
                "subquery-columns",
                "column-names",
            ),
            (
                "type-mismatch",
                "unknown-function",
                "wrong-arguments",
                "ambiguous-function",
                "unknown-value",
            ),
            ("duplicate-alias",),
            ("duplicate-column",),
            ("syntax-error",),
        )
    )
    for code in codes
}


def agree(one: str, other: str) -> bool:
    """True if two codes may speak of the same cause. Codes that are not in the table go with all."""
    first, second = _KINDS.get(one), _KINDS.get(other)
    return one == other or first is None or second is None or first == second


def same(
    reading: Reading,
    span: Span | None,
    near: Span | None,
    named: Span | None,
    sure: bool,
    ours: Iterable[Diagnostic],
    text: str,
    dialect: Dialect,
) -> Diagnostic | None:
    """The one of `ours` that means what the engine says, None if none does.

    `span` is what is wrong according to the engine, `near` the expression around it, `named` the
    dotted name there, all in `text`, or None if the engine did not say where. Not `sure` if the
    place is one of several candidates.
    """
    best, best_score = None, 0
    for one in ours:
        score = _score(one, reading, span, near, named, text, dialect)
        if not sure and not score and one.code == reading.code and not reading.name:
            score = 1
        if score > best_score:
            best, best_score = one, score
    return best


def _is_within(name: Span, place: Span, text: str) -> bool:
    """True if `place` is between the parentheses of the call of `name`, or closes them."""
    between = text[name.end : place.start]
    return between.count("(") - between.count(")") == 1


def _score(
    one: Diagnostic,
    reading: Reading,
    span: Span | None,
    near: Span | None,
    named: Span | None,
    text: str,
    dialect: Dialect,
) -> int:
    if reading.syntax:
        # The parser of an engine stops at or behind what is wrong, seldom before it.
        if one.code == "wrong-arguments" and span is not None and _is_within(one.span, span, text):
            return 2  # `coalesce()` is refused by the grammar, where its arguments are.
        if one.code != "syntax-error":
            return 2 if span is not None and span.overlaps(one.span) else 0
        return 3 if span is None or one.span.start <= span.end + 1 else 0
    if one.code == "syntax-error" and span is not None and span.overlaps(one.span):
        return 1  # What the engine reads as an operator of its own, such as `=<`.
    if not agree(one.code, reading.code):
        return 0
    equal = 2 * (one.code == reading.code)
    if span is not None:
        if one.span.overlaps(span) or one.span == span:
            return 5 + equal
        if _KINDS.get(reading.code) == _KINDS["insert-arity"] and equal:
            return 1  # Which side of the comparison is wrong is a matter of taste.
        if reading.code == REFUSED and named is not None and named.overlaps(one.span):
            return 1
        if reading.code == REFUSED or near is None or not near.overlaps(one.span):
            return 0
        # Names are themselves wrong; types and numbers of columns are wrong together.
        kind = _KINDS.get(reading.code)
        if kind == 0:
            same = named is not None and named.overlaps(one.span) and one.code in _KINDS
            return (1 + equal) * same
        return 1 + equal if kind and kind == _KINDS.get(one.code) else 0
    if one.code == reading.code and not reading.name:
        return 2
    if one.code == reading.code and one.span.of(text) == "*":
        return 1
    written = dialect.normalize(one.span.of(text).split(".")[-1]).lower()
    return 2 + equal if written == reading.name.split(".")[-1].strip('"').lower() else 0
