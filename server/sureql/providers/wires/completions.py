"""Legacy Completions: a text that the model goes on with."""

from __future__ import annotations

from collections.abc import Mapping

from sureql.ports.provider import Ask, Chunk
from sureql.providers.shape import Shape
from sureql.providers.wires import words
from sureql.providers.wires.reading import entry, text, tokens, usage

_STOPS = 4


def address(shape: Shape) -> str:
    return "/completions"


def body(ask: Ask, shape: Shape) -> dict[str, object]:
    return around(ask, shape, words.plain(ask))


def around(ask: Ask, shape: Shape, prompt: str, *, stops: int = _STOPS) -> dict[str, object]:
    """The body with everything but what concerns the text after the cursor."""
    sent: dict[str, object] = {"model": shape.model, "prompt": prompt, "stream": True}
    sent |= shape.taken(
        max_tokens=ask.most_tokens,
        stop=list(ask.stop[:stops]),
        stream_options={"include_usage": True},
        logprobs=int(shape.tells(ask)),
    )
    if "temperature" not in shape.refused:
        sent["temperature"] = ask.temperature
    if ask.grammar and shape.grammar == "gbnf":
        sent["grammar"] = ask.grammar.gbnf
    elif ask.grammar and shape.grammar == "structured":
        sent["structured_outputs"] = {"grammar": ask.grammar.gbnf}
    return sent


def read(event: Mapping[str, object]) -> Chunk:
    choice = entry(event, "choices", 0)
    # Mistral answers in the form of Chat.
    said = entry(choice, "delta") or entry(choice, "message")
    written = text(choice, "text") or text(said, "content")
    told = tokens(entry(choice, "logprobs"))
    return Chunk(written, usage(entry(event, "usage")), text(choice, "finish_reason"), told)
