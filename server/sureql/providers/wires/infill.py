"""llama.cpp's own form for filling in, which lays the marks of the loaded model itself."""

from __future__ import annotations

from collections.abc import Mapping

from sureql.ports.provider import Ask, Chunk, Usage
from sureql.providers import address as addresses
from sureql.providers.shape import Shape
from sureql.providers.wires.reading import entry, number, text, tokens


def address(shape: Shape) -> str:
    return f"{addresses.root(shape.base_url)}/infill"


def body(ask: Ask, shape: Shape) -> dict[str, object]:
    sent: dict[str, object] = {
        "input_prefix": ask.prefix,
        "input_suffix": ask.suffix,
        "n_predict": ask.most_tokens,
        "temperature": ask.temperature,
        "cache_prompt": True,
        "stream": True,
    }
    if ask.context:
        sent["input_extra"] = [{"filename": "schema.sql", "text": ask.context}]
    if ask.stop:
        sent["stop"] = list(ask.stop)
    sent |= shape.taken(n_probs=int(shape.tells(ask)))
    if ask.grammar and shape.grammar == "gbnf":
        sent["grammar"] = ask.grammar.gbnf
    return sent


def read(event: Mapping[str, object]) -> Chunk:
    usage = None
    if entry(event, "stop") is True:
        prompt, cached = number(event, "tokens_evaluated"), number(event, "timings", "cache_n")
        usage = Usage(prompt, number(event, "tokens_predicted"), cached)
        reason = "length" if text(event, "stop_type") == "limit" else "stop"
        return Chunk(text(event, "content"), usage, reason)
    return Chunk(text(event, "content"), tokens=tokens(entry(event, "completion_probabilities")))
