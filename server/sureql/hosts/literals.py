"""What one literal says: the pieces of its text, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sureql.hosts import quoting
from sureql.hosts.grammars import Style
from sureql.hosts.model import Kind, Quoting
from sureql.text.span import Span

PRINTF, BRACES, MARGIN = "printf", "braces", "margin"
_MARKS = {
    PRINTF: re.compile(
        r"%%|%(?:\[\d+\])?(?:\(\w+\))?[-+# 0]*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:\d+\$)?[a-zA-Z]"
    ),
    BRACES: re.compile(r"\{\{|\}\}|\{[^{}\n]*\}"),
    MARGIN: re.compile(r"(?:(?<=\n)|(?<=\"\"\"))[ \t]*\|"),
}
_INDENTATION = re.compile(r"^[ \t]*(?=[^\s])", re.MULTILINE)
_LINE_START = re.compile(r"\n[ \t]*")
_NOT_NAME = re.compile(r"\W+")
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Piece:
    """`text` of the SQL stands for `host`; of a hole it is the name that is wished for."""

    kind: Kind
    text: str
    host: Span


@dataclass(frozen=True, slots=True)
class Said:
    """A literal: `content` is what stands between its quotes; `closed` if its end is there."""

    content: Span
    quoting: Quoting
    pieces: tuple[Piece, ...]
    closed: bool = True


def opened(text: str, at: int, styles: Iterable[Style]) -> tuple[Style, re.Match[str]] | None:
    """How the literal that begins at `at` is written."""
    for style in styles:
        if found := style.opening.match(text, at):
            return style, found
    return None


def read(
    text: str, span: Span, styles: Iterable[Style], holes: Sequence[Piece], marks: str = ""
) -> Said | None:
    """The literal at `span`, with `holes` in order; None if it begins like none that the language has."""
    found = opened(text, span.start, styles)
    if found is None or found[1].end() > span.end:
        return None
    style, opening = found
    content, closed = _content(text, span, style, opening)
    return said(text, content, style, delimiter(style, opening), holes, marks, closed)


def said(
    text: str,
    content: Span,
    style: Style,
    closes: str,
    holes: Sequence[Piece] = (),
    marks: str = "",
    closed: bool = True,
) -> Said:
    """What the `content` of a literal of that style says."""
    raw = content.of(text)
    doubled = style.doubled + {PRINTF: "%", BRACES: "{}"}.get(marks, "")
    lines = "\n" in raw or text[content.start - 1 : content.start] == "\n"
    strips = style.strips and style.lines and lines
    indent = _indent(text, content, raw, closes) if style.lines else ""
    how = Quoting(
        closes, style.escapes, style.lines, style.hole, indent, doubled, strips and bool(indent)
    )
    if marks == MARGIN and style.lines:
        how = replace(how, indent=indent + "|", strips=True)
    inside = [one for one in holes if content.covers(one.host)]
    if style.names is not None:
        inside += _named(text, content, style.names)
        inside.sort(key=_host_start)
    pieces = list(_pieces(text, content, how, inside, marks))
    if how.strips and marks != MARGIN:
        pieces = list(_stripped(pieces, len(indent), text))
    return Said(content, how, tuple(pieces), closed)


def delimiter(style: Style, opening: re.Match[str]) -> str:
    """What ends the literal that begins so."""
    return opening[1] if style.closes == r"\1" else opening.expand(style.closes)


def name_of(expression: str) -> str:
    """A name for an expression of the host language: `${user.id}` is `user_id`."""
    name = _NOT_NAME.sub("_", expression[: 4 * _LONGEST_NAME].encode("ascii", "ignore").decode())
    name = name.strip("_")[:_LONGEST_NAME].rstrip("_")
    return name if name and not name[0].isdigit() else f"value_{name}".rstrip("_")


def _named(text: str, content: Span, names: re.Pattern[str]) -> Iterator[Piece]:
    """The expressions inside a literal that only their look tells."""
    for found in names.finditer(text, content.start, content.end):
        before = text[content.start : found.start()]
        if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
            yield Piece(Kind.HOLE, name_of(found[0]), Span(*found.span()))


def _host_start(piece: Piece) -> int:
    return piece.host.start


def _content(text: str, span: Span, style: Style, opening: re.Match[str]) -> tuple[Span, bool]:
    closes = delimiter(style, opening)
    start = opening.end()
    if not closes or (text.endswith(closes, start, span.end) and span.end - len(closes) >= start):
        return Span(start, _last(text, start, span.end - len(closes), closes)), True
    # Not closed yet: what follows on its line, or up to a blank line, is its text.
    return unclosed(text, start, span.end, style), False


def _last(text: str, start: int, end: int, closes: str) -> int:
    """The end of a text that `closes` ends at `end`. Before a word the line break is no part of it."""
    return max(start, text.rfind("\n", 0, end)) if closes.isidentifier() else end


def unclosed(text: str, start: int, end: int, style: Style) -> Span:
    """What most likely is the text of a literal that is not closed: the rest of its line, or the lines
    up to a blank one or to one that begins further left, which is code again."""
    if not style.lines:
        stop = text.find("\n", start, end)
        return Span(start, end if stop < 0 else stop)
    base: int | None = None
    stop = text.find("\n", start, end)
    while stop >= 0:
        line, more, _ = text[stop + 1 : end].partition("\n")
        deep = len(line) - len(line.lstrip())
        # The last line may be blank because nothing has been typed into it yet.
        if base is not None and more and not line.strip():
            return Span(start, stop)
        if base is not None and line.strip() and deep < base:
            return Span(start, stop)
        if line.strip() and base is None:
            base = deep
        stop = text.find("\n", stop + 1, end)
    return Span(start, end)


def _indent(text: str, content: Span, raw: str, closes: str) -> str:
    """The indentation that the literal's lines share; of one line, that of the line it begins in."""
    below = text[content.start - 1 : content.start] == "\n"
    rest = raw if below else raw.partition("\n")[2]
    lines = _INDENTATION.findall(rest)
    last = rest.rpartition("\n")[2]
    if rest and last.strip(" \t") == "" and last != rest and not closes.isidentifier():
        # The end of a literal on a line of its own takes part too, where it is further left. A word that
        # ends it stands on the line behind.
        lines.append(last)
    elif not rest:
        line = text.rfind("\n", 0, content.start) + 1
        lines = _INDENTATION.findall(text[line : content.start + 1])[:1]
    return min(lines, key=len, default="")


