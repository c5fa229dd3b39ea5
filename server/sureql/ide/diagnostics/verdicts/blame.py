"""What our virtual repairs have changed, and whether an engine stumbles over one of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from sureql.ide.diagnostics.verdicts import repairs, units
from sureql.ide.diagnostics.verdicts.asked import Asked
from sureql.ide.diagnostics.verdicts.causes import Cause
from sureql.ide.diagnostics.verdicts.patched import Patched
from sureql.ide.diagnostics.verdicts.repairs import Repair
from sureql.text.span import Span

# These are wrong because of what stands beside them as well, so a repair beside them may be to blame.
_BY_NEIGHBOURS = frozenset(
    (
        "type-mismatch",
        "unknown-function",
        "ambiguous-function",
        "wrong-arguments",
        "subquery-columns",
        "set-operation-arity",
        "position-out-of-range",
        "distinct-order",
        "refused",
        "unknown-value",
    )
)
OF_NAMES = frozenset(("unknown-column", "unknown-alias", "ambiguous-column"))
_OF_NUMBERS = ("set-operation-arity", "insert-arity", "values-arity", "subquery-columns")
_OF_GROUPS = ("not-grouped", "misplaced-aggregate")
_NEAR = 60  # Characters: some ten words.
_SETS = ("UNION", "INTERSECT", "EXCEPT")


@dataclass(slots=True)
class Repaired:
    """`blurred` are places of the original that no longer hold what was meant, `guessed` those of
    them where the grammar was repaired by a guess. `lost` are sources whose columns are not known
    ('' for any), `retyped` says that types of columns may not be theirs, `ungrouped` that GROUP BY
    is not what was meant, `mended` that the grammar is, after so many `guesses`."""

    asks: Asked
    blurred: list[Span] = field(default_factory=list)
    guessed: list[Span] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    ungrouped: bool = False
    mended: bool = False
    guesses: int = 0
    retyped: bool = False

    def add(self, cause: Cause, repair: Repair, before: Patched) -> None:
        """Notes a repair of the text `before` it."""
        changed = [before.back(edit.span) for edit in repair.edits]
        if not repair.sure:
            self.blurred += changed
            self.ungrouped |= repairs.is_grouping(cause.text, repair)
            if cause.reading.syntax:
                self.guessed += changed
                self.guesses += not repair.likely
        self.lost.update(repair.lost)
        self.retyped |= repair.retyped and not repair.sure
        self.mended |= cause.reading.syntax

    def set_aside(self, cause: Cause, patched: Patched) -> None:
        """Notes a place that the engine can't judge."""
        if cause.place is not None:
            name = cause.text.span(*units.name(cause.text, cause.place.index))
            self.blurred.append(patched.back(name))

    def caused(self, cause: Cause) -> bool:
        """True if the engine speaks of a repair, or of how parameters are written."""
        code, origin = cause.reading.code, cause.origin
        if cause.reading.parameters:
            return True
        if origin is None:
            return bool(self.blurred)
        if self.guesses > 1:
            return True  # Nobody knows what such a text was meant to be.
        if any(_same(one, origin) for one in self.asks.parameters):
            return cause.reading.syntax or code == "refused"
        if any(_same(one, origin) for one in self.blurred):
            return True
        if cause.reading.syntax:
            return any(_is_near(one, origin) for one in self.guessed)
        if code in _OF_GROUPS:
            return self.ungrouped
        if code in _OF_NUMBERS and self.lost:
            return True  # Another table has another number of columns.
        if code in _BY_NEIGHBOURS:
            return self._beside(cause)
        return code in OF_NAMES and bool(self.lost) and self._is_lost(cause)

    def hides(self, code: str) -> bool:
        """True if problems of `code` can't be told from what the repairs have done."""
        return self.ungrouped and code in _OF_GROUPS

    def _beside(self, cause: Cause) -> bool:
        near = cause.around
        if near is not None and any(one.overlaps(near) for one in self.blurred):
            return True
        if (self.lost or self.retyped) and self._names_lost(cause):
            return True
        # A repair in one query of a set operation shows in the other one.
        return cause.reading.message.startswith(_SETS) and bool(self.blurred)

    def _names_lost(self, cause: Cause) -> bool:
        """True if a column of a source that stands in for another is in the expression."""
        text = cause.text
        if cause.near is None:
            return False
        return any(
            text.is_name(index)
            and (self.retyped or text.upper(index + 1) != "." or self._names(cause, index))
            and text.upper(index + 1) != "("
            and text.upper(index - 1) not in (".", "::")
            for index in text.inside(cause.near)
        )

    def _is_lost(self, cause: Cause) -> bool:
        if cause.place is None:
            return False
        first, last = units.name(cause.text, cause.place.index)
        return first == last or "" in self.lost or self._names(cause, first)

    def _names(self, cause: Cause, index: int) -> bool:
        token = cause.text.tokens[index]
        return cause.text.dialect.normalize(token.text).lower() in self.lost


def follows(before: Cause, after: Cause, repair: Repair, patched: Patched) -> bool:
    """True if what the engine says `after` a repair of `patched` comes from the repair, or is what
    it said before."""
    if after.reading.syntax and not before.reading.syntax:
        return True
    if after.origin is None or before.origin is None:
        unplaced = after.origin is None and not repair.sure
        return unplaced or after.judgement.message == before.judgement.message
    if before.reading.syntax and after.reading.syntax:
        return after.origin.start <= before.origin.start
    if unchanged(before, after):
        return True
    if repair.sure:
        return False
    if after.reading.code == before.reading.code and after.reading.code in _OF_NUMBERS:
        return after.origin.start <= before.origin.start
    changed = [patched.back(edit.span) for edit in repair.edits]
    if before.reading.syntax and repair.likely:
        return False
    if before.reading.syntax:
        # A guess about the grammar: what stands beside it may be misread.
        changed = [_with_neighbours(one, patched.original) for one in changed]
    if any(_same(one, after.origin) for one in changed):
        return True
    if after.reading.code in _OF_GROUPS and before.reading.code in _OF_GROUPS:
        return True
    if after.reading.code in _OF_GROUPS:
        return repairs.is_grouping(before.text, repair)
    if after.reading.code in _BY_NEIGHBOURS and after.around is not None:
        return any(one.overlaps(after.around) for one in changed)
    return False


def unchanged(before: Cause, after: Cause) -> bool:
    """True if the engine says the same of the same place."""
    return after.origin == before.origin and after.reading.code == before.reading.code


def _same(one: Span, origin: Span) -> bool:
    return one.overlaps(origin) or one == origin or (not len(one) and one.start == origin.start)


def _is_near(one: Span, other: Span) -> bool:
    """True if a second error of grammar may come from the first."""
    return one.start - _NEAR <= other.start <= one.end + _NEAR


def _with_neighbours(span: Span, text: str) -> Span:
    """`span` and the first characters of what stands before and behind it."""
    start, end = len(text[: span.start].rstrip()), len(text) - len(text[span.end :].lstrip())
    return Span(max(0, start - 1), min(len(text), end + 1))
