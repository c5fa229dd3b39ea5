"""An explanation in a model's words: each sentence is kept only if the explanation says the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sureql.assistant.generate import Model
from sureql.prompt import build
from sureql.prompt.model import Place
from sureql.syntax.script import Statement

MOST_SENTENCES = 8
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z`])")


async def reworded(
    place: Place,
    part: Statement,
    outline: Sequence[str],
    faithful: Callable[[str], bool],
    model: Model,
    path: str = "",
) -> tuple[str, ...]:
    """The sentences that say what `outline` says about the statement `part`, in easier words; () if
    none is `faithful`.

    Raises ModelError if the model gives no answer.
    """
    prompt = build.reword(place, part.span, outline)
    if prompt.withheld:
        return ()
    answer = await model.answer(prompt.ask, path)
    found = [one for one in _sentences(answer) if faithful(one)]
    return tuple(dict.fromkeys(found))[:MOST_SENTENCES]


def _sentences(answer: str) -> list[str]:
    lines = (_BULLET.sub("", line).strip() for line in answer.splitlines())
    return [one.strip() for line in lines if line for one in _END.split(line) if one.strip()]
