"""What is known about the statements of one document, by their text: an edit elsewhere costs nothing."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sureql.ide import model
from sureql.ide.diagnostics import suppressions

if TYPE_CHECKING:
    from sureql.ide.diagnostics.selection import Selection
    from sureql.ide.model import Diagnostic
    from sureql.semantics.snapshot import Snapshot
    from sureql.syntax.script import Script, Statement
    from sureql.text.span import Span

SEVERITIES = ("error", "warning", "information", "hint")
Key = tuple[str, int]
"""A statement's text and how often it occurred before in its file."""
Found = tuple["Diagnostic", ...]
Types = tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What an engine made of a statement. It counts as long as the check without engine says what
    it said before (`basis`, without fixes): a change of the schema or of the DDL above may have changed both."""

    basis: Found
    found: Found
    types: Types


@dataclass(slots=True)
class Findings:
    """Mutable. All offsets are those of statements."""

    _checked: dict[Key, Found] = field(default_factory=dict)
    _judged: dict[Key, Judged] = field(default_factory=dict)
    _style: dict[Key, Found] = field(default_factory=dict)
    _bare: set[Key] = field(default_factory=set)
    whole: bool = False
    """All statements have been checked once."""
    _keyed: tuple[Script, list[tuple[Statement, Key]]] | None = None

    def keyed(self, snapshot: Snapshot) -> list[tuple[Statement, Key]]:
        """The statements of a snapshot with their keys."""
        if self._keyed is None or self._keyed[0] is not snapshot.script:
            seen: Counter[str] = Counter()
            keyed = []
            for statement in snapshot.script.statements:
                keyed.append((statement, (statement.text, seen[statement.text])))
                seen[statement.text] += 1
            self._keyed = snapshot.script, keyed
        return self._keyed[1]

    def checked(self, key: Key, found: Found) -> None:
        """Take in what a check without a separate engine said."""
        self._checked[key] = found
        self._bare.discard(key)

    def checked_bare(self, key: Key, found: Found) -> None:
        """Take in what a check said that looked for no fixes. Those known stay as long as nothing
        else changed."""
        if self._checked.get(key) is None or _bare(self._checked[key]) != found:
            self._checked[key] = found
            if found:
                self._bare.add(key)
            else:
                self._bare.discard(key)

    def mended(self, key: Key) -> bool:
        """True if a statement was checked, and its fixes are known."""
        return self.known(key) is not None and (
            key not in self._bare or self._valid(key) is not None
        )

    def judged(self, key: Key, found: Found, types: Types) -> None:
        """Take in what the engine made of it."""
        self._judged[key] = Judged(_bare(self._checked.get(key, ())), found, types)

    def keep(self, keys: Iterable[Key]) -> None:
        """Forget all other statements."""
        kept = set(keys)
        self._checked = {key: found for key, found in self._checked.items() if key in kept}
        self._judged = {key: found for key, found in self._judged.items() if key in kept}
        self._bare &= kept

    def styled(self, snapshot: Snapshot, found: Iterable[Diagnostic]) -> None:
        """Take in what a style linter said about the whole document."""
        style: dict[Key, list[Diagnostic]] = {}
        keyed = self.keyed(snapshot)
        for one in found:
            index = bisect_right(keyed, one.span.start, key=_start) - 1
            statement, key = keyed[max(index, 0)] if keyed else (None, None)
            if statement is not None and key is not None:
                style.setdefault(key, []).append(model.shifted(one, -statement.start))
        self._style = {key: tuple(listed) for key, listed in style.items()}

    def forget_judged(self) -> None:
        """The engine no longer has a say."""
        self._judged.clear()

    def known(self, key: Key) -> Found | None:
        """The diagnostics of a statement, None if it was not checked yet."""
        judged = self._valid(key)
        return judged.found if judged else self._checked.get(key)

    def of(self, snapshot: Snapshot, wanted: Selection) -> tuple[Diagnostic, ...]:
        """Everything known about a snapshot, with offsets in the document, less what the user
        ignores. `wanted` are the codes that were looked for."""
        found = (model.shifted(diagnostic, by) for by, diagnostic in self._placed(snapshot))
        return suppressions.applied(snapshot.script, found, wanted if self.whole else None)

    def near(self, snapshot: Snapshot, span: Span) -> Iterator[Diagnostic]:
        """What is known about the statements at `span`, without fixes."""
        for statement, key in self.keyed(snapshot):
            if statement.span.meets(span):
                for diagnostic in self.known(key) or ():
                    yield _shown(diagnostic, statement.start)

    def worst(
        self, snapshot: Snapshot, wanted: Selection, most: int
    ) -> tuple[tuple[Diagnostic, ...], int]:
        """The most severe of them in the document's order, without their fixes, and how many more
        there are."""
        if suppressions.found(snapshot.script):
            placed = [(0, diagnostic) for diagnostic in self.of(snapshot, wanted)]
        else:
            placed = list(self._placed(snapshot))
        more = max(0, len(placed) - most)
        if more:
            ranked: dict[str, list[int]] = {severity: [] for severity in SEVERITIES}
            for index, (_, diagnostic) in enumerate(placed):
                ranked[diagnostic.severity].append(index)
            chosen = [index for indexes in ranked.values() for index in indexes][:most]
            placed = [placed[index] for index in sorted(chosen)]
        return tuple(_shown(diagnostic, by) for by, diagnostic in placed), more

    def _placed(self, snapshot: Snapshot) -> Iterator[tuple[int, Diagnostic]]:
        for statement, key in self.keyed(snapshot):
            for diagnostic in self.known(key) or ():
                yield statement.start, diagnostic
            if self._style:
                for diagnostic in self._style.get(key, ()):
                    yield statement.start, diagnostic

    def types(self, snapshot: Snapshot) -> Iterator[tuple[int, str]]:
        """The types of parameters that an engine inferred, with offsets in the document."""
        for statement, key in self.keyed(snapshot):
            judged = self._valid(key)
            for offset, text in judged.types if judged else ():
                yield statement.start + offset, text

    def judged_but(self, snapshot: Snapshot, most: int) -> bool:
        """True if an engine has judged most statements as they are, all but `most` at least."""
        keyed = self.keyed(snapshot)
        left = sum(self._valid(key) is None for _, key in keyed)
        return left <= min(most, len(keyed) // 2)

    def _valid(self, key: Key) -> Judged | None:
        judged = self._judged.get(key)
        valid = judged is not None and judged.basis == _bare(self._checked.get(key, ()))
        return judged if valid else None


def _shown(found: Diagnostic, by: int) -> Diagnostic:
    """`found` moved, without its fixes, which nobody looks at on the way to the screen."""
    return model.Diagnostic(
        found.span.shift(by),
        found.code,
        found.message,
        found.severity,
        (),
        tuple((span.shift(by), note) for span, note in found.related) if found.related else (),
        found.tags,
        found.source,
        found.declared,
    )


def _bare(found: Found) -> Found:
    return tuple(replace(one, fixes=()) if one.fixes else one for one in found)


def _start(entry: tuple[Statement, Key]) -> int:
    return entry[0].start
