"""Prompts for what a model is asked: what comes next, what a comment or a question asks for, a
statement without its errors, a faster one, and an explanation in other words.

The stable part comes first: the rules, the schema, statements of others, the file, the statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sureql.ports.provider import Ask, Grammar, Task, Turn
from sureql.prompt import assemble, here, plain, rules
from sureql.prompt.gather import gathered
from sureql.prompt.grammar import build as grammars
from sureql.prompt.model import Count, Limits, Place, Problem, Prompt, Within
from sureql.prompt.piece import Here
from sureql.syntax.context import Expect
from sureql.text.span import Span

UNIT_TOKENS = 64
"""Of one unit in a clause."""
CLAUSE_TOKENS = 240
"""Where a statement begins, or in a text that no unit ends, such as a comment."""
STATEMENT_TOKENS = 800
REWORD_TOKENS = 300

_STOP = (";",)


async def continuation(
    place: Place, limits: Limits, within: Within, count: Count, grammar: bool
) -> Prompt:
    """What comes next at the place: one logical unit. `grammar`: the endpoint can be held to one."""
    at = here.at(place)
    told = rules.continuation(at.dialect)
    if withheld := _withheld(at, at.text):
        return _nothing(Task.CONTINUE, withheld)
    known = await gathered(place, at, within)
    made = assemble.continuation(at, known, told, limits, count)
    ask = Ask(
        Task.CONTINUE,
        rules=told,
        context=made.context,
        prefix=made.prefix,
        suffix=made.suffix,
        stop=_STOP,
        most_tokens=CLAUSE_TOKENS if at.context.expect is Expect.STATEMENT else UNIT_TOKENS,
        grammar=_grammar(at, made.suffix) if grammar else None,
        dialect=at.dialect.name,
    )
    return Prompt(ask, made.parts, made.left_out)


async def intent(
    place: Place, wish: str, limits: Limits, within: Within, count: Count, held: bool = False
) -> Prompt:
    """A whole statement for the comment `wish` above the place."""
    prompt = await generate(place, (Turn("user", wish),), limits, within, count, held)
    return replace(prompt, ask=replace(prompt.ask, task=Task.INTENT))


async def generate(
    place: Place,
    turns: Sequence[Turn],
    limits: Limits,
    within: Within,
    count: Count,
    held: bool = False,
) -> Prompt:
    """A whole statement for the newest of `turns`. It answers `rules.NO_DATA` and the reason where
    the schema has no such data. `held`: the model can write nothing but a simple query of the schema,
    which is for models too small to get even the names right."""
    wish = "\n".join(turn.text for turn in turns)
    at = here.at(place, wish)
    prompt = await _conversation(
        Task.GENERATE, rules.statement(at.dialect), place, at, turns, limits, within, count
    )
    if not held or prompt.withheld:
        return prompt
    grammar = grammars.statement(at.schema, at.dialect, wish)
    return replace(prompt, ask=replace(prompt.ask, grammar=grammar))


async def fix(
    place: Place,
    statement: Span,
    problems: Sequence[Problem],
    limits: Limits,
    within: Within,
    count: Count,
) -> Prompt:
    """The statement at `statement` without its `problems`."""
    text = place.snapshot.text
    written = statement.of(text)
    at = here.at(replace(place, offset=statement.end, problems=()), written)
    faults = [
        f"- at `{plain.line(one.span.of(text), 60)}`: {plain.line(one.message, 200)}"
        for one in problems
    ]
    said = "\n".join([written, "", "What is wrong with this statement:", *faults])
    turns = (Turn("user", said),)
    return await _conversation(
        Task.FIX, rules.fix(at.dialect), place, at, turns, limits, within, count
    )


async def rewrite(
    place: Place,
    statement: Span,
    facts: Sequence[str],
    limits: Limits,
    within: Within,
    count: Count,
) -> Prompt:
    """A faster form of the query at `statement`. `facts` are sentences about what it costs."""
    written = statement.of(place.snapshot.text)
    at = here.at(replace(place, offset=statement.end, problems=()), written)
    known = ["", "What is known about it:", *(f"- {plain.line(one, 300)}" for one in facts)]
    turns = (Turn("user", "\n".join([written, *(known if facts else ())])),)
    return await _conversation(
        Task.REWRITE, rules.rewrite(at.dialect), place, at, turns, limits, within, count
    )


def reword(place: Place, statement: Span, outline: Sequence[str]) -> Prompt:
    """The sentences of `outline`, which explain the statement at `statement`, in other words."""
    written = statement.of(place.snapshot.text)
    at = here.at(replace(place, offset=statement.end, problems=()), written)
    said = "\n".join(outline)
    told = rules.reword()
    if withheld := _withheld(at, f"{written}\n{said}"):
        return _nothing(Task.REWORD, withheld)
    turns = (Turn("user", said),)
    ask = Ask(
        Task.REWORD, rules=told, turns=turns, most_tokens=REWORD_TOKENS, dialect=at.dialect.name
    )
    return Prompt(ask, ())


async def _conversation(
    task: Task,
    told: str,
    place: Place,
    at: Here,
    turns: Sequence[Turn],
    limits: Limits,
    within: Within,
    count: Count,
) -> Prompt:
    if withheld := _withheld(at, "\n".join(turn.text for turn in turns)):
        return _nothing(task, withheld)
    known = await gathered(place, at, within)
    made = assemble.conversation(at, known, told, turns, limits, count)
    ask = Ask(
        task,
        rules=told,
        context=made.context,
        turns=made.turns,
        most_tokens=STATEMENT_TOKENS,
        dialect=at.dialect.name,
    )
    return Prompt(ask, made.parts, made.left_out)


def _grammar(at: Here, suffix: str) -> Grammar | None:
    masked = at.masked
    return grammars.continuation(masked, at.context.offset, at.schema, at.dialect, suffix)


def _withheld(at: Here, text: str) -> str:
    if not at.hides(text):
        return ""
    return "Nothing is sent: the text names a table of `privacy.ignore_tables`."


def _nothing(task: Task, why: str) -> Prompt:
    return Prompt(Ask(task, rules=""), (), (why,), withheld=why)
