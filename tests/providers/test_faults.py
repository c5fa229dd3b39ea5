"""Whatever an endpoint does, there is a sentence that says what to do, and no second request."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from providers.conftest import CONTINUE, KEY, QUESTION, Open, text_of
from support.certificate import certified
from support.fault_server import Answer, FaultServer
from support.waiting import eventually
from sureql.ports.errors import (
    ModelBusy,
    ModelError,
    ModelGarbage,
    ModelRefused,
    ModelUnreachable,
)
from sureql.ports.provider import Endpoint, Wire
from sureql.providers.openai_endpoint import open_endpoint

STATUSES = {
    400: (ModelRefused, "refuses the request (400)"),
    401: (ModelRefused, "does not accept the key"),
    402: (ModelRefused, "is used up"),
    403: (ModelRefused, "is not allowed"),
    404: (ModelRefused, "does not know this address"),
    408: (ModelUnreachable, "did not answer in time"),
    413: (ModelRefused, "refuses the request (413)"),
    429: (ModelBusy, "wants fewer requests"),
    500: (ModelBusy, "has a problem (500)"),
    501: (ModelRefused, "cannot do this"),
    503: (ModelBusy, "has a problem (503)"),
    504: (ModelUnreachable, "did not answer in time"),
    529: (ModelBusy, "has a problem (529)"),
}
FAULTS = {
    "close": (ModelUnreachable, "broke off the connection"),
    "reset": (ModelUnreachable, "broke off the connection"),
    "cut": (ModelUnreachable, "broke off the connection"),
    "stall": (ModelUnreachable, "took longer than 0.3 seconds"),
    "garbage": (ModelGarbage, "is no JSON"),
    "error": (ModelBusy, "broke off the answer with an error"),
    "html": (ModelGarbage, "sends a page"),
    "redirect": (ModelRefused, "sends elsewhere"),
}


@pytest.mark.parametrize("status", STATUSES)
async def test_every_status(status: int, server: FaultServer, opened: Open) -> None:
    kind, words = STATUSES[status]
    server.script(Answer(status=status, error={"message": f"bad {KEY} https://u:p@host/x"}))
    provider = opened(wire=Wire.CHAT)
    problem = await fails(opened(wire=Wire.CHAT), kind)
    assert words in str(problem)
    assert len(server.asked) == 1
    _says_no_secret(problem, provider)


@pytest.mark.parametrize("wire", [Wire.CHAT, Wire.COMPLETIONS, Wire.RESPONSES])
@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault(fault: str, wire: Wire, server: FaultServer, opened: Open) -> None:
    kind, words = FAULTS[fault]
    server.script(Answer(("SEL", "ECT"), fault=fault))
    # The time is for connecting, too, and a busy machine may not have asked when it is over.
    for timeout in (0.3, 3.0, 30.0) if fault == "stall" else (30.0,):
        provider = opened(wire=wire, timeout=timeout)
        problem = await fails(provider, kind)
        assert words in str(problem)
        if server.asked:
            break
    assert len(server.asked) == 1
    _says_no_secret(problem, provider)


async def test_half_a_character_is_no_fault(server: FaultServer, opened: Open) -> None:
    server.script(Answer(("好", "的"), fault="split"), Answer(("好",), fault="unfinished"))
    provider = opened(wire=Wire.CHAT)
    assert await text_of(provider) == "好的"
    assert (await text_of(provider)).startswith("好\ufffd")


async def test_an_endless_answer_is_cut(server: FaultServer, opened: Open) -> None:
    server.script(Answer(("a" * 500,), fault="huge"))
    provider = opened(wire=Wire.CHAT)
    chunks = [chunk async for chunk in provider.stream(CONTINUE)]
    assert chunks[-1].finish == "length"
    assert sum(len(chunk.text) for chunk in chunks) == 4_000
    await server.hung_up(server.asked[0])


async def test_an_endless_line_is_cut(server: FaultServer, opened: Open) -> None:
    server.script(Answer(("a" * 9_000_000,)))
    assert "without end" in str(await fails(opened(wire=Wire.CHAT), ModelGarbage))


async def test_a_slow_first_byte(server: FaultServer, opened: Open) -> None:
    server.script(Answer(first=600))
    begun = time.monotonic()
    await fails(opened(wire=Wire.CHAT, timeout=0.2), ModelUnreachable)
    assert time.monotonic() - begun < 60


async def test_when_to_come_again(server: FaultServer, opened: Open) -> None:
    server.script(Answer(status=429, headers=(("Retry-After", "7"),)))
    problem = await fails(opened(wire=Wire.CHAT), ModelBusy)
    assert isinstance(problem, ModelBusy)
    assert problem.retry_after == 7
    server.script(Answer(status=503, headers=(("Retry-After", "soon"),)))
    problem = await fails(opened(wire=Wire.CHAT), ModelBusy)
    assert isinstance(problem, ModelBusy)
    assert problem.retry_after is None


async def test_a_used_up_quota_is_no_matter_of_waiting(server: FaultServer, opened: Open) -> None:
    said = {"message": "You exceeded your quota", "code": "insufficient_quota"}
    server.script(Answer(status=429, error=said))
    assert "is used up" in str(await fails(opened(wire=Wire.CHAT), ModelRefused))


async def test_a_model_that_is_not_there(server: FaultServer, opened: Open) -> None:
    server.models = ("small", "large")
    said = {"message": "The model `model` does not exist", "code": "model_not_found"}
    server.script(Answer(status=404, error=said))
    problem = await fails(opened(wire=Wire.CHAT), ModelRefused)
    assert "has no model 'model'; it has small, large" in str(problem)


async def test_a_prompt_that_is_too_long(server: FaultServer, opened: Open) -> None:
    said = {"message": "This model's maximum context length is 4096 tokens (max_tokens too)."}
    server.script(Answer(status=400, error=said))
    provider = opened(wire=Wire.CHAT)
    assert "lower model.tokens" in str(await fails(provider, ModelRefused))
    assert len(server.asked) == 1
    assert "max_tokens" in provider.exact(CONTINUE)


async def test_no_key_where_one_is_wanted(server: FaultServer, opened: Open) -> None:
    server.script(Answer(status=401))
    problem = await fails(opened(wire=Wire.CHAT, key=""), ModelRefused)
    assert "wants a key" in str(problem)
    assert "authorization" not in server.asked[0].headers


@pytest.mark.parametrize("key", ["käse", "two\nlines", "a\x00b"])
async def test_a_key_that_cannot_be_sent(key: str, server: FaultServer, opened: Open) -> None:
    problem = await fails(opened(wire=Wire.CHAT, key=key), ModelRefused)
    assert "cannot be sent" in str(problem)
    assert server.requests == []


@pytest.mark.parametrize("base_url", ["", "api.example/v1", "ftp://a/v1", "http://", "http://a:x/"])
async def test_an_address_that_is_none(base_url: str, opened: Open) -> None:
    assert "is no address" in str(await fails(opened(base_url=base_url), ModelRefused))


async def test_nobody_listens(opened: Open, unused: int) -> None:
    problem = await fails(opened(base_url=f"http://127.0.0.1:{unused}/v1"), ModelUnreachable)
    assert f"Nothing answers at 127.0.0.1:{unused}" in str(problem)


async def test_a_name_that_nobody_knows(opened: Open) -> None:
    problem = await fails(opened(base_url="http://nobody.invalid/v1"), ModelUnreachable)
    assert "nobody.invalid" in str(problem)


async def test_no_tls_at_the_other_end(server: FaultServer, opened: Open) -> None:
    base_url = server.base_url.replace("http:", "https:")
    problem = await fails(opened(base_url=base_url), ModelUnreachable)
    assert "does not speak TLS" in str(problem)


async def test_a_certificate_that_nobody_vouches_for(opened: Open, tmp_path: Path) -> None:
    async with FaultServer(tls=certified(tmp_path)) as server:
        problem = await fails(opened(base_url=server.base_url), ModelUnreachable)
        assert "is not trusted" in str(problem)
        assert server.requests == []


async def test_an_error_in_the_middle_of_an_answer(server: FaultServer, opened: Open) -> None:
    provider = opened(wire=Wire.CHAT)
    with pytest.raises(ModelBusy, match="broke off the answer"):
        provider._check({"error": {"message": "overloaded"}})
    with pytest.raises(ModelBusy, match="broke off the answer"):
        provider._check({"type": "response.failed", "response": {"status": "failed"}})


async def test_a_fault_leaves_nothing_behind(server: FaultServer, opened: Open) -> None:
    provider = opened(wire=Wire.CHAT)
    for fault in ("close", "reset", "cut", "garbage", "html"):
        server.script(Answer(("1",), fault=fault))
        await fails(provider, ModelError)
    server.script(Answer(("1",)))
    assert await text_of(provider, QUESTION) == "1"
    await eventually(lambda: server.connections == 1)


async def fails(provider: Any, kind: type[ModelError]) -> ModelError:
    """The error that an answer ends with, which has to be of a kind."""
    with pytest.raises(kind) as caught:
        await text_of(provider)
    return caught.value


def _says_no_secret(problem: ModelError, provider: Any) -> None:
    shown = f"{problem} {problem!r} {provider.endpoint!r}"
    assert KEY not in shown
    assert "u:p" not in shown
    assert len(str(problem)) < 300
    assert str(problem)[-1] in ".?…x"


async def test_openai_is_told_nothing_without_a_key() -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a client was made")

    provider = open_endpoint(Endpoint("https://api.openai.com/v1", "gpt-4o"), None)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sureql.providers.connection.connect", refuse)
        with pytest.raises(ModelRefused, match="OPENAI_API_KEY"):
            await provider.probe()
