"""What became of a ghost text, told from the edits that follow it.

Editors say little about it: what was accepted is known from the text that appears at once, as typing
adds one character at a time. An accepted text is *retained* if most of it still stands near its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from sureql.inline.model import Item
from sureql.text.document import Replaced

CHECKS = (30, 120, 600)
"""Seconds after acceptance at which is looked whether the text is still there."""
AROUND = 50
"""Characters beside its place in which an accepted text is looked for."""
MOST_KEPT = 50
SEEN_AFTER = 0.3
"""Seconds without an edit after which an item has been on the screen."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An item that was sent to the editor: `start` is where its text begins in the document."""

    name: str
    uri: str
    start: int
    item: Item
    at: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """`what`: shown, accepted, partially accepted, dismissed or typed (by hand, to its end);
    `characters` of the item's text now stand in the document."""

    what: str
    offer: Offer
    characters: int = 0


@dataclass(slots=True)
class _Open:
    offer: Offer
    written: int
    shown: bool = False
    taken: bool = False


@dataclass(slots=True)
class Accepted:
    """A text that was accepted, followed through later edits. `start` moves with the text above it."""

    offer: Offer
    text: str
    start: int
    at: float
    checked: int = 0


@dataclass(slots=True)
class Tracker:
    """The offers of a session. Mutable; its methods return what has just become known."""

    _open: dict[str, list[_Open]] = field(default_factory=dict)
    _accepted: list[Accepted] = field(default_factory=list)
    _count: int = 0

    def offered(self, uri: str, items: Sequence[Item], at: float) -> tuple[Offer, ...]:
        """New items for a document; those that go on with an older offer keep its name."""
        before = {one.offer.name: one for one in self._open.get(uri, ())}
        now: list[_Open] = []
        for item in items:
            older = next((one for one in before.values() if _same(one, item)), None)
            if older is not None:
                now.append(before.pop(older.offer.name))
                continue
            self._count += 1
            offer = Offer(f"{self._count}", uri, item.replace.start, item, at)
            now.append(_Open(offer, item.replace.end - item.replace.start))
        self._open[uri] = now
        return tuple(one.offer for one in now)

    def told_shown(self, name: str) -> list[Outcome]:
        """The editor says that an item is on the screen."""
        one = self._named(name)
        if one is None or one.shown:
            return []
        one.shown = True
        return [Outcome("shown", one.offer)]

    def told_part(self, name: str, characters: int) -> list[Outcome]:
        """The editor says that the first characters of an item's text were accepted."""
        one = self._named(name)
        if one is None:
            return []
        # The edit itself comes too: it must not count once more.
        one.written = max(one.written, min(characters, len(one.offer.item.insert)))
        one.taken = one.shown = True
        return [Outcome("partially accepted", one.offer, one.written)]

    def edited(
        self, uri: str, text: str, changes: Sequence[Replaced], at: float, *, told: bool = True
    ) -> list[Outcome]:
        """A document has become `text` by `changes`. `told` is False for editors that never say what
        they show: there an item that had the time is taken to have been shown."""
        for change in changes:
            self._follow(uri, change)
        end = changes[-1].new_end if changes else 0
        found: list[Outcome] = []
        if not told:
            for one in self._of(uri):
                if not one.shown and at - one.offer.at >= SEEN_AFTER:
                    one.shown = True
                    found.append(Outcome("shown", one.offer))
        left: list[_Open] = []
        moved = any(change.start < one.offer.start for change in changes for one in self._of(uri))
        for one in self._of(uri):
            outcome = None if moved else self._grown(one, text, end, at)
            if outcome is None:
                # Another way was taken.
                what = "dismissed" if one.shown and not one.taken else ""
                found += [Outcome(what, one.offer)] if what else []
            elif outcome.what in ("accepted", "typed"):
                found.append(outcome)
            else:
                left.append(one)
                found += [outcome] if outcome.what else []
        if any(one.what == "accepted" for one in found):
            # The other items of the list were not refused: one was enough.
            found = [one for one in found if one.what != "dismissed"]
        self._open[uri] = left
        return found

    def dismissed(self, uri: str) -> list[Outcome]:
        """The document was closed or what was shown taken away."""
        gone = self._open.pop(uri, [])
        return [Outcome("dismissed", one.offer) for one in gone if one.shown and not one.taken]

    def due(self, uri: str, text: str, at: float) -> list[tuple[Accepted, int, float]]:
        """Accepted texts of a document whose time for a look has come: which, after how many
        seconds, and the share of the text that is left (0 to 1)."""
        found = []
        for one in self._accepted:
            if one.offer.uri != uri:
                continue
            for seconds in CHECKS[one.checked :]:
                if at - one.at < seconds:
                    break
                one.checked += 1
                found.append((one, seconds, _left(one, text)))
        self._accepted = [one for one in self._accepted if one.checked < len(CHECKS)]
        return found

    def _grown(self, one: _Open, text: str, end: int, at: float) -> Outcome | None:
        # None if the document no longer agrees with the item.
        insert = one.offer.item.insert
        written = text[one.offer.start : max(end, one.offer.start)]
        whole = written.startswith(insert)
        if not whole and not insert.startswith(written):
            return None
        now = len(insert) if whole else len(written)
        added, one.written = now - one.written, now
        if added < 0:
            return None if now == 0 else Outcome("", one.offer, now)
        if whole:
            if added < 2 and not one.taken:
                return Outcome("typed", one.offer, now)
            self._accepted.append(Accepted(one.offer, insert, one.offer.start, at))
            del self._accepted[:-MOST_KEPT]
            return Outcome("accepted", one.offer, now)
        if added >= 2:
            one.taken = one.shown = True
            return Outcome("partially accepted", one.offer, now)
        return Outcome("", one.offer, now)

    def _follow(self, uri: str, change: Replaced) -> None:
        for one in self._accepted:
            if one.offer.uri == uri and change.old_end <= one.start:
                one.start += change.new_end - change.old_end

    def _of(self, uri: str) -> list[_Open]:
        return self._open.get(uri, [])

    def _named(self, name: str) -> _Open | None:
        everything = (one for several in self._open.values() for one in several)
        return next((one for one in everything if one.offer.name == name), None)


def _same(one: _Open, item: Item) -> bool:
    # Typing along gives the rest of the same text, perhaps from a later line on.
    offer = one.offer
    end = offer.start + len(offer.item.insert)
    begins = offer.start <= item.replace.start
    return (
        begins
        and offer.item.insert.endswith(item.insert)
        and (item.replace.start + len(item.insert) == end)
    )


def _left(one: Accepted, text: str) -> float:
    around = text[max(0, one.start - AROUND) : one.start + len(one.text) + AROUND]
    return round(fuzz.partial_ratio(one.text, around) / 100, 3) if around else 0.0
