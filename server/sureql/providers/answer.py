"""The text of an answer as features see it, from the pieces in which it comes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sureql.ports.provider import Ask, Task, Turn

_LINE = re.compile(r"[ \t]+\Z")
_MARK = re.compile(r"<\|(\w{1,40})\|>")
_PAIRS = re.compile(r"[\ud800-\udbff][\udc00-\udfff]")
_ALONE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Sent:
    """What is really asked of a model that goes on with a text. `cut` are blanks that were cut from
    the end of what is sent, `given` is what the answer is made to begin with."""

    ask: Ask
    cut: str = ""
    given: str = ""


def prepared(ask: Ask, *, continues: bool, grammar: bool) -> Sent:
    """How `ask` is sent in a form that goes on with a text (`continues`) or to a model that answers.

    Models go on far better from the end of a word than from a blank after it, because the blank is
    part of their next token. So blanks are cut, and taken off the answer again.
    """
    ask = _plain(ask)
    if ask.task is not Task.CONTINUE:
        return Sent(ask if grammar else replace(ask, grammar=None))
    given = ""
    prefix = ask.prefix
    if ask.grammar and ask.grammar.back:
        if grammar:
            prefix = prefix[: -ask.grammar.back]
        else:
            # The answer goes on with the half-typed word instead of writing it anew.
            given = prefix[-ask.grammar.back :]
    found = _LINE.search(prefix) if continues else None
    cut = found.group() if found else ""
    held = replace(ask.grammar, gbnf=_led(ask.grammar.gbnf, cut)) if ask.grammar else None
    prefix = prefix.removesuffix(cut) if cut else prefix
    return Sent(replace(ask, prefix=prefix, grammar=held if grammar else None), cut, given)


def _plain(ask: Ask) -> Ask:
    """Without what servers take for marks between the parts of a conversation: a user's text must
    not be able to begin a new one."""
    texts = (ask.context, ask.prefix, ask.suffix, *(turn.text for turn in ask.turns))
    if not any(_MARK.search(text) for text in texts):
        return ask
    return replace(
        ask,
        context=_MARK.sub(r"\1", ask.context),
        prefix=_MARK.sub(r"\1", ask.prefix),
        suffix=_MARK.sub(r"\1", ask.suffix),
        turns=tuple(Turn(turn.role, _MARK.sub(r"\1", turn.text)) for turn in ask.turns),
    )


def _led(gbnf: str, cut: str) -> str:
    """The grammar of answers that begin with the blanks that were cut."""
    if not cut or not re.search(r"^root\s*::=", gbnf, re.MULTILINE):
        return gbnf
    led = cut.replace("\t", "\\t")
    body = re.sub(r"^root(?=\s*::=)", "unled", gbnf, count=1, flags=re.MULTILINE)
    return f'root ::= "{led}" unled\n{body}'


class Reader:
    """Takes pieces, gives text: without the blanks that were cut, up to a stop or a bound, with
    whole characters only. `over` is why nothing more is wanted: stop or length."""

    def __init__(self, sent: Sent, stops: Sequence[str], most: int) -> None:
        self.over = ""
        self._cut = sent.cut
        self._given = sent.given
        self._stops = tuple(stop for stop in stops if stop)
        self._left = most
        self._held = ""
        self._begun = not sent.cut

    def feed(self, piece: str) -> str:
        """What is known to be part of the answer after another piece."""
        if self.over:
            return ""
        self._held = _paired(self._held + piece)
        if not self._begun and not self._begin(last=False):
            return ""
        if (end := self._stopped()) is not None:
            self.over = "stop"
            return self._give(end)
        return self._give(len(self._held) - self._undecided())

    def close(self) -> str:
        """What was held back, once nothing more comes."""
        if self.over:
            return ""
        if not self._begun:
            self._begin(last=True)
        end = self._stopped()
        if end is not None:
            self.over = "stop"
        return self._give(len(self._held) if end is None else end)

    def _begin(self, *, last: bool) -> bool:
        """Whether it is decided how the answer begins; the cut blanks are off then."""
        held = self._held
        if held.startswith(self._cut):
            self._held = held[len(self._cut) :]
        elif not last and self._cut.startswith(held):
            return False
        else:
            self._held = held.lstrip(" \t")
        self._begun = True
        return True

    def _stopped(self) -> int | None:
        found = [at for stop in self._stops if (at := self._held.find(stop)) >= 0]
        return min(found) if found else None

    def _undecided(self) -> int:
        """How much of the end may be the beginning of a stop, or half a character."""
        held = self._held
        half = int("\ud800" <= held[-1:] <= "\udbff")
        for length in range(min(len(held), max(map(len, self._stops), default=1) - 1), 0, -1):
            if any(stop.startswith(held[-length:]) for stop in self._stops):
                return max(length, half)
        return half

    def _give(self, end: int) -> str:
        text, self._held = self._held[:end], self._held[end:]
        text = _ALONE.sub("\ufffd", text)
        if len(text) >= self._left:
            text = text[: self._left]
            self.over = self.over or "length"
        self._left -= len(text)
        if text and self._given:
            text, self._given = self._given + text, ""
        return text


def _paired(text: str) -> str:
    # JSON may tell a character as two halves, and the halves may come in two pieces.
    return _PAIRS.sub(
        lambda pair: pair.group().encode("utf-16", "surrogatepass").decode("utf-16"), text
    )
