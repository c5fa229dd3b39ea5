"""The part of a document that is told: the statement at the cursor, whole, and whole ones around it.

A window begins at a statement's beginning. So while somebody types in a statement, what stands
before it stays the same, and an endpoint need not read it again.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

from sureql.syntax.script import Script, Statement

STATEMENT_BEFORE = 2_500
"""Characters of the statement before the cursor, if it is longer than `LONGEST`."""
LONGEST = 5_000
DOCUMENT_BEFORE = 1_500
AFTER = 500
_STATEMENT_AFTER = 2_500
STEP = 500
"""A long statement's window moves by so many characters at once, not with each letter."""
_MOST = 100  # Statements looked at on either side.
# What separates statements. Rows of a COPY and commands of a client are not told.
_GAP = re.compile(r"[\s;/]*(?:GO\b\s*)?", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n[ \t\r]*\n(?:[ \t\r]*\n)+")


@dataclass(frozen=True, slots=True)
class Window:
    """`before` are statements above, each with what separates it from the next, in order; `start` is
    the statement up to the cursor, `rest` what follows of it; `after` are statements below."""

    before: tuple[str, ...]
    start: str
    rest: str
    after: tuple[str, ...]
    cut: bool = False  # The statement is too long to be told whole.


def around(script: Script, offset: int, hides: Callable[[str], bool]) -> Window:
    """The window around `offset`. Statements that `hides` says name hidden tables are not in it."""
    statement = script.at(offset)
    text = script.text
    start, cut_start = _end_of(text[statement.start : offset])
    end = max(statement.end, offset)
    rest, cut_rest = _beginning_of(text[offset:end])
    before = _before(script, statement, hides)
    after = _after(script, end, hides)
    return Window(before, start, rest, after, cut_start or cut_rest)


def shortened(text: str, most: int) -> str:
    """The end of `text` in at most about `most` characters, from a line's beginning on."""
    if len(text) <= most:
        return text
    cut = len(text) - most
    cut += -cut % STEP
    line = text.find("\n", min(cut, len(text)))
    blank = text.find(" ", min(cut, len(text)))
    # A statement in one line is cut at a word; a word without end at the step.
    at = line if 0 <= line < cut + STEP // 2 else blank
    return text[at + 1 :] if at >= 0 else text[cut:]


def _end_of(text: str) -> tuple[str, bool]:
    if len(text) <= LONGEST:
        return text, False
    return shortened(text, STATEMENT_BEFORE), True


def _beginning_of(text: str) -> tuple[str, bool]:
    if len(text) <= _STATEMENT_AFTER:
        return text, False
    line = text.rfind("\n", 0, _STATEMENT_AFTER)
    return text[: line if line > 0 else _STATEMENT_AFTER], True


def _before(script: Script, statement: Statement, hides: Callable[[str], bool]) -> tuple[str, ...]:
    found: list[str] = []
    room = DOCUMENT_BEFORE
    following = statement.start
    count = bisect_left(script.statements, statement.start, key=_start)
    for one in reversed(script.statements[max(0, count - _MOST) : count]):
        if len(one.text) > room:
            break
        written = one.text + _gap(script.text[one.end : following], one.terminated)
        following = one.start
        if hides(one.text):
            continue
        found.append(_BLANK_LINES.sub("\n\n", written))
        room -= len(found[-1])
        if room <= 0:
            break
    return tuple(reversed(found))


def _gap(between: str, terminated: bool) -> str:
    if _GAP.fullmatch(between):
        return between
    return ";\n\n" if terminated else "\n\n"


def _after(script: Script, end: int, hides: Callable[[str], bool]) -> tuple[str, ...]:
    found: list[str] = []
    room = AFTER
    previous = end
    first = bisect_left(script.statements, end, key=_start)
    for one in script.statements[first : first + _MOST]:
        gap = _gap(script.text[previous : one.start], True)
        if len(gap) + len(one.text) > room:
            break
        previous = one.end
        if hides(one.text):
            continue
        found.append(_BLANK_LINES.sub("\n\n", gap + one.text))
        room -= len(found[-1])
    return tuple(found)


def _start(statement: Statement) -> int:
    return statement.start
