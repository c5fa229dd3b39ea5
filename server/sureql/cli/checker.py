"""One file, checked or fixed. Runs in this process, or in several."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import sureql
from sureql import __version__
from sureql.cli import watch
from sureql.cli.embedded import Embedded
from sureql.cli.files import Text
from sureql.cli.project import Project
from sureql.ide.assists import fix_all
from sureql.ide.diagnostics import runner, selection, suppressions
from sureql.ide.diagnostics.selection import Selection
from sureql.ide.model import Diagnostic
from sureql.ide.spliced import findings
from sureql.oracle import engines
from sureql.oracle.engine import EngineSpec
from sureql.ports.errors import JudgeError, LintError
from sureql.semantics.snapshot import Snapshot
from sureql.text import line_index
from sureql.workers import kept_engines
from sureql.workers.jobs import lint_file

PAUSES = (0.2, 1.0, 3.0)
"""Seconds before an engine that did not answer is asked again."""
PATIENCE = 15.0
"""Seconds of such pauses that one process takes at most."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line asks for, the same for all files."""

    fix: bool = False
    judge: bool = True
    only: frozenset[str] | None = None
    off: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Result:
    """What was found in a file. `text` is as it is after fixing, `before` as it was. `notes` are
    for the user, about what could not be done; they are said once."""

    text: Text
    before: Text
    found: tuple[Diagnostic, ...] = ()
    fixed: int = 0
    notes: tuple[str, ...] = ()
    failed: bool = False


@dataclass(slots=True)
class Checker:
    """Checks files; keeps engines, and remembers which of them do not start.

    A `watched` one ends its process when an engine hangs.
    """

    wishes: Wishes
    watched: bool = False
    _failed: dict[EngineSpec, str] = field(default_factory=dict)
    _tally: watch.Tally = field(default_factory=watch.Tally)
    _patience: float = PATIENCE

    def check(self, place: Project, text: Text) -> Result:
        """The findings in one file, fixed first if that is wished."""
        if not place.options.diagnostics.enabled:
            return Result(text, text)
        snapshot = place.snapshot(text)
        wanted = self.selection(place, text)
        judges, notes = self._judges(place, snapshot)
        found, unanswered = self._found(snapshot, judges, wanted)
        fixed = 0
        after = text
        if self.wishes.fix:
            mended = fix_all.after(snapshot, judges, wanted)
            content = text.with_content(mended.text, mended.script.parts)
            if content != text.file.content:
                written = replace(text.file, content=content, lines=line_index.of(content))
                after = place.sql(written)
                snapshot = place.snapshot(after)
                again, unanswered = self._found(snapshot, judges, wanted)
                found, fixed = again, max(len(found) - len(again), 1)
        style, problem = self._style(place, after, snapshot, wanted)
        found = tuple(sorted((*found, *style), key=_by_place))
        if unanswered:
            slow = (
                f"{text.path}: the engine did not answer in time; what only it sees may be missing."
            )
            notes = (*notes, slow)
        return Result(after, text, found, fixed, (*notes, *problem))

    def _found(
        self, snapshot: Snapshot, judges: runner.Judges | None, wanted: Selection
    ) -> tuple[tuple[Diagnostic, ...], bool]:
        """The findings, and whether some may be missing. An engine that is gone may come back."""
        for pause in (*PAUSES, None):
            self._tally.unanswered = 0
            found = runner.document(snapshot, judges, wanted)
            if not self._tally.unanswered or pause is None or self._patience < pause:
                break
            # What has been answered is remembered; only the rest is asked again.
            self._patience -= pause
            time.sleep(pause)
        return found, bool(self._tally.unanswered)

    def selection(self, place: Project, text: Text) -> Selection:
        """The codes wanted in a file: the settings', narrowed by the command line."""
        chosen = place.options.selection_of(place.below(text.path))
        only = self.wishes.only if self.wishes.only is not None else chosen.only
        chosen = replace(chosen, only=only, off=chosen.off | self.wishes.off)
        return selection.in_host(chosen) if text.parts is not None else chosen

    def key(self, place: Project, text: Text) -> str:
        """A name for the result: the same as long as nothing that it depends on has changed."""
        loaded = place.loaded(text.path)
        wanted = self.selection(place, text)
        told = (
            _build(),
            str(text.path.resolve()),
            text.content,
            text.parts,
            loaded.file,
            place.options.dialect_of(place.below(text.path)),
            (sorted(wanted.on), sorted(wanted.off), sorted(wanted.only or ()), wanted.only is None),
            repr(place.options.diagnostics),
            repr(place.options.judge),
            self.wishes.judge,
            [name for name in ("duckdb", "postgres") if engines.available(name)],
            repr(lint_file.tool_of(place.root, text.path, place.options.lint.tool, "")),
        )
        return hashlib.sha256(repr(told).encode(errors="replace")).hexdigest()

    def _judges(
        self, place: Project, snapshot: Snapshot
    ) -> tuple[runner.Judges | None, tuple[str, ...]]:
        if not self.wishes.judge:
            return None, ()
        spec = place.engine(place.below(Path(snapshot.path)), snapshot.script.dialect.name)
        if spec is None or spec in self._failed:
            return None, ()
        try:
            judges = kept_engines.judges_of(spec)
        except JudgeError as problem:
            self._failed[spec] = str(problem)
            return None, (f"checked without an engine: {problem}",)
        return judges and watch.over(judges, self._tally, self.watched), ()

    def _style(
        self, place: Project, text: Text, snapshot: Snapshot, wanted: Selection
    ) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
        if isinstance(text, Embedded):
            # The layout of a program's strings is the program's; how it makes them is looked at.
            spliced = findings.of(text.embedding, snapshot.script.dialect)
            shown = suppressions.applied(snapshot.script, spliced, None)
            return tuple(one for one in shown if wanted.wants(one.code)), ()
        try:
            found = lint_file.of_snapshot(snapshot, place.root, place.options.lint.tool)
        except LintError as problem:
            return (), (str(problem),)
        return tuple(one for one in found if wanted.wants(one.code)), ()


@cache
def _build() -> str:
    """The version, and in a checkout the state of the code: other code finds other things."""
    folder = Path(sureql.__file__).parent
    if "site-packages" in folder.parts:
        return __version__
    newest = max(path.stat().st_mtime_ns for path in folder.rglob("*.py"))
    return f"{__version__} {newest}"


def _by_place(diagnostic: Diagnostic) -> tuple[int, int]:
    return diagnostic.span.start, diagnostic.span.end
