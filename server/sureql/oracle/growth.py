"""Which statements may make values whose size is only known while they are computed.

`repeat(name, rating)` is harmless over ratings, and takes gigabytes over amounts. Engines can hardly be
interrupted while they fill one value, and some do not count it as memory. So where a size is computed,
everything that it could be computed from has to be small.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sureql.oracle import statements
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token

MOST = 10_000
"""The largest number that a size may be computed from."""

SIZED = frozenset(
    [
        *("repeat", "lpad", "rpad", "list_resize", "array_resize", "bitstring", "bar"),
        *("to_base", "array_fill"),
    ]
)
"""Functions that make a value of the size that an argument says."""

MAKING = SIZED | {"replace", "regexp_replace", "format"}
"""The same, and those that make it of the sizes of several."""

MOST_MADE = 20_000
"""How much larger the values that a query is run on may become: engines compute thousands at a time."""

_FORMATS = frozenset(("printf", "format"))
# What makes no large number of small ones. A sum is one of many rows, but those take their time.
_SMALL = frozenset(
    [
        *("length", "len", "char_length", "character_length", "strlen", "octet_length"),
        *("greatest", "least", "coalesce", "nullif", "ifnull", "abs", "floor", "ceil", "ceiling"),
        *("round", "sqrt", "mod", "sign", "min", "max", "avg", "count", "row_number", "rank"),
        *("dense_rank", "lower", "upper", "trim", "ltrim", "rtrim", "left", "right", "substr"),
        *("substring", "position", "strpos", "instr", "concat", "concat_ws", "string_agg"),
        *("reverse", "initcap", "filter", "over", "values", "in", "exists", "and", "or", "not"),
        *("on", "where", "select", "from", "as", "by", "when", "then", "else", "using", "all"),
        *("any", "case", "cast", "is", "having", "join", "lateral", "union", "except", "intersect"),
        *("distinct", "between", "like", "with", "recursive", "materialized", "unnest"),
    ]
)
_GROWING = ("**", "^", "<<", "!", "||", "::")
_NUMBERS = re.compile(r"\d+")
_WIDTH = re.compile(r"\*|\{[^{}]*\{")


def is_computed(tokens: Sequence[Token], rules: Dialect) -> bool:
    """True if the size of a value does not stand in the statement's text as a number."""
    return any(_is_computed(tokens, index, name) for index, name in _sized(tokens, rules))


def is_boundless(tokens: Sequence[Token], rules: Dialect) -> bool:
    """True if a size is computed, and the statement's own text may make a large number of it."""
    return is_computed(tokens, rules) and _grows(tokens, rules)


def is_widening(tokens: Sequence[Token], rules: Dialect, most: int) -> bool:
    """True if a format takes its width from a value, or one above `most`: SQLite counts up to it, and
    cannot be stopped."""
    for index, name in statements.calls(tokens, rules):
        if name in _FORMATS:
            written = tokens[index + 2]
            if written.kind is not Kind.STRING or "*" in written.text:
                return True
            if any(len(one) > 9 or int(one) > most for one in _NUMBERS.findall(written.text)):
                return True
    return False


def is_large(value: object) -> bool:
    """True for a value of a row from which no size may be computed."""
    if isinstance(value, str):
        return any(len(one) > 4 for one in _NUMBERS.findall(value))
    try:
        return abs(float(value)) > MOST  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return False


def _sized(tokens: Sequence[Token], rules: Dialect) -> Iterator[tuple[int, str]]:
    for index, name in statements.calls(tokens, rules):
        if name in SIZED or name in _FORMATS:
            yield index, name


def _is_computed(tokens: Sequence[Token], index: int, name: str) -> bool:
    # True if not all that may be a size stands there as a number.
    arguments = list(_arguments(tokens, index))
    if name in _FORMATS:
        first = arguments[0] if arguments else []
        plain = len(first) == 1 and first[0].kind is Kind.STRING
        return not plain or bool(_WIDTH.search(first[0].text))
    method = index > 0 and tokens[index - 1].text == "."
    return not all(map(_is_literal, arguments if method else arguments[1:]))


def _arguments(tokens: Sequence[Token], index: int) -> Iterator[list[Token]]:
    depth = 0
    part: list[Token] = []
    for token in tokens[index + 2 : statements.closing(tokens, index + 1)]:
        depth += (token.text in "([{") - (token.text in ")]}")
        if token.text == "," and not depth:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _is_literal(argument: Sequence[Token]) -> bool:
    return all(
        token.kind in (Kind.NUMBER, Kind.STRING)
        or token.text in ("-", "+", "[", "]", ",")
        or token.is_word("ARRAY", "NULL")
        for token in argument
    )


def _grows(tokens: Sequence[Token], rules: Dialect) -> bool:
    for index, token in enumerate(tokens):
        if token.text in _GROWING or (token.text == "*" and _multiplies(tokens, index)):
            return True
        if token.kind in (Kind.NUMBER, Kind.STRING):
            if "e" in token.text.lower() and token.kind is Kind.NUMBER:
                return True
            if any(len(one) > 9 or int(one) > MOST for one in _NUMBERS.findall(token.text)):
                return True
    return any(name not in _SMALL | SIZED | _FORMATS for _, name in statements.calls(tokens, rules))


def _multiplies(tokens: Sequence[Token], index: int) -> bool:
    before = tokens[index - 1] if index else None
    if before is None or before.text in (",", ".", "("):
        return False
    return not before.is_word("SELECT", "DISTINCT", "ALL")
