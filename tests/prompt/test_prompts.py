"""Prompts for places in documents, part by part."""

from __future__ import annotations

from prompt import places
from support import cases
from support.fixture import Case


@cases.parametrize("prompt")
def test_prompt(case: Case) -> None:
    cases.check(case, "prompt", places.shown(places.of(case)))


def test_there_are_enough_situations() -> None:
    assert len(cases.load("prompt")) >= 40
