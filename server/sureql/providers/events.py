"""Reading what an endpoint sends: events of a stream, or JSON, within bounds."""

from __future__ import annotations

import codecs
import json
from collections.abc import AsyncIterator
from typing import Any

from sureql.ports.errors import ModelGarbage

MOST_BYTES = 8_000_000
"""So much of one answer, or of one line of it, is read."""


async def events(pieces: AsyncIterator[bytes], host: str) -> AsyncIterator[dict[str, Any]]:
    """The JSON objects of a stream of server-sent events, until it ends or says so.

    Bytes that are no UTF-8 are replaced, never an error: a model may write half a character.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    held: list[str] = []
    size = 0
    data: list[str] = []
    async for piece in pieces:
        size += len(piece)
        if size > MOST_BYTES:
            raise ModelGarbage(f"{host} sends without end.")
        text = decoder.decode(piece)
        if "\n" not in text and "\r" not in text:
            held.append(text)
            continue
        *lines, rest = "".join([*held, text]).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        held = [rest]
        for line in lines:
            if line:
                if line.startswith("data:"):
                    data.append(line[5:].removeprefix(" "))
                continue
            if (found := parsed(data, host)) is _OVER:
                return
            data = []
            if found:
                yield found
    last = "".join(held)
    if last.startswith("data:"):
        data.append(last[5:].removeprefix(" "))
    # A stream may end without the blank line that ends its last event.
    if (found := parsed(data, host)) and found is not _OVER:
        yield found


async def whole(pieces: AsyncIterator[bytes], host: str) -> dict[str, Any]:
    """The JSON object that an answer consists of."""
    read = bytearray()
    async for piece in pieces:
        read += piece
        if len(read) > MOST_BYTES:
            raise ModelGarbage(f"{host} sends without end.")
    return _object(read.decode("utf-8", "replace"), host)


_OVER: dict[str, Any] = {"over": True}


def parsed(data: list[str], host: str) -> dict[str, Any]:
    """What the lines of an event say: nothing, an object, or that the stream is over."""
    text = "\n".join(data).strip()
    if not text:
        return {}
    if text.startswith("[DONE]"):
        return _OVER
    return _object(text, host)


def _object(text: str, host: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise ModelGarbage(f"What {host} sends is no JSON: is model.base_url right?") from None
    if not isinstance(found, dict):
        raise ModelGarbage(f"What {host} sends is no answer: is model.base_url right?")
    return found
