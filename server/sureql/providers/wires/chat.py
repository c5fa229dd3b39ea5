"""Chat Completions."""

from __future__ import annotations

from collections.abc import Mapping

from sureql.ports.provider import Ask, Chunk
from sureql.providers import address as address_of
from sureql.providers.shape import Shape
from sureql.providers.wires import words
from sureql.providers.wires.reading import entry, rows, text, tokens, usage

_STOPS = 4
"""So many ends of an answer OpenAI takes; all of them are looked for here as well."""


def address(shape: Shape) -> str:
    return "/chat/completions"


def body(ask: Ask, shape: Shape) -> dict[str, object]:
    told = words.rules(ask)
    messages = [{"role": "system", "content": told}] if told else []
    messages += [{"role": turn.role, "content": turn.text} for turn in words.turns(ask)]
    room = "max_completion_tokens" if "max_tokens" in shape.refused else "max_tokens"
    sent: dict[str, object] = {"model": shape.model, "messages": messages, "stream": True}
    sent |= shape.taken(
        stream_options={"include_usage": True},
        stop=list(ask.stop[:_STOPS]),
        reasoning_effort=shape.effort,
        logprobs=shape.tells(ask),
        # llama.cpp and vLLM have this switch instead; others pass it over.
        chat_template_kwargs={"enable_thinking": False}
        if shape.thinks and address_of.is_nearby(shape.base_url)
        else None,
        **{room: shape.room(ask)},
    )
    if "temperature" not in shape.refused:
        sent["temperature"] = ask.temperature
    return sent | _grammar(ask, shape)


def read(event: Mapping[str, object]) -> Chunk:
    choice = entry(event, "choices", 0)
    said = entry(choice, "delta") or entry(choice, "message")
    written = text(said, "content") + "".join(
        # A grammar makes the answer the input of a tool.
        text(call, "custom", "input")
        for call in rows(said, "tool_calls")
    )
    told = tokens(entry(choice, "logprobs"))
    return Chunk(written, usage(entry(event, "usage")), text(choice, "finish_reason"), told)


def _grammar(ask: Ask, shape: Shape) -> dict[str, object]:
    if not ask.grammar:
        return {}
    match shape.grammar:
        case "gbnf":
            return {"grammar": ask.grammar.gbnf}
        case "structured":
            return {"structured_outputs": {"grammar": ask.grammar.gbnf}}
        case "lark":
            form = {
                "type": "grammar",
                "grammar": {"syntax": "lark", "definition": ask.grammar.lark},
            }
            tool = {"name": "sql", "description": "Takes the SQL.", "format": form}
            return {
                "tools": [{"type": "custom", "custom": tool}],
                "tool_choice": {"type": "custom", "custom": {"name": "sql"}},
            }
    return {}
