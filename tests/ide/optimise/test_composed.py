"""Edits one after the other are the same as edits of the first text, and no larger than needed."""

from __future__ import annotations

import random

import pytest

from sureql.ide.optimise import composed
from sureql.text.edits import TextEdit, apply_edits
from sureql.text.span import Span


@pytest.mark.parametrize("seed", range(300))
def test_the_result_is_that_of_one_step_after_the_other(seed: int) -> None:
    choice = random.Random(seed)
    first = text = "".join(choice.choices("ab _1,\n", k=choice.randrange(30)))
    steps: list[list[TextEdit]] = []
    for _ in range(choice.randrange(5)):
        places = sorted(choice.choices(range(len(text) + 1), k=2 * choice.randrange(4)))
        step = [
            TextEdit(Span(start, end), "".join(choice.choices("ab X,", k=choice.randrange(4))))
            for start, end in zip(places[::2], places[1::2], strict=True)
        ]
        text = apply_edits(text, step)
        steps.append(step)
    made = composed.edits(first, steps)
    assert apply_edits(first, made) == text
    assert list(made) == sorted(made)


def test_what_comes_back_is_no_edit() -> None:
    there = TextEdit(Span(2, 3), "other")
    back = TextEdit(Span(2, 7), "c")
    assert composed.edits("a c e", [[there], [back]]) == ()


def test_only_what_differs_is_replaced_and_words_stay_whole() -> None:
    edit = TextEdit(Span(0, 17), "total_one = 1 AND")
    assert composed.edits("total_two = 1 AND b", [[edit]]) == (TextEdit(Span(0, 9), "total_one"),)
