"""Which form of request a task is sent in: as set, as found out, or as the address and name suggest."""

from __future__ import annotations

import re

from sureql.ports.provider import Capabilities, Endpoint, Task, Wire
from sureql.providers import address, families
from sureql.providers.wires import CONTINUES

_OLD = re.compile(r"(gpt-3\.5-turbo-instruct|davinci-002|babbage-002)", re.IGNORECASE)
_BASE = re.compile(r"(^|[-_.:/])base($|[-_.:/])|starcoder|codellama(?!.*instruct)", re.IGNORECASE)
_DIALOGUE = (Wire.RESPONSES, Wire.CHAT, Wire.COMPLETIONS)


def forms(
    endpoint: Endpoint, task: Task, known: Capabilities | None, refused: frozenset[str]
) -> tuple[Wire, ...]:
    """The forms to try, the best first. One that the endpoint has refused comes no more."""
    if task in (Task.CONTINUE, Task.PROBE):
        found = _for_text(endpoint, known)
    else:
        found = _for_dialogue(endpoint, known)
    return tuple(wire for wire in found if f"form:{wire.value}" not in refused) or found[:1]


def is_openai(endpoint: Endpoint) -> bool:
    """OpenAI's own service, or Azure's copy of it."""
    return address.is_of(endpoint.base_url, "openai.com", "azure.com")


def is_ollama(endpoint: Endpoint) -> bool:
    """Probably Ollama, which lays its own templates around every prompt."""
    return endpoint.base_url.split("/v1")[0].rstrip("/").endswith(":11434")


def is_old(model: str) -> bool:
    """One of OpenAI's models for legacy Completions."""
    return bool(_OLD.search(model))


def is_base(model: str) -> bool:
    """A model that was not taught to answer, as far as its name tells."""
    return bool(_BASE.search(model))


def has_suffix(endpoint: Endpoint) -> bool:
    """A service that is known to take a suffix for this model."""
    if address.is_of(endpoint.base_url, "mistral.ai"):
        return "codestral" in endpoint.model
    return address.is_of(endpoint.base_url, "deepseek.com") and "/beta" in endpoint.base_url


def _for_text(endpoint: Endpoint, known: Capabilities | None) -> tuple[Wire, ...]:
    if endpoint.wire:
        return (endpoint.wire,)
    return known.wires if known and known.wires else _guess(endpoint)


def _for_dialogue(endpoint: Endpoint, known: Capabilities | None) -> tuple[Wire, ...]:
    if endpoint.wire in _DIALOGUE:
        return (endpoint.wire,)
    if known and (found := tuple(wire for wire in _DIALOGUE if wire in known.wires)):
        return found
    if is_old(endpoint.model):
        return (Wire.COMPLETIONS,)
    if is_openai(endpoint) and not address.is_deployment(endpoint.base_url):
        return (Wire.RESPONSES, Wire.CHAT)
    return (Wire.CHAT, Wire.COMPLETIONS)


def _guess(endpoint: Endpoint) -> tuple[Wire, ...]:
    """Before anything was found out. A wrong guess costs an answer that the gate refuses, or a
    request that is refused and sent again in the next form."""
    family = families.find(endpoint.model, endpoint.family)
    if is_old(endpoint.model):
        return (Wire.SUFFIX, Wire.COMPLETIONS)
    if has_suffix(endpoint):
        return (Wire.SUFFIX, Wire.CHAT)
    if is_openai(endpoint):
        return (Wire.CHAT, Wire.RESPONSES)
    if is_ollama(endpoint):
        return (Wire.SUFFIX, Wire.CHAT) if family else (Wire.CHAT, Wire.COMPLETIONS)
    if family and (endpoint.family or address.is_nearby(endpoint.base_url)):
        return (Wire.FIM, Wire.CHAT)
    if endpoint.own or is_base(endpoint.model):
        return (Wire.COMPLETIONS, Wire.CHAT)
    return (Wire.CHAT, Wire.COMPLETIONS)


def ranked(found: set[Wire], endpoint: Endpoint, grammar: str, *, raw: bool) -> tuple[Wire, ...]:
    """The forms that work, best for going on with a text first. `raw`: Completions really go on with
    a text, without a template around it."""
    order = [Wire.FIM, Wire.INFILL, Wire.SUFFIX]
    talk = [Wire.CHAT, Wire.RESPONSES]
    # A grammar that lands on the text after the cursor makes up for not seeing it.
    plain = raw and (is_base(endpoint.model) or grammar in ("gbnf", "structured"))
    order += [Wire.COMPLETIONS, *talk] if plain else [*talk, Wire.COMPLETIONS]
    if endpoint.wire and endpoint.wire in CONTINUES:
        order.sort(key=lambda wire: wire is not endpoint.wire)
    return tuple(wire for wire in order if wire in found)
