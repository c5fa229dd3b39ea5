"""SQL in the fenced blocks of Markdown: ```` ```sql ````, `~~~postgresql`, in lists and quotations too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sureql.hosts import building
from sureql.hosts.literals import Piece, Said
from sureql.hosts.model import Kind, Origin, Quoting, Region
from sureql.text.span import Span

# What stands before a fence: quotation marks, and the bullet or number of the list item it opens.
_OPENING = re.compile(
    r"^(?P<before>(?:[ \t]*>)*[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)"
    r"(?P<fence>`{3,}(?=[^`\n]*$)|~{3,})[ \t]*(?P<info>[^\n]*)$\n?",
    re.MULTILINE,
)
_WORD = re.compile(r"\{?\s*\.?([\w+#-]*)")
_LINE = re.compile(r"[^\n]*(?:\n|\Z)")
_BLANK = re.compile(r"[\s>]*\Z")


def regions(text: str, words: frozenset[str]) -> tuple[Region, ...]:
    """The blocks whose fence is followed by one of `words`. A block that nothing closes, or in which
    another one begins, ends at its first blank line: someone is about to write its end."""
    return tuple(_regions(text, words))


def _regions(text: str, words: frozenset[str]) -> Iterator[Region]:
    position = 0
    while opening := _OPENING.search(text, position):
        word = _WORD.match(opening["info"])
        wanted = bool(word and word[1].lower() in words)
        lines, position = _lines(text, opening, wanted)
        if wanted and lines:
            yield _region(text, lines, opening)


def _lines(text: str, opening: re.Match[str], wanted: bool) -> tuple[list[Span], int]:
    """The lines of a block without what Markdown puts before them, and where the search goes on."""
    fence, before = opening["fence"], opening["before"]
    closing = re.compile(rf"[ \t>]*{re.escape(fence[0])}{{{len(fence)},}}[ \t]*\r?\n?\Z")
    quoted = before.count(">")
    lines: list[Span] = []
    at = opening.end()
    while at < len(text):
        found = _LINE.match(text, at)
        end = found.end() if found else len(text)
        line = text[at:end]
        if closing.match(line):
            return lines, end
        if line.count(">", 0, len(line) - len(line.lstrip(" \t>"))) < quoted:
            # The quotation that the block stands in ends, and the block with it.
            return lines, at
        another = _OPENING.match(line) if wanted else None
        if another and another["info"].strip():
            break
        lines.append(Span(at + _prefix(line, before, quoted), end))
        at = end
    if wanted:
        lines = lines[: _first_blank(text, lines)]
        at = lines[-1].end if lines else opening.end()
    return lines, at


def _first_blank(text: str, lines: list[Span]) -> int:
    for index, line in enumerate(lines):
        if _BLANK.match(line.of(text)):
            return index
    return len(lines)


def _prefix(line: str, before: str, quoted: int) -> int:
    """How many characters of a line stand before the block's own."""
    at = 0
    for _ in range(quoted):
        at = line.find(">", at) + 1
    columns = len(before) - before.rfind(">") - 1
    while columns > 0 and line[at : at + 1] in (" ", "\t"):
        at, columns = at + 1, columns - 1
    return at


def _region(text: str, lines: list[Span], opening: re.Match[str]) -> Region:
    content = Span(lines[0].start, _without_break(text, lines[-1]).end)
    pieces: list[Piece] = []
    for line in (*lines[:-1], _without_break(text, lines[-1])):
        if pieces and pieces[-1].host.end == line.start:
            line = Span(pieces.pop().host.start, line.end)
        pieces.append(Piece(Kind.PLAIN, line.of(text), line))
    before = re.sub(r"[^>]", " ", opening["before"])
    how = Quoting("", multiline=True, indent=before, strips=bool(before))
    return building.region([Said(content, how, tuple(pieces))], Origin.FENCE)


def _without_break(text: str, line: Span) -> Span:
    """A line without the line break at its end."""
    return Span(line.start, line.start + len(line.of(text).rstrip("\r\n")))
