"""A conversation that yields a checked statement, or a plain sentence that says why there is none.

The model answers, its statement is checked as a whole, and what is wrong goes back to it in plain
words, twice at most. What fails then is not shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sureql.assistant import extract, whole
from sureql.assistant.permitted import Reach
from sureql.assistant.whole import Bounds, Checked, Referee
from sureql.ide.diagnostics import runner
from sureql.inline.intent import Wish
from sureql.ports.judge import Judge
from sureql.ports.provider import Ask, Provider, Turn
from sureql.prompt import build
from sureql.prompt.model import Count, Limits, Place, Prompt, Within
from sureql.semantics.snapshot import Snapshot
from sureql.text.edits import TextEdit
from sureql.text.span import Span

MOST_REPAIRS = 2
"""So often a statement goes back to the model with what is wrong with it."""
MOST_TURNS = 8
MOST_REMEMBERED = 6_000
"""Characters of a conversation that are kept for the next refinement."""
LONGEST_WISH = 2_000
MOST_TOLD = 6_000
"""Tokens of a prompt: a whole statement may want more of the schema than what comes next."""
MOST_ANSWERED = 800
MOST_CORRECTED = 500
"""Tokens that are left for what goes back to the model."""

NO_SUCH_DATA = "This schema has no such data"
NOTHING_KNOWN = (
    "No schema was found here, so nothing could be checked. Name one with `schema` in sureql.toml."
)


class Model(Protocol):
    """What answers: `exchange.Exchange`."""

    async def answer(self, ask: Ask, path: str = "") -> str: ...


@dataclass(frozen=True, slots=True)
class Means:
    """What a conversation is held with. `judge` is the engine of the schema as the document found
    it; `judges` gives it for any catalog, if engines run here; `referee` asks one that does not. `held`: the model can
    write nothing but simple queries."""

    model: Model
    count: Count
    within: Within
    limits: Limits
    judge: Judge | None = None
    referee: Referee | None = None
    judges: runner.Judges | None = None
    held: bool = False

    def judges_of(self, snapshot: Snapshot) -> runner.Judges:
        """The engine for the schema at any place of a document, None where there is none."""
        if self.judges is not None:
            return self.judges
        # What the document itself makes is not in the engine's schema: better none than a wrong one.
        return lambda schema: self.judge if schema.version == snapshot.base.version else None


@dataclass(frozen=True, slots=True)
class Generated:
    """Either `sql`, checked to `level`, or a `message` that says why there is none. `conversation`
    is what to go on from; `rounds` are the answers that the model gave."""

    sql: str
    message: str
    level: str
    conversation: tuple[Turn, ...]
    rounds: int
    no_data: bool = False


async def statement(
    place: Place, wish: str, earlier: Sequence[Turn], means: Means, path: str = ""
) -> Generated:
    """A statement for what the user has asked in words; `earlier` are the turns before.

    Raises ModelError if the model gives no answer.
    """
    turns = (*kept(earlier), Turn("user", " ".join(wish.split())[:LONGEST_WISH]))
    if whole.names_nothing(place.snapshot, place.offset):
        return Generated("", NOTHING_KNOWN, "", turns, 0)
    prompt = await build.generate(place, turns, means.limits, means.within, means.count, means.held)
    bounds = _bounds(place, turns, Reach.ANY, means)
    return await _conversed(prompt, turns, bounds, means, path)


async def for_comment(place: Place, wish: Wish, means: Means, path: str = "") -> Generated:
    """The same for a comment in the text. It may be somebody else's, so less is allowed."""
    turns = (Turn("user", wish.words),)
    if whole.names_nothing(place.snapshot, place.offset):
        return Generated("", NOTHING_KNOWN, "", turns, 0)
    prompt = await build.intent(
        place, wish.words, means.limits, means.within, means.count, means.held
    )
    bounds = _bounds(place, turns, Reach.CHANGE, means)
    return await _conversed(prompt, turns, bounds, means, path)


def inserted(sql: str, snapshot: Snapshot, offset: int) -> str:
    """`sql` with or without a final semicolon, as the file has it."""
    text = snapshot.text
    others = [one for one in snapshot.script.statements if one.text.strip() and one.kind]
    ended = any(text[one.end :].lstrip()[:1] == ";" for one in others)
    follows = bool(text[offset:].strip())
    body = sql.rstrip().rstrip(";").rstrip()
    return f"{body};" if ended or follows or not others else body


