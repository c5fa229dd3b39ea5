"""What a form of request has to know about the endpoint that it is sent to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sureql.ports.provider import Ask, Chunk, Task
from sureql.providers.families.family import Family

_THINKS = re.compile(
    r"(^|[/:])(gpt-(5|6|oss)|o\d|qwen-?3(?!.*(coder|instruct|embed)))|deepseek-r|thinking|magistral",
    re.IGNORECASE,
)
_EFFORTS = ("none", "minimal", "low")
_ROOM_TO_THINK = 2048


@dataclass(frozen=True, slots=True)
class Shape:
    """`base_url` is without credentials. `grammar` is how the endpoint is held to one in this
    request, '' if it is not. `refused` are parameters it does not take; `thinking:none` in it means
    that this effort is not taken."""

    model: str
    base_url: str
    grammar: str = ""
    refused: frozenset[str] = frozenset()
    family: Family | None = None

    def taken(self, **parameters: object) -> dict[str, object]:
        """Those of `parameters` that the endpoint takes."""
        return {
            name: value for name, value in parameters.items() if name not in self.refused and value
        }

    @property
    def thinks(self) -> bool:
        """The model thinks before it answers, as far as its name tells."""
        return bool(_THINKS.search(self.model))

    @property
    def effort(self) -> str:
        """How much a model that thinks first should think; '' for the others."""
        if not self.thinks:
            return ""
        return next((one for one in _EFFORTS if f"effort:{one}" not in self.refused), "")

    def tells(self, ask: Ask) -> bool:
        """Whether the endpoint is to tell how probable each token is. What a model that thinks first
        writes in the end is all but certain to it, and services refuse to tell."""
        held_as_tool = bool(ask.grammar) and self.grammar == "lark"
        return ask.task is Task.CONTINUE and not self.thinks and not held_as_tool

    def room(self, ask: Ask) -> int:
        """The most tokens that may come, with those that a model may think first."""
        will = self.thinks and self.effort not in ("none", "minimal")
        return ask.most_tokens + (_ROOM_TO_THINK if will else 0)


class Form(Protocol):
    """A form of request; a module of `wires`."""

    def address(self, shape: Shape) -> str:
        """Where it is sent: a path below the base address, or a whole address."""

    def body(self, ask: Ask, shape: Shape) -> dict[str, object]:
        """What is sent."""

    def read(self, event: Mapping[str, object]) -> Chunk:
        """What an event, or the whole of an answer, says."""
