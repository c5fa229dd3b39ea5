"""The half-typed word under the cursor, and the tokens around it.

A quote that is never closed swallows what follows, so when the cursor is in or behind such a quote
the text is read as if the quote ended at the cursor or at its line's end.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass, replace

from sureql.syntax import layout as layouts
from sureql.syntax import lexer
from sureql.syntax.context import NamePath
from sureql.syntax.dialects import Dialect
from sureql.syntax.layout import Layout
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

_QUOTING = (Kind.STRING, Kind.QUOTED)


@dataclass(frozen=True, slots=True)
class Pointer:
    """`index` is the token at which the scan stops: the word's, or its qualifier's first one.

    `kind` is that of the token that the cursor is in (None between tokens). `last` is the index of
    the word's own token, the one after the cursor if there is no word.
    """

    layout: Layout
    index: int
    last: int
    word: Span
    kind: Kind | None = None
    typed: str = ""
    quote: str = ""
    unclosed: bool = False
    qualifier: NamePath | None = None
    member: bool = False  # Right after a dot, even if nothing nameable stands before it.


def at(text: str, offset: int, dialect: Dialect) -> Pointer:
    """What stands at `offset`."""
    everything = lexer.tokens(text, dialect)
    inside = _inside(everything, offset)
    if inside is not None and inside.kind is Kind.COMMENT:
        return Pointer(layouts.of(text, dialect), 0, 0, Span(offset, offset), Kind.COMMENT)
    layout = layouts.of(text, dialect)
    if everything and not everything[-1].closed:
        layout = _reread(text, offset, dialect, everything, layout)
    return _point(layout, offset)


def _inside(tokens: tuple[Token, ...], offset: int) -> Token | None:
    """The token that `offset` is inside of: past its start and not past its end."""
    position = bisect.bisect_left(tokens, offset, key=lambda token: token.start) - 1
    if position < 0:
        return None
    token = tokens[position]
    if offset < token.end:
        return token
    if offset > token.end:
        return None
    if token.kind is Kind.COMMENT:
        # A line comment goes on at its end; a block comment only if it isn't closed.
        block = token.text.startswith(("/*", "{"))
        return token if not block or not token.closed else None
    return token


def _reread(
    text: str, offset: int, dialect: Dialect, tokens: tuple[Token, ...], layout: Layout
) -> Layout:
    """The layout with the unclosed quote cut where the user will probably close it."""
    broken = tokens[-1]
    if broken.kind not in _QUOTING:
        return layout
    token = _inside(tokens, offset)
    if token is not None and token.kind in _QUOTING and token.start < offset:
        line = text.find("\n", token.start)
        if token is broken and 0 <= line < offset:
            return _cut(text, line, dialect, layout)
        if token is broken or _odd_line(text, token.start, token.text[:1]):
            return _cut(text, _word_end(text, offset, token), dialect, layout)
        return layout
    line = text.find("\n", broken.start)
    if line >= 0:
        return _cut(text, line, dialect, layout)
    return layout


def _odd_line(text: str, start: int, quote: str) -> bool:
    """True if the quote that opens at `start` has no partner on its line."""
    end = text.find("\n", start)
    line = text[start : end if end >= 0 else len(text)]
    return line.count(quote) % 2 == 1


def _word_end(text: str, offset: int, token: Token) -> int:
    end = offset
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    mark = "]" if token.text[:1] == "[" else token.text[-1:] if token.closed else token.text[:1]
    return end + 1 if text[end : end + 1] == mark and token.kind is Kind.QUOTED else end


def _cut(text: str, end: int, dialect: Dialect, layout: Layout) -> Layout:
    """The layout of `text` read in two parts, with a quote ending at `end`."""
    left = lexer.code(text[:end], dialect)
    right = (
        replace(token, start=token.start + end, end=token.end + end)
        for token in lexer.code(text[end:], dialect)
    )
    return layouts.build(text, dialect, (*left, *right))


def _point(layout: Layout, offset: int) -> Pointer:
    tokens = layout.tokens
    index = layout.index_at(offset)
    token = tokens[index - 1] if index else None
    empty = Span(offset, offset)
    if token is None or token.end < offset:
        return _after(layout, index, empty)
    if token.kind is Kind.WORD or token.kind is Kind.QUOTED:
        return _word(layout, index - 1, offset)
    inside = offset < token.end
    if token.kind is Kind.STRING and (inside or not token.closed):
        start = token.text.find("'")
        typed = token.text[start + 1 : offset - token.start] if start >= 0 else ""
        typed = typed.replace("''", "'")
        return Pointer(
            layout, index - 1, index - 1, token.span, Kind.STRING, typed, "'", not token.closed
        )
    if token.kind in (Kind.NUMBER, Kind.PARAMETER):
        return Pointer(layout, index - 1, index - 1, empty, token.kind)
    if inside:  # In the middle of an operator.
        return Pointer(layout, index - 1, index - 1, empty, token.kind)
    return _after(layout, index, empty)


def _word(layout: Layout, index: int, offset: int) -> Pointer:
    token = layout.tokens[index]
    first, qualifier, member = _qualifier(layout, index, token.start)
    quote = token.text[0] if token.kind is Kind.QUOTED else ""
    typed = token.text[: offset - token.start]
    if quote:
        closing = "]" if quote == "[" else quote
        whole = token.closed and offset == token.end
        typed = typed[1:-1] if whole else typed[1:]
        typed = typed.replace(closing * 2, closing)
    unclosed = bool(quote) and not token.closed
    return Pointer(
        layout, first, index, token.span, token.kind, typed, quote, unclosed, qualifier, member
    )


def _after(layout: Layout, index: int, empty: Span) -> Pointer:
    """Between tokens: nothing is typed, but a qualifier may stand before the cursor."""
    dot = layout.tokens[index - 1] if index else None
    if dot is not None and dot.text == ".":
        gap = layout.text[dot.end : empty.start]
        if not gap.strip(" \t"):
            first, qualifier, member = _qualifier(layout, index, dot.end)
            return Pointer(layout, first, index, empty, None, qualifier=qualifier, member=member)
    return Pointer(layout, index, index, empty)


def _qualifier(layout: Layout, index: int, end: int) -> tuple[int, NamePath | None, bool]:
    """The names and dots that end at `index`: first token, path, and whether there is a dot."""
    tokens = layout.tokens
    parts: list[Token] = []
    position = index
    while position >= 2 and tokens[position - 1].text == "." and layout.nameable(position - 2):
        parts.insert(0, tokens[position - 2])
        position -= 2
    if not parts:
        dotted = index >= 1 and tokens[index - 1].text == "." and tokens[index - 1].end == end
        return index, None, dotted
    names = tuple(layout.dialect.normalize(token.text) for token in parts)
    return position, NamePath(names, tuple(token.span for token in parts)), True