def _pieces(
    text: str, content: Span, how: Quoting, holes: Sequence[Piece], marks: str
) -> Iterator[Piece]:
    position = content.start
    for hole in holes:
        if hole.host.start < position:
            continue
        yield from _between(text, Span(position, hole.host.start), how, marks)
        yield hole
        position = hole.host.end
    yield from _between(text, Span(position, content.end), how, marks)


def _between(text: str, span: Span, how: Quoting, marks: str) -> Iterator[Piece]:
    """The pieces of a part of a literal in which no expression stands."""
    raw = span.of(text)
    found = [
        (start, end, Kind.ESCAPE, meaning) for start, end, meaning in quoting.decoded(raw, how)
    ]
    if marks:
        found = [one for one in found if one[3] not in ("{", "}", "%") or raw[one[0]] == "\\"]
        for mark in _MARKS[marks].finditer(text, span.start, span.end):
            whole = mark[0]
            twice = len(whole) == 2 and whole[0] == whole[1]
            kind, meaning = (Kind.ESCAPE, whole[0]) if twice else (Kind.HOLE, _marked(whole))
            if marks == MARGIN:
                kind, meaning = Kind.ESCAPE, ""
            place = Span(*mark.span()).shift(-span.start)
            found.append((place.start, place.end, kind, meaning))
        found.sort()
    position = 0
    for start, end, kind, meaning in found:
        if start < position:
            continue
        if start > position:
            yield Piece(Kind.PLAIN, raw[position:start], Span(position, start).shift(span.start))
        yield Piece(kind, meaning, Span(start, end).shift(span.start))
        position = end
    if position < len(raw):
        yield Piece(Kind.PLAIN, raw[position:], Span(position, len(raw)).shift(span.start))


def _marked(mark: str) -> str:
    """The name for the hole that a mark is: what is named in `%(name)s` or `{name:>3}`, if anything."""
    if mark[0] == "%":
        named = re.match(r"%\((\w+)\)", mark)
        return named[1] if named else "value"
    return name_of(mark.partition(":")[0].partition("!")[0])


def _stripped(pieces: Iterable[Piece], width: int, text: str) -> Iterator[Piece]:
    """The pieces without the first `width` columns of their lines."""
    for piece in pieces:
        if piece.kind is not Kind.PLAIN:
            yield piece
            continue
        position = 0
        cuts = [(one.start() + 1, one.end()) for one in _LINE_START.finditer(piece.text)]
        if text[piece.host.start - 1 : piece.host.start] == "\n":
            blank = len(piece.text) - len(piece.text.lstrip(" \t"))
            cuts.insert(0, (0, blank))
        for start, end in cuts:
            stop = min(start + width, end)
            if start > position:
                yield _part(piece, position, start)
            position = stop
        if position < len(piece.text):
            yield _part(piece, position, len(piece.text))


def _part(piece: Piece, start: int, end: int) -> Piece:
    return Piece(piece.kind, piece.text[start:end], Span(start, end).shift(piece.host.start))
