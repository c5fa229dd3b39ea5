"""The problems of types in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.semantics import similar, sources
from sureql.semantics.kinds import coercion, inputs, naming
from sureql.semantics.model import Problem
from sureql.text.span import Span

if TYPE_CHECKING:
    from sureql.semantics.kinds.expressions import Typing

_TEMPLATES = "%{$:?@#"
_BRACED = "%$?@#"  # Of JSON and arrays, whose own text has braces and colons.
_LONGEST = 30
_ARITHMETIC = ("+", "-", "*", "/", "%", "^", "||")


def whole(typing: Typing, node: exp.Expr, kind: str) -> str:
    """What a user calls an operand: its text, or its kind where that is long."""
    written = _written(typing, node)
    if written and len(written) <= _LONGEST:
        return f"`{written}`"
    label = naming.label(kind)
    return f"{'An' if label[:1] in 'aeiou' else 'A'} {label}"


def what(typing: Typing, node: exp.Expr, kind: str) -> str:
    """`` `name` is text``."""
    written = _written(typing, node)
    if written and len(written) <= _LONGEST:
        return f"`{written}` is {naming.label(kind)}"
    return f"this is {naming.label(kind)}"


def _written(typing: Typing, node: exp.Expr) -> str:
    span = sources.whole_span([node])
    if span is None:
        return ""
    found = span.of(typing.text)
    # A span that cuts parentheses in two is no text to show.
    return found if found.count("(") == found.count(")") and "\n" not in found else ""


def operands(typing: Typing, name: str, left: exp.Expr, right: exp.Expr) -> Problem | None:
    """An operator that takes no operands of these kinds."""
    one, two = typing.of(left), typing.of(right)
    for literal_, column, kind in ((right, left, one), (left, right, two)):
        number = isinstance(literal_, exp.Literal) and not literal_.is_string
        span = sources.span_of(literal_)
        if not number or span is None or not isinstance(column, exp.Column):
            continue
        written = span.of(typing.text)
        names = (f"'{written}'",) if coercion.category(kind) == "S" else ()
        if name not in _ARITHMETIC or coercion.category(kind) == "S":
            message = f"`{column.name}` is {naming.label(kind)}, {written} is a number."
            return Problem(span, "type-mismatch", message, names)
    span = sources.whole_span([left, right])
    if span is None:
        return None
    if one == "unknown" or two == "unknown":
        known = two if one == "unknown" else one
        return Problem(span, "type-mismatch", f"`{name}` does not take {naming.label(known)}.")
    message = (
        f"`{name}` does not take {naming.label(one)} and {naming.label(two)}: cast one of them."
    )
    return Problem(span, "type-mismatch", message)


def literal(
    typing: Typing, node: exp.Expr | None, kind: str, beside: exp.Expr | None
) -> Problem | None:
    """A literal that is no value of `kind`; `beside` is what it is compared with."""
    while isinstance(node, exp.Paren):
        node = node.this
    if not isinstance(node, exp.Literal) or not node.is_string or not kind:
        return None
    span = sources.span_of(node)
    if span is None:
        return None
    written = span.of(typing.text)
    if not (written.startswith("'") and written.endswith("'")):
        return None
    braced = kind in ("json", "jsonb") or kind.endswith("[]")
    if "{{" in written or any(mark in written for mark in (_BRACED if braced else _TEMPLATES)):
        return None  # `'%s'` and the like become something else before the engine sees them.
    name = f"`{beside.name}`" if isinstance(beside, exp.Column) else "The value"
    if kind.startswith("e:"):
        return _enum(typing.schema, span, name, node.name, kind)
    if not inputs.refused(kind, node.name):
        return None
    label = naming.label(kind)
    if kind in ("int2", "int4", "int8", "numeric", "float4", "float8"):
        message = f"{name} is {label}: {written[:_LONGEST]} is no number."
    else:
        message = f"{name} is {label}: {written[:_LONGEST]} is no {label}."
    if not isinstance(beside, exp.Column):
        message = f"{written[:_LONGEST]} is no {label}."
    return Problem(span, "type-mismatch", message)


def _enum(schema: catalog.Catalog, span: Span, name: str, value: str, kind: str) -> Problem | None:
    place, _, key = kind[2:].partition(".")
    space = schema.schema(place)
    found = space.enums.get(key) if space is not None else None
    if found is None or value in found.values:
        return None
    known = found.values
    close = similar.names(value, known) or (known if len(known) <= 3 else ())
    names = tuple("'" + one.replace("'", "''") + "'" for one in close)
    listed = ", ".join(f"'{one}'" for one in known[:8]) + (", …" if len(known) > 8 else "")
    return Problem(span, "unknown-value", f"{name} can't be '{value}', only {listed}.", names)
