"""Completions with the marks of the model's family around the place to fill."""

from __future__ import annotations

from collections.abc import Mapping

from sureql.ports.provider import Ask, Chunk
from sureql.providers.shape import Shape
from sureql.providers.wires import completions, words


def address(shape: Shape) -> str:
    return "/completions"


def body(ask: Ask, shape: Shape) -> dict[str, object]:
    if shape.family is None:
        return completions.body(ask, shape)
    prompt = shape.family.prompt(words.before(ask), ask.suffix)
    return completions.around(ask, shape, prompt)


def read(event: Mapping[str, object]) -> Chunk:
    return completions.read(event)
