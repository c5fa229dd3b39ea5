"""A text with virtual repairs, and the way back from its offsets to those of the original."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sureql.text.edits import TextEdit, apply_edits
from sureql.text.span import Span


@dataclass(frozen=True, slots=True)
class Patched:
    """`text` is `original` with `edits`, which are sorted and do not overlap."""

    original: str
    edits: tuple[TextEdit, ...] = ()
    text: str = ""

    def changed(self, added: Iterable[TextEdit]) -> Patched | None:
        """With more `edits` (offsets of the original); those that one of them covers go.

        None if one overlaps another only in part, or changes nothing.
        """
        kept = list(self.edits)
        for edit in added:
            if edit.span.end > len(self.original):
                return None
            kept = [one for one in kept if not _covers(edit.span, one.span)]
            if any(_clash(edit.span, one.span) for one in kept):
                return None
            beside = next((one for one in self.edits if one.span == edit.span), None)
            if beside is not None and not len(edit.span):
                edit = TextEdit(edit.span, beside.new_text + edit.new_text)
            kept.append(edit)
        kept.sort()
        text = apply_edits(self.original, kept)
        return None if text == self.text else Patched(self.original, tuple(kept), text)

    def back(self, span: Span) -> Span:
        """The original's span for one of `text`; inside a replacement it is the replaced span."""
        start, end = self._back(span.start, False), self._back(span.end, True)
        # An empty span where something was removed is that something.
        return Span(min(start, end), max(start, end))

    def forth(self, span: Span) -> Span:
        """The span of `text` for one of the original; a replaced part stands for all of it."""
        grown, start, end = 0, span.start, span.end
        for edit in self.edits:
            more = len(edit.new_text) - len(edit.span)
            if edit.span.end <= span.start and edit.span != span:
                grown += more
                start, end = span.start + grown, span.end + grown
            elif edit.span.start >= span.end:
                break
            else:
                start = min(start, edit.span.start + grown)
                end = max(span.end, edit.span.end) + grown + more
                grown += more
        return Span(start, end)

    def replaced(self, span: Span) -> bool:
        """True if a replacement touches `span` of `text`."""
        grown = 0
        for edit in self.edits:
            start = edit.span.start + grown
            end = start + len(edit.new_text)
            if start < max(span.end, span.start + 1) and span.start < max(end, start + 1):
                return True
            grown += len(edit.new_text) - len(edit.span)
        return False

    def _back(self, offset: int, closing: bool) -> int:
        grown = 0
        for edit in self.edits:
            start = edit.span.start + grown
            end = start + len(edit.new_text)
            if offset < start or (closing and offset == start):
                break
            if offset < end or (closing and offset == end):
                return edit.span.end if closing else edit.span.start
            grown += len(edit.new_text) - len(edit.span)
        return max(0, min(offset - grown, len(self.original)))


def of(text: str, edits: Iterable[TextEdit] = ()) -> Patched:
    """`text` with `edits` that do not overlap."""
    ordered = tuple(sorted(edits))
    return Patched(text, ordered, apply_edits(text, ordered))


def _covers(outer: Span, inner: Span) -> bool:
    # An insertion at the edge of a replaced span stays.
    if len(inner) == 0:
        return outer.start < inner.start < outer.end or outer == inner
    return outer.covers(inner)


def _clash(one: Span, other: Span) -> bool:
    return (
        one.overlaps(other)
        or (not len(one) and other.start < one.start < other.end)
        or (not len(other) and one.start < other.start < one.end)
    )
