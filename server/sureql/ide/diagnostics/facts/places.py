"""Where things stand in a statement: nodes have few positions, tokens have all."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.syntax import parse
from sureql.syntax.tokens import Token
from sureql.text.span import Span

_OPENING, _CLOSING = ("(", "["), (")", "]")


def whole(context: Context, node: exp.Expr | None) -> Span | None:
    """The text of an expression, its parentheses included, from its first to its last name or
    literal. What ends in a keyword (`x IS NULL`) is longer than that."""
    span = parse.span_of(node) if isinstance(node, exp.Expression) else None
    if span is None:
        return None
    found = balanced(context, span)
    sign = previous(context, found.start)
    if sign is not None and sign.text == "-" and _begins_with_minus(node):
        return Span(sign.start, found.end)
    return found


def called(context: Context, node: exp.Expr | None) -> Span | None:
    """`whole`, with the call around a single argument: `CAST(x AS text)`, `EXTRACT(year FROM x)`."""
    span = whole(context, node)
    outer = around(context, node)
    if span is None or outer is None or isinstance(node, exp.Paren):
        return span
    word = previous(context, outer.start)
    known = word is not None and word.is_word("CAST", "TRY_CAST", "EXTRACT", "DATE")
    return Span(word.start, outer.end) if word is not None and known else span


def balanced(context: Context, span: Span) -> Span:
    """`span` made longer so that no parenthesis in it is without its partner."""
    first, last = index(context, span.start), index(context, span.end)
    depth = missing = 0
    for token in context.tokens[first:last]:
        if token.text in _OPENING:
            depth += 1
        elif token.text in _CLOSING and depth:
            depth -= 1
        elif token.text in _CLOSING:
            missing += 1
    start, end = span.start, span.end
    inner = 0
    for token in context.tokens[last:] if depth else ():
        inner += (token.text in _OPENING) - (token.text in _CLOSING)
        if inner < 0:
            depth, inner, end = depth - 1, 0, token.end
            if not depth:
                break
    inner = 0
    for token in reversed(context.tokens[:first]) if missing else ():
        inner += (token.text in _CLOSING) - (token.text in _OPENING)
        if inner < 0:
            missing, inner, start = missing - 1, 0, token.start
            if not missing:
                break
    return Span(start, end)


def index(context: Context, offset: int) -> int:
    """The place in `context.tokens` of the first token that starts at or after `offset`."""
    return bisect_left(context.tokens, offset, key=_start)


def before(context: Context, offset: int, *words: str) -> Token | None:
    """The nearest of `words` (upper case) that ends at or before `offset`."""
    for place in range(index(context, offset) - 1, -1, -1):
        if context.tokens[place].upper in words:
            return context.tokens[place]
    return None


def after(context: Context, offset: int, *words: str) -> Token | None:
    """The nearest of `words` (upper case) that starts at or after `offset`."""
    for place in range(index(context, offset), len(context.tokens)):
        if context.tokens[place].upper in words:
            return context.tokens[place]
    return None


def next_to(context: Context, offset: int) -> Token | None:
    """The token that starts at or after `offset`."""
    found = index(context, offset)
    return context.tokens[found] if found < len(context.tokens) else None


def previous(context: Context, offset: int) -> Token | None:
    """The token that starts before `offset`."""
    found = index(context, offset)
    return context.tokens[found - 1] if found else None


def partner(context: Context, opening: Token) -> Token | None:
    """The parenthesis that closes `opening`."""
    depth = 0
    for place in range(index(context, opening.start), len(context.tokens)):
        token = context.tokens[place]
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if not depth:
            return token
    return None


def around(context: Context, node: exp.Expr | None) -> Span | None:
    """The parentheses directly around a node, themselves included."""
    span = whole(context, node)
    if span is None:
        return None
    depth = 0
    for place in range(index(context, span.start) - 1, -1, -1):
        token = context.tokens[place]
        depth += (token.text in _CLOSING) - (token.text in _OPENING)
        if depth < 0:
            closing = partner(context, token)
            return Span(token.start, closing.end) if closing is not None else None
    return None


def clause(context: Context, node: exp.Expr | None, word: str) -> Token | None:
    """The keyword `word` that opens the clause whose first name or literal is in `node`."""
    span = whole(context, node)
    return before(context, span.start, word) if span is not None else None


def commented(context: Context, span: Span) -> bool:
    """True if a comment stands in `span`: a fix must not delete it."""
    text = span.of(context.text)
    return any(mark in text for mark in ("--", "/*", "#"))


def deleted(context: Context, span: Span) -> Span:
    """`span` with the white space before it: what to delete so that no gap remains."""
    start = span.start
    while start and context.text[start - 1] in " \t\r\n":
        start -= 1
    return Span(start, span.end) if start else span


def join_words(words: Iterable[str]) -> str:
    """Names as one reads them: `a`, `b` and `c`."""
    listed = [f"`{word}`" for word in words]
    return " and ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)


def _begins_with_minus(node: exp.Expr | None) -> bool:
    while isinstance(node, exp.Expr):
        if isinstance(node, exp.Neg):
            return True
        left = node.this if isinstance(node, (exp.Binary, exp.Between, exp.In)) else None
        node = left
    return False


def _start(token: Token) -> int:
    return token.start
