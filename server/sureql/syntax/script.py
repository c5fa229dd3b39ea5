"""A document as statements. An edit re-splits only from the edited statement on."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sureql.syntax import splitter, templates
from sureql.syntax.dialects import Dialect
from sureql.text.edits import TextEdit, apply_edits
from sureql.text.span import Span


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, from its first token or comment to before its terminator.

    `text` is as written. `masked` has the same length with templates replaced; `holes` are the
    masked spans (relative to the statement). `kind` is its first keyword(s) in upper case
    ('SELECT', 'WITH', 'CREATE TABLE', '' if empty). `terminated` says that a terminator follows.
    """

    start: int
    text: str
    masked: str
    holes: tuple[Span, ...]
    kind: str
    terminated: bool

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @property
    def first(self) -> int:
        """Where its text begins, behind blanks."""
        return self.start + len(self.text) - len(self.text.lstrip())


@dataclass(frozen=True, slots=True)
class Script:
    """A document's text, dialect and statements in order.

    `looked` lists, for statements that were ended by something far below them (an unclosed quote,
    COPY data), their start and the furthest offset that this depended on: an edit above that
    offset splits them again.

    `parts` are the spans of texts that have nothing to do with one another (the SQL strings of a
    program): no statement reaches from one into the next. None if the text is one script.
    """

    text: str
    dialect: Dialect
    statements: tuple[Statement, ...]
    looked: tuple[tuple[int, int], ...] = ()
    parts: tuple[Span, ...] | None = None

    def at(self, offset: int) -> Statement:
        """The statement being written at `offset`: the one that holds it or ends before it without
        a terminator; an empty statement at `offset` if there is none (after a `;`, in a gap)."""
        index = bisect_right(self.statements, offset, key=_start) - 1
        if index >= 0:
            statement = self.statements[index]
            if offset <= statement.end:
                return statement
            if not statement.terminated and self._together(statement, offset):
                return statement
        return Statement(offset, "", "", (), "", False)

    def meant(self, offset: int) -> int:
        """A place in the statement that somebody means who asks about `offset`: `offset` itself if
        there is one; behind a `;`, and in blanks and comments, the end of the statement before."""
        if self.at(offset).kind:
            return offset
        index = bisect_right(self.statements, offset, key=_start) - 1
        while index >= 0 and not self.statements[index].kind:
            index -= 1
        if index < 0 or not self._together(self.statements[index], offset):
            return offset
        return self.statements[index].end

    def edited(self, text: str, start: int, old_end: int, new_end: int) -> Script:
        """The script of the new `text`, in which old `start:old_end` became `start:new_end`."""
        if self.parts is not None:
            return of_parts(text, _moved(self.parts, start, old_end, new_end), self.dialect, self)
        if self.dialect.script == "delimiter" and "delimiter" in text.lower():
            return of(text, self.dialect)  # What a line means may depend on any line above it.
        first = self._first_touched(start)
        kept = self.statements[:first]
        position = self.statements[first].start if first else 0
        shift = new_end - old_end
        looked = [pair for pair in self.looked if pair[0] < position]
        out = list(kept)
        for piece in splitter.split(text, self.dialect, position):
            if piece.start > new_end:
                same = bisect_left(self.statements, piece.start - shift, key=_start)
                if (
                    same < len(self.statements)
                    and self.statements[same].start == piece.start - shift
                ):
                    out += _shifted(self.statements[same:], shift)
                    old_start = piece.start - shift
                    looked += [(a + shift, b + shift) for a, b in self.looked if a >= old_start]
                    break
            out.append(_statement(text, piece, self.dialect))
            if piece.looked:
                looked.append((piece.start, piece.looked))
        return Script(text, self.dialect, tuple(out), tuple(looked))

    def after(self, edits: Sequence[TextEdit]) -> Script:
        """The script with `edits` applied, at least one."""
        text = apply_edits(self.text, edits)
        if self.parts is None:
            grown = len(text) - len(self.text)
            start = min(edit.span.start for edit in edits)
            end = max(edit.span.end for edit in edits)
            return self.edited(text, start, end, end + grown)
        parts = self.parts
        # From the last to the first, so that those left to make stay where they are.
        for edit in sorted(edits, reverse=True):
            new_end = edit.span.start + len(edit.new_text)
            parts = _moved(parts, edit.span.start, edit.span.end, new_end)
        return of_parts(text, parts, self.dialect, self)

    def part_at(self, offset: int) -> Span:
        """The part that an offset is in or behind; the whole text if there are none."""
        if not self.parts:
            return Span(0, len(self.text))
        return self.parts[max(0, bisect_right(self.parts, offset, key=_part_start) - 1)]

    def _together(self, statement: Statement, offset: int) -> bool:
        """True if an offset behind a statement is in the same part as it."""
        return self.parts is None or offset <= self.part_at(statement.start).end

    def _first_touched(self, start: int) -> int:
        """The index of the first statement that an edit at `start` may change: one before the
        edited one, because the edit may remove what separates the two."""
        index = max(0, bisect_left(self.statements, start, key=_start) - 2)
        for begin, reach in self.looked:
            if begin < start <= reach:
                index = min(index, bisect_left(self.statements, begin, key=_start))
        return index


