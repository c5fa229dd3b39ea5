"""A place in a document with all that may be told about it, and the prompt that was made of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from sureql.ports.provider import Ask
from sureql.ports.recall import Recall
from sureql.semantics.snapshot import Snapshot
from sureql.text.span import Span

Count = Callable[[str], int]
"""Tokens of a text."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another open document, the one looked at last first. `path` is '' for unsaved ones."""

    uri: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A recent change of a document: what stood there and what stands there now. `above` and `below`
    are the lines around it as they were then; its first and last line are among them in part."""

    uri: str
    offset: int
    removed: str
    added: str
    path: str = ""
    above: str = ""
    below: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A diagnostic near the place."""

    span: Span
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Host:
    """The file of another language that the SQL stands in: `region` is the span of the SQL in
    `text`, `language` a tree-sitter language's name."""

    language: str
    text: str
    region: Span


@dataclass(frozen=True, slots=True)
class Place:
    """`offset` in the document of `snapshot`. Files that nothing may be sent of are left out already.
    `hidden` are the patterns of tables that nothing may be told of; the snapshot still has them."""

    snapshot: Snapshot
    offset: int
    neighbours: tuple[Neighbour, ...] = ()
    edits: tuple[Edit, ...] = ()
    problems: tuple[Problem, ...] = ()
    recall: Recall | None = None
    host: Host | None = None
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the prompt. `source` is the name of the module it comes from."""

    source: str
    text: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Prompt:
    """`parts` in the order in which they stand in `ask`; `left_out` says what did not fit or come in
    time, and why. `withheld` is '', or why nothing may be sent: `ask` is then empty."""

    ask: Ask
    parts: tuple[Part, ...]
    left_out: tuple[str, ...] = ()
    withheld: str = ""

    @property
    def tokens(self) -> int:
        return sum(part.tokens for part in self.parts)


_LEAST = 300


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be told. Shares are of `tokens` and sum to 1; what one part leaves others may use."""

    tokens: int = 2048
    prefix: float = 0.35
    suffix: float = 0.15
    schema: float = 0.35
    snippets: float = 0.15

    def fitting(self, window: int, answer: int) -> Limits:
        """These limits for a model that reads `window` tokens (0: unknown), the `answer` included.

        Small models' vocabularies need up to half as many tokens again as are counted here.
        """
        room = max(_LEAST, int((window - answer) / 1.5)) if window else self.tokens
        return self if room >= self.tokens else replace(self, tokens=room)


class Within(Protocol):
    """Runs something for at most some seconds: its result, or None when it took longer or failed."""

    def __call__(self, work: Awaitable[Any], seconds: float) -> Awaitable[Any]: ...
