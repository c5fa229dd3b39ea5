"""Completions with the endpoint's own parameter for the text after the cursor."""

from __future__ import annotations

from collections.abc import Mapping

from sureql.ports.provider import Ask, Chunk
from sureql.providers import address as addresses
from sureql.providers.shape import Shape
from sureql.providers.wires import completions, words


def address(shape: Shape) -> str:
    # Mistral has a path of its own for this.
    mistral = addresses.is_of(shape.base_url, "mistral.ai")
    return "/fim/completions" if mistral else "/completions"


def body(ask: Ask, shape: Shape) -> dict[str, object]:
    return {**completions.around(ask, shape, words.before(ask)), "suffix": ask.suffix}


def read(event: Mapping[str, object]) -> Chunk:
    return completions.read(event)
