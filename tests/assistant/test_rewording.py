"""Explanations in a model's words."""

from __future__ import annotations

from support.scripted_model import ScriptedModel, place
from sureql.assistant import rewording

QUERY = "SELECT name FROM artist WHERE country = 'NZ'"
OUTLINE = ("The names of artists from `'NZ'`.", "It reads `artist`.")


async def reworded(answer: str, *lies: str, **more: tuple[str, ...]) -> tuple[str, ...]:
    here, model = place(QUERY, **more), ScriptedModel(answer)
    part = here.snapshot.script.statements[-1]
    found = await rewording.reworded(here, part, OUTLINE, lambda one: one not in lies, model)
    assert all(line in ask.turns[0].text for ask in model.asked for line in OUTLINE)
    return found


async def test_sentences_are_kept_one_by_one() -> None:
    answer = "- It lists artists. They are rich.\n\n2. All are from NZ.\n"
    assert await reworded(answer, "They are rich.") == ("It lists artists.", "All are from NZ.")


async def test_nothing_is_left_of_lies() -> None:
    assert await reworded("They are rich.", "They are rich.") == ()
    assert await reworded("") == ()


async def test_nothing_is_told_of_tables_that_are_to_be_ignored() -> None:
    assert await reworded("It lists artists.", hidden=("artist",)) == ()
