"""OpenAI's Responses. Nothing is stored there; ends of an answer are looked for here alone."""

from __future__ import annotations

from collections.abc import Mapping

from sureql.ports.provider import Ask, Chunk, Usage
from sureql.providers.shape import Shape
from sureql.providers.wires import words
from sureql.providers.wires.reading import entry, number, rows, text, tokens

_LEAST = 16
"""Fewer tokens than these are refused."""

_PIECES = ("response.output_text.delta", "response.custom_tool_call_input.delta")
_ENDS = ("response.completed", "response.incomplete", "response.failed")


def address(shape: Shape) -> str:
    return "/responses"


def body(ask: Ask, shape: Shape) -> dict[str, object]:
    said = [{"role": turn.role, "content": turn.text} for turn in words.turns(ask)]
    sent: dict[str, object] = {"model": shape.model, "input": said, "stream": True}
    if "store" not in shape.refused:
        sent["store"] = False
    if "temperature" not in shape.refused:
        sent["temperature"] = ask.temperature
    sent |= shape.taken(
        instructions=words.rules(ask),
        max_output_tokens=max(_LEAST, shape.room(ask)),
        reasoning={"effort": shape.effort} if shape.effort else None,
        include=["message.output_text.logprobs"] if shape.tells(ask) else None,
    )
    if ask.grammar and shape.grammar == "lark":
        form = {"type": "grammar", "syntax": "lark", "definition": ask.grammar.lark}
        tool = {"type": "custom", "name": "sql", "description": "Takes the SQL.", "format": form}
        sent |= {"tools": [tool], "tool_choice": {"type": "custom", "name": "sql"}}
    elif ask.grammar and shape.grammar == "gbnf":
        sent["grammar"] = ask.grammar.gbnf
    return sent


def read(event: Mapping[str, object]) -> Chunk:
    kind = text(event, "type")
    if kind in _PIECES:
        return Chunk(text(event, "delta"), tokens=tokens(entry(event, "logprobs")))
    if kind in _ENDS:
        whole = entry(event, "response")
        return Chunk("", _usage(whole), _finish(whole))
    if "output" in event:
        return Chunk(_written(event), _usage(event), _finish(event))
    return Chunk("")


def _written(whole: object) -> str:
    parts = []
    for item in rows(whole, "output"):
        parts += [text(one, "text") for one in rows(item, "content")]
        if text(item, "type") == "custom_tool_call":
            parts.append(text(item, "input"))
    return "".join(parts)


def _finish(whole: object) -> str:
    if text(whole, "status") == "completed":
        return "stop"
    reason = text(whole, "incomplete_details", "reason")
    return "length" if reason == "max_output_tokens" else reason or text(whole, "status")


def _usage(whole: object) -> Usage | None:
    found = entry(whole, "usage")
    if not found:
        return None
    cached = number(found, "input_tokens_details", "cached_tokens")
    return Usage(number(found, "input_tokens"), number(found, "output_tokens"), cached)
