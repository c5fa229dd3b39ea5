"""What the surroundings ask of an operand: the call around it, the literal it is compared with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sureql.candidates import traits
from sureql.candidates.ask import Ask
from sureql.semantics import model as semantics
from sureql.syntax.cursor import Clause, Expect
from sureql.syntax.tokens import Kind, Token

_ARITHMETIC = frozenset({"sum", "avg", "stddev", "variance", "total", "round", "abs", "floor"})
_EXTREMES = frozenset({"min", "max", "median"})
_TEXTUAL = frozenset(
    {"lower", "upper", "length", "trim", "substr", "substring", "concat", "replace"}
)
_MOMENTS = frozenset({
    "NOW", "CURRENT_DATE", "CURRENT_TIMESTAMP", "LOCALTIMESTAMP", "DATE", "TIMESTAMP",
    "DATE_TRUNC", "INTERVAL",
})  # fmt: skip
_TEMPORAL = frozenset({"date_trunc", "extract", "strftime", "date_part", "to_char", "age", "date"})


def wanted(ask: Ask) -> Callable[[traits.Traits], float]:
    """What a literal after the cursor, or the enclosing call, asks of the operand."""
    call = ask.context.call
    operator = ask.following()
    moment = ask.following(1)
    compared = operator is not None and operator.upper in _COMPARING
    if compared and moment is not None and moment.upper in _MOMENTS:
        return _time
    if (literal := literal_ahead(ask)) is not None:
        ordered = operator is not None and operator.text in ("<", ">", "<=", ">=")
        if ordered and literal.kind is not Kind.STRING:
            return _like_quantity
        return _LITERALS.get(literal.kind, _anything)
    if _in_arithmetic(ask):
        return _number
    if call is None or ask.context.expect is not Expect.EXPRESSION:
        return _anything
    function = call.name.parts[-1].lower()
    if function in _ARITHMETIC:
        return _number
    if function in _EXTREMES:
        return _extreme
    if function in _TEXTUAL:
        return _text
    if function in _TEMPORAL:
        return _time
    return _key if function == "count" else _anything


def _anything(_: traits.Traits) -> float:
    return 0.0


def _number(seen: traits.Traits) -> float:
    if not seen.kind and seen.typed:
        return -2.0
    if seen.kind in ("number", ""):
        return (-1.2 if seen.keyish else 1.2) + 0.8 * seen.measure - 0.9 * seen.human
    return -2.5


def _extreme(seen: traits.Traits) -> float:
    if seen.kind in ("number", "time", ""):
        return (-0.8 if seen.keyish else 0.8) + 0.4 * seen.measure - 0.9 * seen.human
    return -0.8


def _text(seen: traits.Traits) -> float:
    return 1.0 if seen.kind == "text" else -1.0


def _time(seen: traits.Traits) -> float:
    return 2.5 if seen.kind == "time" else -1.0


def _key(seen: traits.Traits) -> float:
    return 0.7 * seen.keyish - 0.3 * seen.human


def _in_arithmetic(ask: Ask) -> bool:
    """True beside `+`, `-`, `*` or `/`."""
    before, following = ask.previous(), ask.following()
    return any(
        token is not None and token.text in ("+", "-", "*", "/") for token in (before, following)
    )


def literal_ahead(ask: Ask) -> Token | None:
    """In `<here> = 'x'`: what the operand is compared with, if that is no name."""
    operator = ask.following()
    if operator is None or operator.upper not in _COMPARING:
        return None
    ahead = 2 if operator.upper == "NOT" else 1
    literal = ask.following(ahead)
    if literal is not None and literal.text == "(":
        literal = ask.following(ahead + 1)
    if literal is not None and literal.kind in (Kind.WORD, Kind.QUOTED):
        after = ask.following(ahead + 1)
        named = after is None or after.text in (".", ")", ";", ",") or after.kind is Kind.WORD
        if (
            named
            and not literal.is_word("SELECT", "NULL", "TRUE", "FALSE")
            and (literal.kind is Kind.WORD or not ask.place.dialect.double_quoted_strings)
        ):
            return None
    double_quoted = literal is not None and literal.text[:1] == '"'
    if literal is not None and double_quoted and ask.place.dialect.double_quoted_strings:
        return replace(literal, kind=Kind.STRING)
    return literal


def _like_string(seen: traits.Traits) -> float:
    return {"text": 0.7, "time": 0.2, "number": -1.2}.get(seen.kind, 0.0) - 0.5 * seen.keyish


def _like_number(seen: traits.Traits) -> float:
    return {"number": 0.8, "text": -1.2, "time": -0.6}.get(seen.kind, 0.0) - 0.3 * seen.human


def _like_quantity(seen: traits.Traits) -> float:
    return _like_number(seen) - 1.0 * seen.keyish + 0.3 * seen.measure


def _like_parameter(seen: traits.Traits) -> float:
    return 0.6 * seen.keyish


_COMPARING = frozenset(
    {"=", "<", ">", "<=", ">=", "<>", "!=", "LIKE", "ILIKE", "NOT", "IN", "BETWEEN"}
)
_LITERALS: dict[Kind, Callable[[traits.Traits], float]] = {
    Kind.STRING: _like_string,
    Kind.NUMBER: _like_number,
    Kind.PARAMETER: _like_parameter,
}


def outer(ask: Ask) -> tuple[semantics.Source, semantics.Field] | None:
    """In `x IN (SELECT <here>`: the outer column x."""
    frame = ask.context.frame
    if ask.clause is not Clause.SELECT or frame.parent is None or ask.context.written:
        return None
    at = next((i for i, token in enumerate(ask.tokens) if token.end >= frame.span.start), 0)
    back = at - 1
    if back < 1 or ask.tokens[at].text != "(":
        return None
    if ask.tokens[back].upper not in ("IN", "=", "<", ">", "<>", "!=", "<=", ">="):
        return None
    back -= 1
    if ask.tokens[back].upper == "NOT":
        back -= 1
    qualifier = ""
    if back > 1 and ask.tokens[back - 1].text == ".":
        qualifier = ask.place.dialect.normalize(ask.tokens[back - 2].text).lower()
    low = ask.place.dialect.normalize(ask.tokens[back].text).lower()
    for source in ask.scope.outer:
        if not qualifier or source.name.lower() == qualifier:
            for field in source.fields:
                if field.name.lower() == low:
                    return source, field
    return None
