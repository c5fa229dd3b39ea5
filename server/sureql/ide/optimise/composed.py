"""Edits made one after the other, as edits of the first text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sureql.text.edits import TextEdit
from sureql.text.span import Span

_Piece = Span | str
"""Part of the first text, or text that came in."""


def edits(text: str, steps: Iterable[Sequence[TextEdit]]) -> tuple[TextEdit, ...]:
    """The edits of `text` that do what all `steps` do, each of which changes what the one before it
    left. What no step touched stays untouched. Raises ValueError if edits of one step overlap."""
    pieces: list[_Piece] = [Span(0, len(text))]
    for step in steps:
        pieces = _after(pieces, sorted(step))
    found: list[TextEdit] = []
    position, added = 0, ""
    for piece in [*pieces, Span(len(text), len(text))]:
        if isinstance(piece, str):
            added += piece
            continue
        found += _smaller(text, TextEdit(Span(position, piece.start), added))
        position, added = piece.end, ""
    return tuple(found)


def _after(pieces: Sequence[_Piece], step: Sequence[TextEdit]) -> list[_Piece]:
    length = sum(map(len, pieces))
    out: list[_Piece] = []
    position = 0
    for edit in step:
        if edit.span.start < position:
            raise ValueError("edits overlap")
        out += _cut(pieces, position, edit.span.start)
        if edit.new_text:
            out.append(edit.new_text)
        position = edit.span.end
    return out + _cut(pieces, position, length)


def _cut(pieces: Sequence[_Piece], start: int, end: int) -> list[_Piece]:
    """The pieces between two offsets of the text that they make."""
    out: list[_Piece] = []
    position = 0
    for piece in pieces:
        first, last = max(start - position, 0), min(end - position, len(piece))
        if first < last:
            out.append(
                piece[first:last]
                if isinstance(piece, str)
                else Span(piece.start + first, piece.start + last)
            )
        position += len(piece)
    return out


def _smaller(text: str, edit: TextEdit) -> list[TextEdit]:
    """The edit without what it replaces by the same words at its ends; none if it does nothing."""
    old, new = edit.span.of(text), edit.new_text
    if old == new:
        return []
    front = _same(old, new)
    back = _same(old[front:][::-1], new[front:][::-1])
    # A number or a name is not cut in two.
    while front and _in_word(old, front) | _in_word(new, front):
        front -= 1
    while back and _in_word(old, len(old) - back) | _in_word(new, len(new) - back):
        back -= 1
    span = Span(edit.span.start + front, edit.span.end - back)
    return [TextEdit(span, new[front : len(new) - back])]


def _same(first: str, second: str) -> int:
    pairs = zip(first, second, strict=False)
    return next(
        (at for at, (one, other) in enumerate(pairs) if one != other),
        min(len(first), len(second)),
    )


def _in_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and _is_word(text[at - 1]) and _is_word(text[at])


def _is_word(character: str) -> bool:
    return character.isalnum() or character in "_$"
