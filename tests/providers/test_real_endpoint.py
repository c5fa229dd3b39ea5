"""A real llama.cpp server with a small model."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from providers.conftest import CONTINUE, text_of
from support import schemas
from support.llama import Llama
from sureql.ports.errors import ModelError, ModelRefused
from sureql.ports.provider import Ask, Endpoint, Grammar, Task, Wire
from sureql.prompt.grammar import answer, build
from sureql.providers.openai_endpoint import OpenAIEndpoint
from sureql.syntax import dialects


@pytest.fixture
async def real(llama: Llama, tmp_path: Path) -> AsyncIterator[OpenAIEndpoint]:
    provider = OpenAIEndpoint(llama.endpoint, tmp_path / "endpoints.json")
    yield provider
    await provider.close()


async def test_what_it_can_do(real: OpenAIEndpoint) -> None:
    found = await real.probe()
    # This model has no marks for the middle, and the server ignores `suffix` with a 200.
    assert set(found.wires) == {Wire.COMPLETIONS, Wire.CHAT, Wire.RESPONSES}
    assert found.wires[0] is Wire.COMPLETIONS
    assert found.grammar == "gbnf"
    assert found.tokenizer
    assert not found.embeddings
    assert found.window > 0
    assert 0 < found.first_token < 10_000


async def test_it_goes_on_with_a_text(real: OpenAIEndpoint) -> None:
    ask = Ask(Task.CONTINUE, "", prefix="1, 2, 3, 4, 5, 6, 7, ", stop=("\n",), most_tokens=8)
    chunks = [chunk async for chunk in real.attempt(ask, Wire.COMPLETIONS)]
    # The blank that was there already does not come again.
    assert "".join(chunk.text for chunk in chunks).startswith("8")
    assert chunks[-1].usage
    assert chunks[-1].usage.completion > 0


async def test_it_keeps_to_a_grammar_and_writes_a_half_typed_word_anew(
    real: OpenAIEndpoint,
) -> None:
    grammar = Grammar('root ::= "artist" | "album"\n', "", back=2)
    ask = replace(CONTINUE, prefix="SELECT name FROM al", grammar=grammar)
    chunks = [chunk.text async for chunk in real.attempt(ask, Wire.COMPLETIONS, "gbnf")]
    assert "".join(chunks) in ("artist", "album")


@pytest.mark.parametrize("held", [True, False], ids=["held", "free"])
@pytest.mark.parametrize(
    ("text", "typed"), [("SELECT name FROM ", ""), ("SELECT name FROM ar", "ar")]
)
async def test_an_answer_begins_with_what_is_written_anew(
    text: str, typed: str, held: bool, real: OpenAIEndpoint
) -> None:
    """Whether or not the endpoint is held to the grammar, so that features need not know."""
    schema = schemas.catalog("music")
    grammar = build.continuation(text, len(text), schema, dialects.get("postgres"), "")
    assert grammar
    assert grammar.back > 0
    ask = Ask(Task.CONTINUE, "", prefix=text, stop=(";", "\n"), most_tokens=12, grammar=grammar)
    way = "gbnf" if held else ""
    wrote = "".join([chunk.text async for chunk in real.attempt(ask, Wire.COMPLETIONS, way)])
    insert = answer.insert(wrote, grammar, typed, text)
    assert insert is not None, wrote
    if held:
        assert insert.split()[0].startswith(typed)
        assert any(insert.startswith(name) for name in schema.schemas["public"].relations), insert


async def test_a_grammar_that_it_cannot_read_is_left_out(real: OpenAIEndpoint) -> None:
    broken = replace(CONTINUE, grammar=Grammar("root ::= (", ""))
    chunks = [chunk.text async for chunk in real.attempt(broken, Wire.COMPLETIONS, "gbnf")]
    assert "".join(chunks)


async def test_a_stream_is_closed_at_once_and_the_server_is_free_again(
    real: OpenAIEndpoint,
) -> None:
    ask = Ask(Task.CONTINUE, "", prefix="1, 2, 3,", most_tokens=1900)
    taken = []
    for _ in range(5):
        async with aclosing(real.attempt(ask, Wire.COMPLETIONS)) as chunks:
            await anext(chunks)
            begun = time.monotonic()
        taken.append(1000 * (time.monotonic() - begun))
    assert min(taken) < 10, taken
    # All of the long answer would take far longer.
    async with asyncio.timeout(15):
        assert await text_of(real, replace(ask, most_tokens=4))


async def test_it_counts_tokens(real: OpenAIEndpoint) -> None:
    assert 1 < await real.count("SELECT name FROM artist") < 24


async def test_a_wrong_key(llama: Llama) -> None:
    provider = OpenAIEndpoint(Endpoint(llama.base_url, llama.model, key="wrong"), None)
    with pytest.raises(ModelRefused, match="does not accept the key"):
        await text_of(provider)
    with pytest.raises(ModelRefused, match="does not accept the key"):
        await provider.probe()
    await provider.close()


async def test_infill_says_that_the_model_cannot(real: OpenAIEndpoint) -> None:
    with pytest.raises(ModelError, match="cannot do this"):
        _ = [chunk async for chunk in real.attempt(CONTINUE, Wire.INFILL)]
