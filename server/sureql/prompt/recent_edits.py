"""What was changed lately, in whatever document: typing becomes edits, the newest last."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sureql.prompt.model import Edit

MOST = 8
CONTEXT_LINES = 3
QUIET = 0.5
"""Seconds without a change after which an edit counts as made."""
MOST_LINES = 10
MOST_CHARACTERS = 2_000
"""A larger change is a paste or a new layout and says little about what the user is at."""
LARGEST = 200_000
"""Characters of a document above which its edits are not followed."""
_LONGEST_CONTEXT = 400
_CLOSED = "closed:"


@dataclass(frozen=True, slots=True)
class _Change:
    """Old `start:old_end` became `start:new_end`."""

    start: int
    old_end: int
    new_end: int


@dataclass(frozen=True, slots=True)
class _Running:
    """An edit that may go on, made last `at`. It reaches to `end` in the present text."""

    edit: Edit
    end: int
    at: float


@dataclass(slots=True)
class RecentEdits:
    """Mutable: follows all documents of a session."""

    _made: deque[_Running] = field(default_factory=lambda: deque(maxlen=2 * MOST))

    def changed(self, uri: str, path: str, before: str, after: str, now: float) -> None:
        """A document was changed at `now` (in seconds)."""
        if before == after or max(len(before), len(after)) > LARGEST:
            return
        what = _change(before, after)
        last = self._made[-1] if self._made else None
        if last is not None and last.edit.uri == uri and _continues(last, before, what):
            self._made.pop()
            start, removed = _joined(last, before, what)
            end = max(last.end, what.old_end) + what.new_end - what.old_end
        else:
            start, end, removed = what.start, what.new_end, before[what.start : what.old_end]
        self._shift(uri, what)
        edit = Edit(uri, start, removed, after[start:end], path, *_around(after, start, end))
        self._made.append(_Running(edit, end, now))

    def edits(self, now: float) -> tuple[Edit, ...]:
        """What was changed, without what is being typed at `now`; the newest last."""
        made = [_trimmed(one.edit) for one in self._made if now - one.at >= QUIET]
        return tuple([edit for edit in made if _tells(edit)][-MOST:])

    def closed(self, uri: str) -> None:
        """A document was closed. What was changed in it stays known, but nothing goes on: it may be
        another text when it is opened again."""
        for index, one in enumerate(self._made):
            if one.edit.uri == uri:
                self._made[index] = replace(one, edit=replace(one.edit, uri=_CLOSED + uri))

    def _shift(self, uri: str, what: _Change) -> None:
        moved = what.new_end - what.old_end
        for index, one in enumerate(self._made):
            if one.edit.uri == uri and one.edit.offset >= what.old_end:
                edit = replace(one.edit, offset=one.edit.offset + moved)
                self._made[index] = replace(one, edit=edit, end=one.end + moved)


def _change(before: str, after: str) -> _Change:
    """The one change that makes `after` of `before`."""
    shorter = min(len(before), len(after))
    start = _longest(shorter, lambda size: before.startswith(after[:size]))
    rest = _longest(shorter - start, lambda size: not size or before.endswith(after[-size:]))
    return _Change(start, len(before) - rest, len(after) - rest)


def _longest(most: int, holds: Callable[[int], bool]) -> int:
    """The greatest size up to `most` for which it holds, as it does for all smaller ones. Halving:
    comparing long texts is quick, looking at each character is not."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


def _continues(last: _Running, before: str, what: _Change) -> bool:
    """True if there is at most one line end between the last edit and a change."""
    between = before[last.end : what.start] or before[what.old_end : last.edit.offset]
    return between.count("\n") <= 1 and len(between) <= MOST_CHARACTERS


def _joined(last: _Running, before: str, what: _Change) -> tuple[int, str]:
    """Where the last edit begins when it goes on like this, and what it has removed."""
    edit = last.edit
    head = before[what.start : edit.offset]
    tail = before[last.end : what.old_end]
    return min(edit.offset, what.start), head + edit.removed + tail


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """The lines above and below a place, with what stands in its own first and last line."""
    above = text[max(0, start - _LONGEST_CONTEXT) : start].split("\n")
    below = text[end : end + _LONGEST_CONTEXT].split("\n")
    return "\n".join(above[-CONTEXT_LINES - 1 :]), "\n".join(below[: CONTEXT_LINES + 1])


def _trimmed(edit: Edit) -> Edit:
    """The edit without what its two texts have in common at their ends: of two blanks side by side
    nobody can say which is new."""
    inner = _change(edit.removed, edit.added)
    head, tail = edit.added[: inner.start], edit.added[inner.new_end :]
    return Edit(
        edit.uri.removeprefix(_CLOSED),
        edit.offset + inner.start,
        edit.removed[inner.start : inner.old_end],
        edit.added[inner.start : inner.new_end],
        edit.path,
        edit.above + head,
        tail + edit.below,
    )


def _tells(edit: Edit) -> bool:
    texts = edit.removed, edit.added
    if edit.removed.split() == edit.added.split():
        return False  # Undone, or only laid out anew.
    return all(len(text) <= MOST_CHARACTERS and text.count("\n") < MOST_LINES for text in texts)
