"""Prompts for the four things a model is asked: what comes next, what a comment asks for, what a
question asks for, and a statement without its errors."""

from __future__ import annotations

from collections.abc import Sequence

from sureql.ports.provider import Ask, Task, Turn
from sureql.prompt.model import Count, Limits, Part, Place, Problem, Prompt, Within
from sureql.text.span import Span


async def continuation(
    place: Place, limits: Limits, within: Within, count: Count, grammar: bool
) -> Prompt:
    """What comes next at the place: one logical unit. `grammar`: the endpoint can be held to one."""
    text = place.snapshot.text
    prefix, suffix = text[: place.offset][-2500:], text[place.offset :][:500]
    ask = Ask(Task.CONTINUE, rules="", prefix=prefix, suffix=suffix)
    return Prompt(ask, (Part("windows", prefix, count(prefix)),))


async def intent(place: Place, wish: str, limits: Limits, within: Within, count: Count) -> Prompt:
    """A whole statement for the comment `wish` above the place."""
    return await generate(place, (Turn("user", wish),), limits, within, count)


async def generate(
    place: Place, turns: Sequence[Turn], limits: Limits, within: Within, count: Count
) -> Prompt:
    """A whole statement for the newest of `turns`."""
    ask = Ask(Task.GENERATE, rules="", turns=tuple(turns), most_tokens=800)
    return Prompt(ask, tuple(Part("turns", turn.text, count(turn.text)) for turn in turns))


async def fix(
    place: Place,
    statement: Span,
    problems: Sequence[Problem],
    limits: Limits,
    within: Within,
    count: Count,
) -> Prompt:
    """The statement at `statement` without its `problems`."""
    text = statement.of(place.snapshot.text)
    return await generate(place, (Turn("user", text),), limits, within, count)
