"""How endpoints put an answer into words: the JSON and the events of each form of request."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

FAULTS = (
    "close",  # The connection is closed without an answer.
    "reset",  # It is reset, after the pieces if there are any.
    "stall",  # After the pieces nothing comes any more, and the connection stays open.
    "cut",  # It is closed after the pieces, in the middle of the answer.
    "split",  # Every write ends in the middle of a character, if there is one to split.
    "unfinished",  # The last character of the answer is never finished.
    "garbage",  # What should be JSON is none.
    "error",  # After the pieces an error is told instead of the end.
    "html",  # A page instead of an answer, with status 200.
    "redirect",  # To `location`.
    "huge",  # The pieces again and again, without end.
    "silent",  # The answer is right, but whole, although a stream was asked for.
)


@dataclass(frozen=True, slots=True)
class Answer:
    """`pieces` come one by one, `first` seconds after the request and `delay` seconds apart. Each is a
    token; `logprob` is told of it, where it is asked for and not None. Nothing is sent before `hold`
    is set, if there is one. `recorded` is a whole HTTP answer, sent as it is."""

    pieces: tuple[str, ...] = ("1",)
    status: int = 200
    fault: str = ""
    first: float = 0.0
    delay: float = 0.0
    headers: tuple[tuple[str, str], ...] = ()
    error: Any = None
    location: str = "http://127.0.0.1:9/v1/chat/completions"
    finish: str = "stop"
    usage: tuple[int, int] = (10, 5)
    logprob: float | None = None
    hold: asyncio.Event | None = None
    recorded: bytes = b""

    def told(self, piece: str, asked: Any) -> list[Any]:
        """What is said of a token to somebody who has `asked` for it."""
        if self.logprob is None or not asked:
            return []
        return [{"token": piece, "logprob": self.logprob, "top_logprobs": []}]


def spoken(path: str, body: Any, answer: Answer) -> Form | None:
    """The form that is spoken at a path, None if there is none."""
    kind = next((kind for end, kind in _FORMS.items() if path.endswith(end)), None)
    return kind(body, answer) if kind else None


async def paced(form: Form, answer: Answer) -> AsyncIterator[bytes]:
    """The events of an answer, each when it is due."""
    while True:
        for name, event in form.events():
            yield _event(name, event)
            if answer.delay:
                await asyncio.sleep(answer.delay)
        if answer.fault != "huge":
            break
    if answer.fault == "garbage":
        yield b'data: {"choices": [{"te\n\n'
    if answer.fault == "error":
        yield _event("", {"error": {"message": "overloaded", "type": "server_error"}})
    if answer.fault in ("reset", "cut", "stall", "error"):
        return
    if answer.fault == "unfinished":
        # The first two of the three bytes of a character.
        whole = _event("", next(iter(_unfinished(form))))
        yield whole.replace(b"@@", "好".encode()[:2])
    for name, event in form.end():
        yield _event(name, event)
    yield b"data: [DONE]\n\n"


def _unfinished(form: Form) -> Iterator[Any]:
    last = type(form)(form.body, Answer(pieces=("@@",)))
    *_, (name, event) = last.events()
    yield {"type": name, **event} if name else event


def _event(name: str, event: Any) -> bytes:
    shown = {"type": name, **event} if name else event
    line = f"event: {name}\n" if name else ""
    return f"{line}data: {json.dumps(shown, ensure_ascii=False)}\n\n".encode()


def split(event: bytes, fault: str) -> Iterator[bytes]:
    """The writes that an event is sent in."""
    at = next((at for at, byte in enumerate(event) if byte & 0xC0 == 0x80), 0)
    if fault == "split" and at:
        yield event[:at]
        yield event[at:]
    else:
        yield event


def embedded(body: Any) -> Any:
    """A vector for each text, the same each time."""
    texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
    vectors = [[byte / 255 for byte in hashlib.sha256(text.encode()).digest()] for text in texts]
    data = [{"index": at, "embedding": vector} for at, vector in enumerate(vectors)]
    return {"object": "list", "data": data, "usage": {"prompt_tokens": len(texts)}}


@dataclass(frozen=True, slots=True)
class _Chat:
    """Chat Completions, with the text in a tool's input where one was asked for."""

    body: Any
    answer: Answer

    def events(self) -> Iterator[tuple[str, Any]]:
        yield "", self._chunk({"role": "assistant", "content": ""})
        for piece in self.answer.pieces:
            event = self._chunk(self._delta(piece))
            if told := self.answer.told(piece, self.body.get("logprobs")):
                event["choices"][0]["logprobs"] = {"content": told}
            yield "", event

    def end(self) -> Iterator[tuple[str, Any]]:
        yield "", self._chunk({}, self.answer.finish)
        if (self.body.get("stream_options") or {}).get("include_usage"):
            yield "", {"object": "chat.completion.chunk", "choices": [], "usage": self._usage()}

    def whole(self) -> Any:
        said = self._delta("".join(self.answer.pieces))
        choice = {"index": 0, "message": {"role": "assistant", **said}, "finish_reason": "stop"}
        return {"object": "chat.completion", "choices": [choice], "usage": self._usage()}

    def _delta(self, text: str) -> dict[str, Any]:
        if not _has_custom_tool(self.body):
            return {"content": text}
        call = {"index": 0, "id": "c", "type": "custom", "custom": {"name": "sql", "input": text}}
        return {"tool_calls": [call]}

    def _chunk(self, delta: Any, finish: str | None = None) -> Any:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {"object": "chat.completion.chunk", "choices": [choice]}

    def _usage(self) -> Any:
        sent, came = self.answer.usage
        return {"prompt_tokens": sent, "completion_tokens": came, "total_tokens": sent + came}