def insertion(sql: str, snapshot: Snapshot, offset: int) -> TextEdit:
    """The edit that puts `sql` at a place: on the empty line there, else on a line of its own."""
    text = snapshot.text
    start, end = text.rfind("\n", 0, offset) + 1, text.find("\n", offset)
    end = len(text) if end < 0 else end
    newline = "\r\n" if "\r\n" in text else "\n"
    written = newline.join(inserted(sql, snapshot, offset).splitlines())
    line = text[start:end]
    if not line.strip():
        return TextEdit(Span(start, start + len(line.rstrip("\r"))), written)
    place = start + len(line.rstrip("\r"))
    return TextEdit(Span(place, place), newline + written)


def held(provider: Provider) -> bool:
    """Whether a model is to be held to simple queries: small ones, where that can be done."""
    known = provider.capabilities
    return provider.endpoint.small and known is not None and bool(known.grammar)


def limits(window: int) -> Limits:
    """How much of a model's context of `window` tokens (0: unknown) a conversation's prompt takes."""
    room = window - MOST_ANSWERED - MOST_CORRECTED if window else MOST_TOLD
    return Limits(tokens=max(600, min(MOST_TOLD, room)))


def kept(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """The newest turns that are remembered, beginning with one of the user's."""
    found: list[Turn] = []
    length = 0
    for turn in reversed(turns[-MOST_TURNS:]):
        length += len(turn.text)
        if length > MOST_REMEMBERED:
            break
        found.insert(0, turn)
    while found and found[0].role != "user":
        found.pop(0)
    return tuple(found)


def lowered(sentence: str) -> str:
    """A sentence as the second part of another."""
    # A word that is written in capitals, such as DROP, stays.
    second = sentence[1:2]
    return sentence if second.isupper() else f"{sentence[:1].lower()}{sentence[1:]}"


def _bounds(place: Place, turns: Sequence[Turn], reach: Reach, means: Means) -> Bounds:
    wishes = tuple(turn.text for turn in turns if turn.role == "user")
    return Bounds(
        place.snapshot, place.offset, wishes, reach, place.hidden, means.judges_of(place.snapshot)
    )


async def _conversed(
    prompt: Prompt, turns: tuple[Turn, ...], bounds: Bounds, means: Means, path: str
) -> Generated:
    if prompt.withheld:
        return Generated("", f"{prompt.withheld}.".replace("..", "."), "", turns, 0)
    ask = prompt.ask
    dialect = bounds.snapshot.script.dialect
    found = Checked("")
    for rounds in range(1, MOST_REPAIRS + 2):
        answer = await means.model.answer(ask, path)
        proposed = extract.statements(answer, dialect)
        if proposed.no_data:
            return Generated("", no_data(proposed.reason), "", turns, rounds, no_data=True)
        candidates = [extract.without_comments(one, dialect) for one in proposed.candidates]
        found = whole.best([one for one in candidates if one], bounds)
        if not found.faults:
            found = await whole.judged(found, bounds, means.referee)
        if not found.faults:
            told = (*turns, Turn("assistant", found.sql))
            return Generated(found.sql, "", found.level, told, rounds)
        said = Turn("assistant", found.sql or answer[:LONGEST_WISH])
        ask = replace(ask, turns=(*ask.turns, said, Turn("user", feedback(found))))
    return Generated(
        "", f"No statement passed the checks: {lowered(found.faults[0])}", "", turns, rounds
    )


def feedback(found: Checked) -> str:
    """What the model is told about a statement that has faults."""
    lines = (
        "That statement can't be used:",
        *(f"- {one}" for one in found.faults),
        *found.advice,
        "Answer with the corrected statement only. If the schema lacks what is asked for, answer "
        "`-- NO DATA: ` and the reason.",
    )
    return "\n".join(lines)


def no_data(reason: str) -> str:
    """What the user is told when the schema has no such data."""
    return f"{NO_SUCH_DATA}: {reason}." if reason else f"{NO_SUCH_DATA}."
