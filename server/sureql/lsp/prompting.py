"""`sureql.showPrompt`: exactly what a model would be sent for a place, and what was left out.

It works without a model too: nothing is sent then, and this is what would be.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from sureql.lsp import from_proto, studying, withheld
from sureql.ports.errors import ModelError

if TYPE_CHECKING:
    from sureql.assistant.cleaning import CleanAsk
    from sureql.assistant.exchange import Exchange
    from sureql.lsp.open_document import View
    from sureql.lsp.session import Session
    from sureql.prompt.model import Count, Part, Prompt

NOT_OPEN = "This document is not open."
WANTS = "sureql.showPrompt takes {uri, position}."
NOBODY = (
    "No model is configured. Nothing is sent; this is what would be. "
    "Name a model with `model.name` in your own settings (see docs/models.md)."
)
_SHORT = 100
_TICKS = re.compile(r"`+")
HIDDEN = "Nothing is sent of this file: `privacy.ignore_paths` names it."


async def show(session: Session, arguments: Sequence[Any]) -> str:
    """The prompt for a position, as Markdown."""
    uri, position = _read(arguments)
    await session.prepared(uri)
    document = session.documents.get(uri)
    if document is None:
        return NOT_OPEN
    await session.assisting.prepare(document.place)
    view = session.view(document)
    offset = from_proto.offset(view.document, position, session.editor.encoding)
    if withheld.is_withheld(document.place, session.configuration):
        return HIDDEN
    if offset is None:
        return studying.NO_SQL
    return await _shown(session, view, offset)


async def _shown(session: Session, view: View, offset: int) -> str:
    from sureql import app
    from sureql.assistant import cleaning
    from sureql.assistant.within import within
    from sureql.inline import intent
    from sureql.prompt import build, tokens
    from sureql.prompt.model import Limits

    options = session.configuration.options(view.place)
    limits = Limits(tokens=options.model.tokens)
    place = session.assisting.place(view, offset)
    wish = intent.wish(view.snapshot, offset)
    exchange = session.assisting.exchange(view.place, intent=wish is not None)
    # Reading the vocabulary holds everything up for a moment: nobody types while a prompt is opened.
    count = await asyncio.to_thread(tokens.load)
    if wish is not None:
        prompt = await build.intent(place, wish.words, limits, within, count)
    else:
        known = exchange.provider.capabilities if exchange is not None else None
        held = options.model.grammar and known is not None and bool(known.grammar)
        prompt = await build.continuation(place, limits, within, count, held)
    if prompt.withheld:
        return prompt.withheld
    try:
        clean = cleaning.cleaned(prompt.ask, app.terms(options))
    except ModelError as error:
        return str(error)
    lines = [f"# Prompt for {view.snapshot.uri.rpartition('/')[2]}", ""]
    lines += [_whom(exchange), ""]
    lines += await _parts(prompt, exchange, count)
    if clean.redacted:
        what = "1 secret was" if clean.redacted == 1 else f"{clean.redacted} secrets were"
        lines += [f"{what} taken out of what follows.", ""]
    lines += _sent(exchange, clean)
    return "\n".join(lines).rstrip() + "\n"


def _whom(exchange: Exchange | None) -> str:
    if exchange is None:
        return NOBODY
    from urllib.parse import urlsplit

    endpoint = exchange.provider.endpoint
    return f"For {endpoint.model} at {urlsplit(endpoint.base_url).hostname}."


async def _parts(prompt: Prompt, exchange: Exchange | None, count: Count) -> list[str]:
    """Each part's source and tokens, and what was left out."""
    sizes, by = await _counted(prompt.parts, exchange, count)
    lines = ["| source | tokens |", "|---|---:|"]
    lines += [f"| {part.source} | {size} |" for part, size in zip(prompt.parts, sizes, strict=True)]
    lines += [f"| all | {sum(sizes)} |", "", f"Tokens are counted by {by}.", ""]
    if prompt.left_out:
        lines += ["Left out:", "", *(f"- {why}" for why in prompt.left_out), ""]
    return lines


async def _counted(
    parts: Sequence[Part], exchange: Exchange | None, count: Count
) -> tuple[list[int], str]:
    """Tokens of each part, by the endpoint's own tokenizer where it has one, and whose count it is."""
    from sureql.prompt import tokens

    known = exchange.provider.capabilities if exchange is not None else None
    if exchange is not None and known is not None and known.tokenizer:
        try:
            sizes = [await exchange.count(part.text) for part in parts]
        except ModelError:
            pass  # Our own count serves as well.
        else:
            return sizes, "the model's own tokenizer"
    return [count(part.text) for part in parts], tokens.USUAL


def _sent(exchange: Exchange | None, clean: CleanAsk) -> list[str]:
    """What leaves, letter for letter."""
    if exchange is None:
        return _fenced("What would be told", _told(clean), "")
    long: list[tuple[str, str]] = []
    rest = _without_long(exchange.provider.exact(clean.ask), "", long)
    lines = _fenced(
        "The request", json.dumps(rest, indent=2, ensure_ascii=False, default=str), "json"
    )
    for name, text in long:
        lines += _fenced(name, text, "")
    return lines


def _told(clean: CleanAsk) -> str:
    """All that a model would read."""
    from sureql.assistant import cleaning

    return cleaning.sent_text(clean.ask)


def _without_long(value: Any, path: str, long: list[tuple[str, str]]) -> Any:
    """The request with its long texts moved to `long`, so that they can be read."""
    if isinstance(value, str) and ("\n" in value or len(value) > _SHORT):
        long.append((path, value))
        return f"({path}, see below)"
    if isinstance(value, Mapping):
        return {
            key: _without_long(one, f"{path}.{key}" if path else str(key), long)
            for key, one in value.items()
        }
    if isinstance(value, list | tuple):
        return [_without_long(one, f"{path}[{at}]", long) for at, one in enumerate(value)]
    return value


def _fenced(title: str, text: str, language: str) -> list[str]:
    # A fence longer than any in the text.
    fence = "`" * max(3, 1 + max((len(found) for found in _TICKS.findall(text)), default=0))
    return [f"## {title}", "", f"{fence}{language}", text, fence, ""]


def _read(arguments: Sequence[Any]) -> tuple[str, types.Position]:
    given = arguments[0] if len(arguments) == 1 else None
    place = given.get("position") if isinstance(given, Mapping) else None
    uri = given.get("uri") if isinstance(given, Mapping) else None
    line, character = (
        (place.get("line"), place.get("character")) if isinstance(place, Mapping) else (None, None)
    )
    if not (isinstance(uri, str) and isinstance(line, int) and isinstance(character, int)):
        raise JsonRpcInvalidParams(WANTS)
    return uri, types.Position(max(line, 0), max(character, 0))
