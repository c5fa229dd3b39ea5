"""What `sureql doctor` says about the completion model: it is the one command that tries it out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import urlsplit

from sureql import app, settings
from sureql.assistant.exchange import Exchange
from sureql.cli import patience
from sureql.cli.finding import Finding
from sureql.ports.errors import ModelError, ModelWithheld
from sureql.ports.provider import Capabilities, Endpoint, Wire
from sureql.privacy import hiding
from sureql.providers import address, keys
from sureql.settings.options import Options

SLOW = 2000.0
"""Milliseconds to the first text from which on typing is quicker than waiting."""

_FORMS = {
    Wire.RESPONSES: "Responses",
    Wire.CHAT: "Chat Completions",
    Wire.COMPLETIONS: "Completions",
    Wire.SUFFIX: "Completions with a suffix",
    Wire.FIM: "fill-in-the-middle marks",
    Wire.INFILL: "llama.cpp's infill",
}
_TALKS = (Wire.RESPONSES, Wire.CHAT)
_TELLS_SUFFIX = (Wire.SUFFIX, Wire.FIM, Wire.INFILL, Wire.CHAT, Wire.RESPONSES)


def findings(options: Options, variables: Mapping[str, str]) -> Iterator[Finding]:
    """Whether a model is named, may be asked, answers, and what it can do. Asks only if it may."""
    model = options.model
    if not model.configured:
        named = bool(model.name or model.local)
        yield Finding(
            "model",
            "note",
            "switched off" if named else "none is named: ghost text comes from sureql's own engine",
            "Set model.enabled to use it again."
            if named
            else f"Name one as model.name in {settings.user_file(variables)}, "
            "or run one here: `sureql model fetch smollm2`.",
        )
        return
    if options.privacy.offline:
        yield Finding(
            "model", "note", "not asked: privacy.offline is set", "Unset it to ask models."
        )
        return
    base_url = model.base_url or app.OPENAI
    host = address.host(base_url)
    if model.local:
        yield Finding("model", "ok", f"{model.local}, which sureql runs itself (experimental)")
    elif options.privacy.local_only and not hiding.is_on_this_machine(base_url):
        yield Finding(
            "model",
            "warning",
            f"{model.name} at {host} is not asked: privacy.local_only is set",
            "Name a model on this machine, or unset privacy.local_only.",
        )
        return
    else:
        yield Finding("model", "ok", f"{model.name} at {host}")
        if address.is_valid(base_url):
            yield from _key(options, base_url, variables)
    yield from _examined(options, variables)


def _key(options: Options, base_url: str, variables: Mapping[str, str]) -> Iterator[Finding]:
    try:
        key, where = keys.find(base_url, options.model.api_key_env, variables)
    except ModelError as problem:
        yield Finding("key", "warning", str(problem))
        return
    if key:
        yield Finding("key", "ok", f"from {where}")
        if urlsplit(base_url).scheme == "http" and not address.is_nearby(base_url):
            yield Finding(
                "key",
                "warning",
                f"it goes to {address.host(base_url)} unencrypted",
                "Let model.base_url begin with https://.",
            )
    elif address.is_nearby(base_url):
        yield Finding("key", "ok", "none, which servers on one's own machine do not need")
    else:
        yield Finding(
            "key",
            "warning",
            "none was found",
            _advice(options.model.api_key_env or keys.variable_for(base_url)),
        )


def _advice(variable: str) -> str:
    kept = "run `sureql model login`"
    return (
        f"Put it into the variable {variable}, or {kept}."
        if variable
        else f"Name a variable in model.api_key_env, or {kept}."
    )


def _examined(options: Options, variables: Mapping[str, str]) -> Iterator[Finding]:
    try:
        with patience.waiting_for(options.model):
            found, endpoint = asyncio.run(_probe(options, variables))
    except ModelError as problem:
        elsewhere = options.model.local or isinstance(problem, ModelWithheld)
        advice = "" if elsewhere else "docs/models.md has a section for each kind of endpoint."
        yield Finding("endpoint", "warning", str(problem), advice)
        return
    yield from _abilities(found, endpoint, options)
    yield _speed(found)
    yield from (Finding("endpoint", "note", note) for note in found.notes)
    model = options.model
    if model.intent_name and not model.local:
        yield _statements(options, variables)
    if model.embeddings and not model.local:
        yield _meanings(options, variables)


async def _probe(
    options: Options, variables: Mapping[str, str], *, intent: bool = False
) -> tuple[Capabilities, Endpoint]:
    async with _exchange(options, variables, intent=intent) as exchange:
        return await exchange.examine(), exchange.provider.endpoint


@asynccontextmanager
async def _exchange(
    options: Options, variables: Mapping[str, str], *, intent: bool = False
) -> AsyncIterator[Exchange]:
    exchange = app.exchange(options, variables, intent=intent)
    assert exchange
    try:
        yield exchange
    finally:
        await exchange.close()


def _statements(options: Options, variables: Mapping[str, str]) -> Finding:
    name = options.model.intent_name
    try:
        found, _ = asyncio.run(_probe(options, variables, intent=True))
    except ModelError as problem:
        return Finding("statements", "warning", str(problem), "See model.intent_name.")
    form = next((wire for wire in _TALKS if wire in found.wires), found.wires[0])
    return Finding("statements", "ok", f"{name}, asked by {_FORMS[form]}")


def _meanings(options: Options, variables: Mapping[str, str]) -> Finding:
    name = options.model.embeddings
    named = replace(options, model=replace(options.model, name=name))

    async def embed() -> int:
        async with _exchange(named, variables) as exchange:
            return len((await exchange.provider.embed(["SELECT 1"]))[0])

    try:
        return Finding("meanings", "ok", f"{name}, with {asyncio.run(embed())} numbers each")
    except ModelError as problem:
        return Finding("meanings", "warning", str(problem), "See model.embeddings.")


def _abilities(found: Capabilities, endpoint: Endpoint, options: Options) -> Iterator[Finding]:
    best = endpoint.wire or found.wires[0]
    others = ", ".join(_FORMS[wire] for wire in found.wires if wire is not best)
    yield Finding(
        "endpoint",
        "ok",
        f"asked by {_FORMS[best]}" + (f"; {others} would do too" if others else ""),
    )
    if endpoint.wire and endpoint.wire not in found.wires:
        yield Finding(
            "endpoint",
            "warning",
            f"model.api is {endpoint.wire.value}, which does not work there",
            "Set model.api to auto.",
        )
    elif endpoint.wire and found.wires[0] is not endpoint.wire:
        yield Finding(
            "endpoint",
            "note",
            f"model.api is {endpoint.wire.value}; {_FORMS[found.wires[0]]} is the better choice",
            "Set model.api to auto.",
        )
    if found.grammar:
        used = "" if options.model.grammar else ", but model.grammar is off"
        yield Finding("endpoint", "ok", f"can be held to the schema{used}")
    else:
        yield Finding(
            "endpoint", "note", "cannot be held to the schema: what it proposes is checked after"
        )
    if best not in _TELLS_SUFFIX and not found.grammar:
        yield Finding(
            "endpoint",
            "note",
            "what stands after the cursor is not told",
            "A model that fills in the middle (docs/models.md) is better at completing.",
        )
    if found.models and endpoint.model not in found.models:
        yield Finding(
            "endpoint", "note", f"{endpoint.model} is not in its list, but answers to that name"
        )
    if found.refused:
        left = ", ".join(sorted(found.refused)).replace("form:", "").replace(":", " ")
        yield Finding("endpoint", "note", f"does not take {left}: left out")
    if found.window and found.window < options.model.tokens + 300:
        yield Finding(
            "endpoint",
            "warning",
            f"has room for {found.window} tokens, and a prompt may have {options.model.tokens}",
            f"Set model.tokens to {max(256, found.window - 300)}, or give the model more room.",
        )
    elif found.window:
        yield Finding("endpoint", "ok", f"has room for {found.window} tokens")


def _speed(found: Capabilities) -> Finding:
    text = f"first text after {found.first_token:.0f} ms for a short prompt"
    if found.first_token > SLOW:
        return Finding(
            "endpoint",
            "warning",
            f"{text}, which is too slow for ghost text",
            "Take a smaller or a nearer model, or one that does not think first.",
        )
    return Finding("endpoint", "ok", text)