@dataclass(frozen=True, slots=True)
class _Completions:
    body: Any
    answer: Answer

    def events(self) -> Iterator[tuple[str, Any]]:
        for piece in self.answer.pieces:
            event = self._chunk(piece)
            for told in self.answer.told(piece, self.body.get("logprobs")):
                flat = {"tokens": [told["token"]], "token_logprobs": [told["logprob"]]}
                event["choices"][0]["logprobs"] = flat
            yield "", event

    def end(self) -> Iterator[tuple[str, Any]]:
        yield "", {**self._chunk("", self.answer.finish), "usage": self._usage()}

    def whole(self) -> Any:
        return {**self._chunk("".join(self.answer.pieces), "stop"), "usage": self._usage()}

    def _chunk(self, text: str, finish: str | None = None) -> Any:
        choice = {"index": 0, "text": text, "finish_reason": finish}
        return {"object": "text_completion", "choices": [choice]}

    def _usage(self) -> Any:
        return {"prompt_tokens": self.answer.usage[0], "completion_tokens": self.answer.usage[1]}


@dataclass(frozen=True, slots=True)
class _Responses:
    body: Any
    answer: Answer

    def events(self) -> Iterator[tuple[str, Any]]:
        yield "response.created", {"response": {"status": "in_progress", "output": []}}
        custom = _has_custom_tool(self.body)
        kind = "custom_tool_call_input" if custom else "output_text"
        for piece in self.answer.pieces:
            told = self.answer.told(piece, self.body.get("include"))
            yield f"response.{kind}.delta", {"delta": piece, "logprobs": told}

    def end(self) -> Iterator[tuple[str, Any]]:
        yield "response.completed", {"response": self.whole()}

    def whole(self) -> Any:
        text = "".join(self.answer.pieces)
        said: Any = {"type": "message", "content": [{"type": "output_text", "text": text}]}
        if _has_custom_tool(self.body):
            said = {"type": "custom_tool_call", "name": "sql", "input": text}
        sent, came = self.answer.usage
        usage = {"input_tokens": sent, "output_tokens": came}
        return {"object": "response", "status": "completed", "output": [said], "usage": usage}


@dataclass(frozen=True, slots=True)
class _Infill:
    """llama.cpp's own form, also of `/completion`."""

    body: Any
    answer: Answer

    def events(self) -> Iterator[tuple[str, Any]]:
        for piece in self.answer.pieces:
            told = self.answer.told(piece, self.body.get("n_probs"))
            yield "", {"content": piece, "stop": False, "completion_probabilities": told}

    def end(self) -> Iterator[tuple[str, Any]]:
        yield "", {**self.whole(), "content": ""}

    def whole(self) -> Any:
        text = "".join(self.answer.pieces)
        sent, came = self.answer.usage
        counts = {"tokens_evaluated": sent, "tokens_predicted": came}
        return {"content": text, "stop": True, "stop_type": "eos", **counts}


Form = _Chat | _Completions | _Responses | _Infill
_FORMS: dict[str, type[Form]] = {
    "/chat/completions": _Chat,
    "/completions": _Completions,
    "/responses": _Responses,
    "/infill": _Infill,
    "/completion": _Infill,
}


def _has_custom_tool(body: Any) -> bool:
    return any(tool.get("type") == "custom" for tool in body.get("tools") or ())
