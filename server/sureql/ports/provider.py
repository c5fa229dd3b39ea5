"""A completion model behind an endpoint: what it is asked and what comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

GIVEN_KEYS = "SUREQL_API_KEYS"
"""The variable in which an editor hands over its user's keys: a JSON object of host and key. It is
for the server alone; programs that the server starts don't get it."""


class Wire(Enum):
    """The forms in which endpoints take a request."""

    RESPONSES = "responses"
    CHAT = "chat"
    COMPLETIONS = "completions"  # A prompt and nothing after the cursor.
    SUFFIX = "suffix"  # Completions with the endpoint's own `suffix`.
    FIM = "fim"  # Completions with the model family's fill-in-the-middle marks in the prompt.
    INFILL = "infill"  # llama.cpp's own.


class Task(Enum):
    """What a model is asked for."""

    CONTINUE = "continue"  # What comes next at the cursor.
    INTENT = "intent"  # A statement for the comment above the cursor.
    GENERATE = "generate"  # A statement for a question.
    FIX = "fix"  # A statement without a given error.
    REWRITE = "rewrite"  # A faster statement that returns the same rows.
    REWORD = "reword"  # An explanation in other words.
    PROBE = "probe"  # Nothing: to learn what the endpoint can do.


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is and how it is spoken to. `base_url` ends before `/chat/completions`.

        `wire` is None and `family` '' where they are to be found out. `key` is '' where none is needed;
    is never shown. `timeout` is in seconds and holds for the whole answer. `own` is a server that
        sureql runs itself, llama.cpp's, at an address that changes. A `small` model knows little: it can
        go on with a text, but hardly answer a question.
    """

    base_url: str
    model: str
    key: str = field(default="", repr=False)
    wire: Wire | None = None
    family: str = ""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    timeout: float = 20.0
    own: bool = False
    small: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """`role`: user or assistant."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Grammar:
    """What the answer must look like, for endpoints that can be held to it.

    The answer begins with the last `back` characters of the prefix, which are not sent: a word that
    is half typed is written anew by the model, letter by letter as typed. (It begins with them also
    where an endpoint cannot be held to it: providers see to that.) `lands` is the beginning of
    the suffix that the grammar makes the answer end with ('' if none); it is no part of what is new.
    """

    gbnf: str
    lark: str
    back: int = 0
    lands: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a feature wants from a model; the provider brings it into the endpoint's form.

    `rules` says what to do, `context` is the schema and examples; both change rarely and come first.
    CONTINUE has `prefix` and `suffix`, the text around the cursor; the others have `turns`, the
    newest last. `stop` ends the answer. `most_tokens` bounds it. `dialect` is that of the SQL in it.
    """

    task: Task
    rules: str
    context: str = ""
    prefix: str = ""
    suffix: str = ""
    turns: tuple[Turn, ...] = ()
    stop: tuple[str, ...] = ()
    most_tokens: int = 64
    temperature: float = 0.0
    grammar: Grammar | None = None
    dialect: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the endpoint counted them; `cached` of `prompt` were cheap."""

    prompt: int
    completion: int
    cached: int = 0


Tokens = tuple[tuple[str, float], ...]
"""Tokens as they were written, each with the logarithm of its probability. A model's own: what a
grammar forces upon it is among them as improbable as it is."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of an answer. `finish` is '' until the last: stop, length, or what the endpoint says.

    `tokens` came with it where the endpoint tells them. They need not end where the text does.
    """

    text: str
    usage: Usage | None = None
    finish: str = ""
    tokens: Tokens = ()


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What probing an endpoint found; never guessed from a mere 200.

    `wires` work, best for CONTINUE first. `grammar` is gbnf, structured (vLLM), lark (OpenAI) or ''.
    `refused` are parameters that it does not take, such as `temperature`. `window` is the model's
    context in tokens, 0 if unknown. `first_token` is in milliseconds, warm. `spent` is what it cost
    to find all this out.
    """

    wires: tuple[Wire, ...]
    grammar: str = ""
    refused: frozenset[str] = frozenset()
    tokenizer: bool = False
    embeddings: bool = False
    window: int = 0
    models: tuple[str, ...] = ()
    first_token: float = 0.0
    notes: tuple[str, ...] = ()
    spent: Usage = field(default=Usage(0, 0), compare=False)


class Provider(Protocol):
    """One endpoint. All methods that wait raise `ModelError`s and nothing else; cancelling one closes
    its connection at once."""

    @property
    def endpoint(self) -> Endpoint: ...

    @property
    def capabilities(self) -> Capabilities | None:
        """None before it has been probed."""

    def exact(self, ask: Ask) -> Mapping[str, object]:
        """The body that `stream` would send, without the key."""

    def stream(self, ask: Ask) -> AsyncIterator[Chunk]:
        """The answer as it comes. Closing the iterator closes the connection."""

    async def probe(self) -> Capabilities:
        """Find out what the endpoint can do, and remember it."""

    async def count(self, text: str) -> int:
        """Tokens of `text` by the endpoint's own tokenizer."""

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector per text, in order."""

    async def close(self) -> None:
        """Let go of all connections."""
