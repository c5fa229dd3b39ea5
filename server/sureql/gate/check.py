"""Splice, parse, resolve, judge; accept, repair, cut back or drop.

What a suggestion must satisfy depends on the user's text. Where the rest of the statement is whole,
the spliced statement must be one, also after accepting only the suggestion's first word or line.
Where nothing follows the cursor, the text up to the suggestion's end must be a valid prefix: then
each shorter part of it is one too. Where the rest is broken, nothing may get worse.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from sureql.catalog import model as catalog
from sureql.gate import harm, levels, marks, names
from sureql.gate.model import Level, Outcome, Suggestion, Verdict
from sureql.gate.state import Checker, State
from sureql.ports.judge import Judge, Ruling
from sureql.syntax import dialects, jinja, lexer
from sureql.text import stand_in
from sureql.text.span import Span

LONGEST_STATEMENT = 20_000
_NEXT_STATEMENT = re.compile(
    r"\n[ \t]*\n(?=(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|WITH)\b)", re.IGNORECASE
)
MOST_CUTS = 5
# Stand-ins for what is missing at the cursor, to learn whether the rest is whole without it.
_STAND_IN = "x1"
_STAND_INS = ("", "x1", "x1 AS x1", "1 = 1", "x1 = x1")


def check(
    text: str,
    suggestion: Suggestion,
    schema: catalog.Catalog,
    dialect: dialects.Dialect,
    judge: Judge | None = None,
) -> Verdict:
    """The verdict on `suggestion` for the statement `text` (as the user wrote it, unmasked)."""
    if not suggestion.insert.strip():
        return _dropped("nothing is suggested")
    if stand_in.within(suggestion.insert):
        return _dropped("it holds what stands for a template")
    if len(text) > LONGEST_STATEMENT:
        return _dropped("the statement is too long to check in time")
    gate = _Gate(text, suggestion.replace, Checker(schema, dialect, judge), suggestion.source)
    finding = gate.weigh(suggestion.insert)
    if finding.level is not None:
        return Verdict(Outcome.ACCEPTED, suggestion.insert, finding.level, finding.reason)
    repaired = _repaired(suggestion.insert, finding)
    if repaired and (better := gate.weigh(repaired)).level is not None:
        return Verdict(Outcome.REPAIRED, repaired, better.level, finding.reason)
    for shorter in _units(suggestion.insert, gate.typed, dialect):
        if (part := gate.weigh(shorter)).level is not None:
            return Verdict(Outcome.CUT, shorter, part.level, finding.reason)
    return _dropped(finding.reason)


@dataclass(frozen=True, slots=True)
class _Finding:
    """`level` is None if the text may not be shown; `fix` is a span of the insert and a name."""

    level: Level | None
    reason: str
    fix: tuple[Span, str] | None = None


@dataclass(frozen=True, slots=True)
class _Gate:
    """One place in one text, and who suggests something there."""

    text: str
    replace: Span
    checker: Checker
    source: str

    @property
    def unasked(self) -> bool:
        """Nobody but a model wants what is suggested."""
        return self.source == "model"

    @property
    def unseen(self) -> bool:
        """It comes from outside, and may hold anything."""
        return self.source in ("model", "asked")

    @property
    def before(self) -> str:
        return self.text[: self.replace.start]

    @property
    def after(self) -> str:
        rest = self.text[self.replace.end :]
        # Without a semicolon the next statement may look like the rest of this one.
        following = _NEXT_STATEMENT.search(rest)
        return rest[: following.start()] if following else rest

    @property
    def typed(self) -> str:
        return self.replace.of(self.text)

    def weigh(self, insert: str) -> _Finding:
        """What there is to say about inserting this."""
        added = Span(self.replace.start, self.replace.start + len(insert))
        spliced = self.before + insert + self.after
        dialect, schema = self.checker.dialect, self.checker.schema
        tokens = lexer.code(spliced, dialect)
        if any(token.text == ";" and token.start >= added.start for token in tokens[:-1]):
            return _Finding(None, "it holds more than one statement")
        below = self.text[self.replace.end :]
        if wrong := marks.runs_over(self.before, insert, below, dialect):
            return _Finding(None, wrong)
        if self.unseen and (wrong := marks.hides(self.before, insert, below, dialect)):
            return _Finding(None, wrong)
        if self.unasked:
            theirs = self.before + self.after
            if harmful := harm.brought(spliced, added, theirs, dialect, self.typed):
                return _Finding(None, harmful)
        if strange := names.unknown(spliced, added, self.before + self.after, schema, dialect):
            close = self._misspelt(spliced, added)
            return _Finding(None, f"`{strange[0].of(spliced)}` is not known", close)
        if not self.after.strip(" \t\r\n;"):
            return self._as_prefix(spliced, added)
        rest = self._rest()
        if rest is None:
            return self._beside_a_broken_rest(spliced, added)
        whole = self._as_whole(spliced, added, rest)
        if whole.level is None:
            return whole
        for part in _parts(insert):
            if jinja.opened(self.before + part, self.replace.start + len(part)) >= 0:
                continue  # A template that is not closed is about to be.
            spliced = self.before + part + self.after
            if (
                self._as_whole(spliced, Span(added.start, added.start + len(part)), rest).level
                is None
            ):
                return _Finding(None, f"accepting only `{part.strip()}` would break the statement")
        return whole

    def _rest(self) -> State | None:
        # The user's statement without the suggestion, None if no stand-in makes it whole.
        states = (self.checker.of(f"{self.before}{x}{self.after}") for x in _STAND_INS)
        return next((state for state in states if state.parsed), None)

    def _as_whole(self, spliced: str, added: Span, rest: State) -> _Finding:
        words = lexer.code(added.of(spliced), self.checker.dialect)
        if words and words[-1].is_word(*levels.OPERAND_WORDS):
            # The parser is kinder to a lone `SELECT` than any engine.
            return _Finding(None, f"`{words[-1].text}` wants something after it")
        state = self.checker.of(spliced)
        if not state.parsed:
            return _Finding(None, "the statement would not parse")
        return self._compared(state, added, rest, whole=True)

    def _as_prefix(self, spliced: str, added: Span) -> _Finding:
        whole = self.checker.of(spliced)
        if whole.clean and not self._lacks_rows(spliced):
            return _Finding(self._level(whole), "")
        state = self.checker.ended(spliced)
        if state.clean:
            return _Finding(Level.PREFIX, "")
        return self._compared(state, added, self.checker.prefix(self.before), whole=False)

    def _lacks_rows(self, spliced: str) -> bool:
        # The parser takes `INSERT INTO t (a)` for a whole statement.
        outermost = levels.scan(lexer.code(spliced, self.checker.dialect))[0]
        return outermost.clause == "insert" and outermost.listed > 0

    def _beside_a_broken_rest(self, spliced: str, added: Span) -> _Finding:
        finding = self._as_prefix(spliced[: added.end], added)
        if finding.level in (Level.JUDGED, Level.RESOLVED, Level.KNOWN):
            return _Finding(Level.PREFIX, finding.reason)
        return finding

    def _compared(self, state: State, added: Span, rest: State, *, whole: bool) -> _Finding:
        # Nothing may get worse than the user's own text was.
        if not state.parsed:
            # Where nothing can be understood, nobody knows what a model's text would do.
            bearable = not rest.parsed and not self.unasked
            return _Finding(Level.NO_WORSE if bearable else None, "the statement would not parse")
        known = rest.keys()
        for problem in state.problems:
            key = (problem.code, problem.span.of(state.text).lower())
            if key not in known or problem.span.overlaps(added):
                return _Finding(None, problem.message, self._misspelt(state.text, added))
        if state.ruling is Ruling.REFUSED and _is_faultless(rest):
            return _Finding(None, state.message)
        if state.problems or state.ruling is Ruling.REFUSED:
            return _Finding(Level.NO_WORSE, "")
        return _Finding(self._level(state) if whole else Level.PREFIX, "")

    def _level(self, state: State) -> Level:
        if state.ruling is Ruling.ACCEPTED:
            return Level.JUDGED
        closed = self.checker.schema.closed_for(("",))
        return Level.RESOLVED if closed else Level.KNOWN

    def _misspelt(self, spliced: str, added: Span) -> tuple[Span, str] | None:
        # The one misspelt name in the insert and the one name that it can mean.
        state = self.checker.of(spliced)
        inside = [problem for problem in state.problems if added.covers(problem.span)]
        if len(inside) == 1 and len(inside[0].names) == 1:
            return inside[0].span.shift(-added.start), inside[0].names[0]
        return None


def _is_faultless(rest: State) -> bool:
    # The engine knows no stand-in; that is no fault of the user's text.
    own = [problem for problem in rest.problems if _STAND_IN not in problem.span.of(rest.text)]
    refused = rest.ruling is Ruling.REFUSED and _STAND_IN not in rest.message
    return rest.parsed and not own and not refused


def _dropped(reason: str) -> Verdict:
    return Verdict(Outcome.DROPPED, "", None, reason)


def _repaired(insert: str, finding: _Finding) -> str:
    if finding.fix is None:
        return ""
    span, name = finding.fix
    return insert[: span.start] + name + insert[span.end :]


def _parts(insert: str) -> list[str]:
    """What accepting only the first word, or only the first lines, would insert."""
    lines = insert.splitlines(keepends=True)
    parts = ["".join(lines[: count + 1]).rstrip("\r\n") for count in range(len(lines) - 1)]
    body = insert.lstrip()
    words = body.split(None, 1)
    if len(words) > 1:
        parts.insert(0, insert[: len(insert) - len(body)] + words[0])
    return parts


def _units(insert: str, typed: str, dialect: dialects.Dialect) -> list[str]:
    """Shorter and shorter beginnings of `insert` that end after a token and add something."""
    tokens = lexer.code(insert, dialect)
    ends = [
        token.end
        for token, following in pairwise(tokens)
        if following.text not in (".", "(") or token.text in (".", "(")
    ]
    found = [insert[:end] for end in reversed(ends)]
    return [unit for unit in found if len(unit) > len(typed) and _complete(unit)][:MOST_CUTS]


def _complete(unit: str) -> bool:
    last = unit.rstrip()[-1:]
    return last not in ",(.=<>+-*/|" and not unit.upper().endswith(
        (" ON", " BY", " AND", " OR", " AS")
    )