def of(text: str, dialect: Dialect) -> Script:
    """Split `text` into statements."""
    statements = []
    looked = []
    for piece in splitter.split(text, dialect):
        statements.append(_statement(text, piece, dialect))
        if piece.looked:
            looked.append((piece.start, piece.looked))
    return Script(text, dialect, tuple(statements), tuple(looked))


def of_parts(
    text: str, parts: tuple[Span, ...], dialect: Dialect, before: Script | None = None
) -> Script:
    """Split each of `parts` by itself. Those that `before` has, too, are taken from there."""
    known = _by_text(before) if before is not None and before.dialect == dialect else {}
    statements: list[Statement] = []
    for part in parts:
        written = part.of(text)
        kept = known.get(written)
        if kept is None:
            kept = known[written] = of(written, dialect).statements
        statements += _shifted(kept, part.start)
    return Script(text, dialect, tuple(statements), parts=parts)


def _by_text(script: Script) -> dict[str, tuple[Statement, ...]]:
    """The statements of each part, as if it stood alone, by its text."""
    found = {}
    for part in script.parts or ():
        first = bisect_left(script.statements, part.start, key=_start)
        last = bisect_right(script.statements, part.end, lo=first, key=_start)
        own = _shifted(script.statements[first:last], -part.start)
        found[part.of(script.text)] = tuple(own)
    return found


def _moved(parts: tuple[Span, ...], start: int, old_end: int, new_end: int) -> tuple[Span, ...]:
    """`parts` after an edit: the one that holds it grows, those behind it move."""
    by = new_end - old_end
    return tuple(
        part
        if part.end < start
        else Span(part.start, max(part.start, part.end + by))
        if part.start <= start
        else part.shift(by)
        for part in parts
    )


def _part_start(part: Span) -> int:
    return part.start


def focused(statement: Statement, offset: int, dialect: Dialect) -> Statement:
    """The statement as it is read where `offset`, counted from its start, is: a template may have
    several branches, of which the first is read unless another is asked about."""
    if "{%" not in statement.text or not any(
        hole.touches(offset) and not hole.of(statement.text).startswith("{")
        for hole in statement.holes
    ):
        return statement
    masked, holes = templates.mask(statement.text, dialect, offset)
    return replace(statement, masked=masked, holes=holes)


def _start(statement: Statement) -> int:
    return statement.start


def _statement(text: str, piece: splitter.Piece, dialect: Dialect) -> Statement:
    written = text[piece.start : piece.end]
    masked, holes = templates.mask(written, dialect)
    return Statement(piece.start, written, masked, holes, piece.kind, piece.terminated)


def _shifted(statements: tuple[Statement, ...], by: int) -> list[Statement]:
    if not by:
        return list(statements)
    return [replace(statement, start=statement.start + by) for statement in statements]
