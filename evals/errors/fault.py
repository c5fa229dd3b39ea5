"""What a fault is, and the list of all classes of faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from evals.errors.query import Query
from sureql.text.edits import TextEdit, apply_edits
from sureql.text.span import Span


@dataclass(frozen=True, slots=True)
class Fault:
    """One slip in a valid statement. `marks` are the spans of the valid text, widened by what the
    edits put there, in which a diagnostic is rightly placed."""

    edits: tuple[TextEdit, ...]
    marks: tuple[Span, ...] = ()

    def text(self, valid: str) -> str:
        return apply_edits(valid, self.edits)

    def places(self) -> tuple[Span, ...]:
        """Where a diagnostic may stand, in the faulty text."""
        return tuple(moved(mark, self.edits) for mark in self.marks or self._edited())

    def _edited(self) -> tuple[Span, ...]:
        return tuple(edit.span for edit in self.edits)


Maker = Callable[[Query], Iterator[Fault]]


@dataclass(frozen=True, slots=True)
class FaultClass:
    """`area`: syntax, names, structure, types. `hides`: the fault may hide what is behind it (an
    open quote), so mending it may reveal more. `local`: it is in one token. `lossy`: what stood
    there before cannot be known, so that no fix can bring it back."""

    name: str
    area: str
    make: Maker
    hides: bool = False
    local: bool = False
    lossy: bool = False


CLASSES: dict[str, FaultClass] = {}


def fault_class(
    area: str, hides: bool = False, local: bool = False, lossy: bool = False
) -> Callable[[Maker], Maker]:
    """Adds a class of faults, named as the function."""

    def add(make: Maker) -> Maker:
        name = make.__name__.replace("_", "-")
        CLASSES[name] = FaultClass(name, area, make, hides, local, lossy)
        return make

    return add


def replaced(span: Span, text: str, *marks: Span) -> Fault:
    return Fault((TextEdit(span, text),), marks)


def inserted(offset: int, text: str, *marks: Span) -> Fault:
    return Fault((TextEdit(Span(offset, offset), text),), marks)


def removed(query: Query, first: int, last: int, *marks: Span) -> Fault:
    """Without the tokens `first` to `last`; a diagnostic may stand on either neighbour."""
    start, end = query.tokens[first].start, query.tokens[last].end
    around = Span(
        query.tokens[max(0, first - 1)].start,
        query.tokens[min(last + 1, len(query.tokens) - 1)].end,
    )
    gap = "" if query.text[start - 1 : start].isspace() else " "
    if query.text[end : end + 1].isspace() or end == len(query.text):
        gap = ""
    return Fault((TextEdit(Span(start, end), gap),), marks or (around,))


def moved(mark: Span, edits: tuple[TextEdit, ...]) -> Span:
    """`mark` in the text after `edits`, with all that they put at its edges."""
    start, end = mark.start, mark.end
    for edit in edits:
        grown = len(edit.new_text) - len(edit.span)
        if edit.span.end <= mark.start and edit.span.start < mark.start:
            start += grown
            end += grown
        elif edit.span.start <= mark.end and not (len(edit.span) and edit.span.start == mark.end):
            end += grown
    return Span(start, max(start, end))
