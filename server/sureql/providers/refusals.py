"""What an endpoint's refusal teaches: a parameter that it does not take, a form it does not know."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sureql.providers.wires.reading import entry, text

_OPTIONAL = (
    "max_tokens",
    "max_completion_tokens",
    "stream_options",
    "temperature",
    "stop",
    "reasoning_effort",
    "reasoning",
    "store",
    "chat_template_kwargs",
    "logprobs",
    "n_probs",
    "include",
)
_REFUSES = re.compile(
    r"unsupported|not supported|unrecognized|unknown|unexpected|not permitted|not allowed"
    r"|does not support|doesn't support|not available|extra (inputs|fields)|deprecated|no such"
    r"|cannot be used|can't be used|not compatible|isn't supported|invalid (value|parameter|field)",
    re.IGNORECASE,
)
_TOO_LONG = re.compile(
    r"context[ _](length|window|size)|too (long|many tokens)|exceeds? .{0,40}(context|tokens)"
    r"|maximum .{0,20}tokens",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(
    r"model.{0,80}(not found|does not exist|not exist|unknown|no such|invalid model|is not available)"
    r"|(no such|unknown|invalid) model|model_not_found",
    re.IGNORECASE | re.DOTALL,
)
_NO_FORM = re.compile(
    r"not a chat model|not (supported|support) .{0,30}(chat|completions|responses|insert|infill)"
    r"|does not support (chat|completions|insert|infill|generate)|no chat template|infill is not"
    r"|only supported in .{0,40}(responses|chat|completions)|suffix is not",
    re.IGNORECASE | re.DOTALL,
)


def said(body: object) -> str:
    """The endpoint's own words, from any of the forms in which errors come."""
    for path in (("error", "message"), ("message",), ("error",), ("detail",)):
        found = entry(body, *path)
        if isinstance(found, str) and found:
            return found
        if isinstance(found, list) and found:
            return "; ".join(_detail(one) for one in found[:3])
    return ""


def parameter(status: int, body: object, sent: Mapping[str, object]) -> str:
    """The parameter in `sent` that is not taken, '' if the refusal is about something else."""
    words = said(body)
    if status in (400, 403, 422) and "logprobs" in words:
        # They are asked for under other names too.
        return next((name for name in ("logprobs", "n_probs", "include") if name in sent), "")
    if status not in (400, 422) or is_too_long(body) or is_without_model(status, body):
        return ""
    named = text(body, "error", "param") or text(body, "param")
    if not (named or _REFUSES.search(words)):
        return ""
    for name in _OPTIONAL:
        if name in sent and (_is(name, named) or _mentions(name, words)):
            # It may be the value alone that is not taken; messages have it in quotes.
            if name.startswith("reasoning") and f"'{_effort(name, sent)}'" in words:
                return f"effort:{_effort(name, sent)}"
            return name
    return ""


def is_too_long(body: object) -> bool:
    """The prompt is longer than the model's window."""
    code = text(body, "error", "code") or text(body, "error", "type")
    return "context" in code or bool(_TOO_LONG.search(said(body)))


def is_without_model(status: int, body: object) -> bool:
    """There is no model of that name."""
    code = text(body, "error", "code")
    if "model_not_found" in code:
        return True
    return status in (400, 404, 422) and bool(_NO_MODEL.search(said(body)))


def is_of_form(status: int, body: object) -> bool:
    """The endpoint, or its model, does not know this form of request."""
    if is_without_model(status, body):
        return False
    return status in (404, 405, 501) or bool(_NO_FORM.search(said(body)))


def is_of_grammar(status: int, body: object) -> bool:
    """This grammar could not be read there."""
    words = said(body).lower()
    return status in (400, 422, 500) and any(one in words for one in ("grammar", "lark", "sampler"))


def _detail(one: object) -> str:
    where = entry(one, "loc")
    place = ".".join(str(part) for part in where) if isinstance(where, list) else ""
    return f"{place}: {text(one, 'msg')}" if place else text(one, "msg")


def _is(name: str, named: str) -> bool:
    return named == name or named.startswith(f"{name}.")


def _mentions(name: str, words: str) -> bool:
    return bool(re.search(rf"(?<![\w]){re.escape(name)}(?![\w])", words))


def _effort(name: str, sent: Mapping[str, object]) -> str:
    found = sent[name]
    return str(entry(found, "effort") if isinstance(found, Mapping) else found)
