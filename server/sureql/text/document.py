"""An open document as a value: its text, its lines, and what an editor's change makes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sureql.text import encodings, line_index
from sureql.text.edits import TextEdit
from sureql.text.encodings import Encoding
from sureql.text.line_index import LineIndex
from sureql.text.span import Span


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place as editors name it: 0-based line, and units of the encoding from its start."""

    line: int
    character: int


@dataclass(frozen=True, slots=True)
class Change:
    """Replace `start` to `end` by `text`; without a range, `text` is the whole new document."""

    text: str
    start: Position | None = None
    end: Position | None = None


@dataclass(frozen=True, slots=True)
class Replaced:
    """What a change did, in code points: old `start:old_end` became `start:new_end`."""

    start: int
    old_end: int
    new_end: int


@dataclass(frozen=True, slots=True)
class Document:
    """One version of an open document."""

    uri: str
    version: int
    text: str
    language_id: str
    lines: LineIndex

    @property
    def file(self) -> Document:
        """What the editor shows and edits: this text, unless it was taken out of another one."""
        return self

    def offset_at(self, position: Position, encoding: Encoding) -> int:
        """The offset of `position`; places past a line's or the text's end mean that end."""
        if position.line < 0:
            return 0
        if position.line >= len(self.lines):
            return len(self.text)
        start, end = self.lines.start(position.line), self._content_end(position.line)
        if self.text.isascii():
            return min(start + max(0, position.character), end)
        return start + encodings.from_units(self.text[start:end], position.character, encoding)

    def position_at(self, offset: int, encoding: Encoding) -> Position:
        """The position of `offset`; an offset inside a line end means the end of its line."""
        offset = max(0, min(offset, len(self.text)))
        line = self.lines.line_of(offset)
        start = self.lines.start(line)
        column = min(offset, self._content_end(line)) - start
        if self.text.isascii():
            return Position(line, column)
        units = encodings.to_units(self.text[start : start + column], column, encoding)
        return Position(line, units)

    def range_at(self, span: Span, encoding: Encoding) -> tuple[Position, Position]:
        """Where `span` begins and ends."""
        return self.position_at(span.start, encoding), self.position_at(span.end, encoding)

    def text_at(self, position: Position, encoding: Encoding) -> int | None:
        """The offset of a place of `file`, None if this text has nothing there."""
        return self.offset_at(position, encoding)

    def text_between(self, start: Position, end: Position, encoding: Encoding) -> Span | None:
        """The span between two places of `file` in any order, None if this text has nothing there."""
        first, last = sorted(self.offset_at(edge, encoding) for edge in (start, end))
        return Span(first, last)

    def written(self, edits: Iterable[TextEdit]) -> list[TextEdit] | None:
        """Edits of this text as edits of `file`, None if they can't be written there."""
        return list(edits)

    def possible(self, edits: Iterable[TextEdit]) -> list[TextEdit]:
        """The same for edits that do not need one another: those that can be written."""
        return list(edits)

    def inserted(self, edit: TextEdit, at: Position, encoding: Encoding) -> TextEdit | None:
        """One edit as an edit of `file` where a user types `at` a place of it."""
        return edit

    def apply(
        self, changes: Iterable[Change], version: int, encoding: Encoding
    ) -> tuple[Document, tuple[Replaced, ...]]:
        """The document after `changes`, each of which refers to the result of the one before."""
        document, replaced = self, []
        for change in changes:
            document, what = document._changed(change, encoding)
            replaced.append(what)
        return replace(document, version=version), tuple(replaced)

    def _changed(self, change: Change, encoding: Encoding) -> tuple[Document, Replaced]:
        new = encodings.without_surrogates(change.text)
        if change.start is None or change.end is None:
            return self._replaced_whole(new)
        start, old_end = sorted(
            (self.offset_at(change.start, encoding), self.offset_at(change.end, encoding))
        )
        return self._spliced(start, old_end, new)

    def _replaced_whole(self, new: str) -> tuple[Document, Replaced]:
        """Clients that send whole texts profit from small edits too: only the middle is replaced."""
        what = difference(self.text, new)
        return self._spliced(what.start, what.old_end, new[what.start : what.new_end])

    def _spliced(self, start: int, old_end: int, new: str) -> tuple[Document, Replaced]:
        text = self.text[:start] + new + self.text[old_end:]
        new_end = start + len(new)
        lines = self.lines.edited(text, start, old_end, new_end)
        return replace(self, text=text, lines=lines), Replaced(start, old_end, new_end)

    def _content_end(self, line: int) -> int:
        """The offset at which the line's end mark begins."""
        start, end = self.lines.start(line), self.lines.end(line)
        if end > start and self.text[end - 1] == "\n":
            end -= 1
            # Only `\r\n` ends one line with two characters.
            return end - 1 if end > start and self.text[end - 1] == "\r" else end
        return end - 1 if end > start and self.text[end - 1] == "\r" else end


def of(uri: str, text: str, version: int = 0, language_id: str = "sql") -> Document:
    """A document as it is when the editor opens it."""
    text = encodings.without_surrogates(text)
    return Document(uri, version, text, language_id, line_index.of(text))


def difference(old: str, new: str) -> Replaced:
    """The one replacement that makes `new` of `old`, without what both begin and end with."""
    start = _common_prefix(old, new)
    same = _common_suffix(old, new, min(len(old), len(new)) - start)
    return Replaced(start, len(old) - same, len(new) - same)


def _common_prefix(one: str, other: str) -> int:
    """The length of the longest common beginning, found by halving: slices compare fast."""
    low, high = 0, min(len(one), len(other))
    if one[:high] == other[:high]:
        return high
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_suffix(one: str, other: str, room: int) -> int:
    """The length of the longest common ending of at most `room` characters."""
    low, high = 0, room
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]:
            low = middle
        else:
            high = middle - 1
    return low
