"""Connections: closed at once when nobody wants the answer, kept otherwise, and carrying nothing but
what the user's settings say."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from contextlib import aclosing
from pathlib import Path

import pytest

from providers.conftest import CONTINUE, KEY, Open, text_of
from support.certificate import certified
from support.fault_server import Answer, FaultServer
from support.waiting import eventually
from sureql.ports.errors import ModelRefused, ModelUnreachable
from sureql.ports.provider import Wire
from sureql.providers import address

HOSTILE = {
    "OPENAI_BASE_URL": "http://evil.invalid/v1",
    "OPENAI_API_KEY": "sk-of-the-environment",
    "OPENAI_ADMIN_KEY": "sk-admin-of-the-environment",
    "OPENAI_ORG_ID": "org-of-the-environment",
    "OPENAI_PROJECT_ID": "project-of-the-environment",
    "OPENAI_CUSTOM_HEADERS": "Authorization: Bearer stolen\nHost: evil.invalid\nX-Evil: 1",
    "OPENAI_LOG": "debug",
    "OPENAI_API_TYPE": "azure",
}


async def test_closing_a_stream_closes_its_connection_within_ten_milliseconds(
    server: FaultServer, opened: Open
) -> None:
    server.script(Answer(("a", "b", "c"), fault="stall"))
    provider = opened(wire=Wire.CHAT)
    taken = []
    for number in range(1, 12):
        async with aclosing(provider.stream(CONTINUE)) as chunks:
            await anext(chunks)
            begun = time.monotonic()
        request = await server.arrival(number)
        taken.append(1000 * (await server.hung_up(request) - begun))
    # The fastest of many show what it costs, whatever else the machine does.
    assert min(taken) < 10, taken
    await eventually(lambda: server.connections == 0)


@pytest.mark.parametrize("pieces", [("a", "b"), ()], ids=["in an answer", "before one"])
async def test_cancelling_closes_the_connection_within_ten_milliseconds(
    pieces: tuple[str, ...], server: FaultServer, opened: Open
) -> None:
    server.script(Answer(pieces, fault="stall", first=0 if pieces else 60))
    provider = opened(wire=Wire.CHAT)
    taken = []
    for number in range(1, 12):
        task = asyncio.create_task(text_of(provider))
        request = await server.arrival(number)
        await asyncio.sleep(0.01)
        begun = time.monotonic()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        taken.append(1000 * (await server.hung_up(request) - begun))
    assert min(taken) < 10, taken


async def test_a_secure_connection_is_closed_as_quickly(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with FaultServer(tls=certified(tmp_path)) as server:
        # Authorities of the environment hold for this machine too.
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
        server.script(Answer(("a", "b", "c"), fault="stall"))
        provider = opened(wire=Wire.CHAT, base_url=server.base_url)
        taken = []
        for number in range(1, 12):
            async with aclosing(provider.stream(CONTINUE)) as chunks:
                await anext(chunks)
                begun = time.monotonic()
            request = await server.arrival(number)
            taken.append(1000 * (await server.hung_up(request) - begun))
        assert min(taken) < 10, taken


async def test_a_connection_that_the_server_has_closed_meanwhile(
    server: FaultServer, opened: Open
) -> None:
    provider = opened(wire=Wire.CHAT)
    assert await text_of(provider) == "1"
    # It is closed without an answer, as if it had been idle for too long.
    server.script(Answer(fault="close"), Answer())
    assert await text_of(provider) == "1"
    assert [request.connection for request in server.asked] == [1, 1, 2]


async def test_a_new_connection_that_is_closed_is_not_tried_again(
    server: FaultServer, opened: Open
) -> None:
    server.script(Answer(fault="close"))
    with pytest.raises(ModelUnreachable):
        await text_of(opened(wire=Wire.CHAT))
    assert len(server.asked) == 1


async def test_the_environment_changes_nothing(
    server: FaultServer, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    for wire in (Wire.CHAT, Wire.RESPONSES, Wire.COMPLETIONS):
        await text_of(opened(wire=wire))
    for request in server.requests:
        assert set(request.headers) == {
            "host",
            "content-type",
            "content-length",
            "user-agent",
            "accept",
            "accept-encoding",
            "authorization",
        }
        assert request.headers["host"] == address.host(server.base_url)
        assert request.headers["authorization"] == f"Bearer {KEY}"
    await text_of(opened(wire=Wire.CHAT, key=""))
    assert "authorization" not in server.requests[-1].headers


async def test_headers_of_the_user(server: FaultServer, opened: Open) -> None:
    given = (("X-Team", "sql"), ("authorization", "Token t"), ("Host", "evil.invalid"))
    await text_of(opened(wire=Wire.CHAT, headers=given))
    sent = server.requests[-1].headers
    assert sent["x-team"] == "sql"
    assert sent["authorization"] == "Token t"
    assert sent["host"] == address.host(server.base_url)


async def test_an_address_with_a_password_and_a_query(server: FaultServer, opened: Open) -> None:
    base_url = f"http://ada:p%40ss@127.0.0.1:{server.port}/v1?api-version=2024-10-21"
    provider = opened(wire=Wire.CHAT, base_url=base_url, key="")
    await text_of(provider)
    assert server.requests[-1].path == "/v1/chat/completions?api-version=2024-10-21"
    assert server.requests[-1].headers["authorization"].startswith("Basic ")
    server.script(Answer(status=500))
    with pytest.raises(Exception, match="has a problem") as caught:
        await text_of(provider)
    assert "p%40ss" not in str(caught.value)


async def test_redirects_are_not_followed(server: FaultServer, opened: Open) -> None:
    async with FaultServer() as other:
        server.script(Answer(fault="redirect", location=f"{other.base_url}/chat/completions"))
        with pytest.raises(ModelRefused, match="sends elsewhere"):
            await text_of(opened(wire=Wire.CHAT))
        assert other.requests == []


async def test_this_machine_is_never_asked_through_a_proxy(
    server: FaultServer, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with FaultServer() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert await text_of(opened(wire=Wire.CHAT)) == "1"
        assert proxy.requests == []


async def test_others_are_asked_through_the_proxy(
    server: FaultServer, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.port}")
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert await text_of(opened(wire=Wire.CHAT, base_url="http://model.invalid/v1")) == "1"
    assert server.requests[-1].path == "http://model.invalid/v1/chat/completions"
    server.script(Answer(status=502))
    with pytest.raises(ModelUnreachable, match="proxy does not let requests through"):
        await text_of(opened(wire=Wire.CHAT, base_url="https://model.invalid/v1"))


AZURE = "http://me.openai.azure.com/openai"
OLD = f"{AZURE}/deployments/mine"


@pytest.mark.parametrize(
    ("base_url", "key", "sent"),
    [
        (f"{AZURE}/v1", "abc", {"api-key": "abc", "authorization": "Bearer abc"}),
        (f"{OLD}?api-version=2024-10-21", "abc", {"api-key": "abc"}),
        (
            f"{OLD}?api-version=2024-10-21",
            "eyJh.eyJp.sig",
            {"authorization": "Bearer eyJh.eyJp.sig"},
        ),
        (f"{AZURE}/v1", "eyJh.eyJp.sig", {"authorization": "Bearer eyJh.eyJp.sig"}),
    ],
)
async def test_azure_is_given_the_key_as_it_takes_it(
    server: FaultServer,
    opened: Open,
    monkeypatch: pytest.MonkeyPatch,
    base_url: str,
    key: str,
    sent: dict[str, str],
) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.port}")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert await text_of(opened(base_url=base_url, key=key)) == "1"
    headers = server.requests[-1].headers
    assert {name: headers[name] for name in ("api-key", "authorization") if name in headers} == sent
    query = "?api-version=2024-10-21" if "?" in base_url else ""
    assert server.requests[-1].path == f"{base_url.partition('?')[0]}/chat/completions{query}"


async def test_nothing_secret_is_logged(
    server: FaultServer, opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await text_of(opened(wire=Wire.CHAT))
    assert KEY not in caplog.text
    assert "SELECT name" not in caplog.text


async def test_vectors_and_counts(server: FaultServer, opened: Open) -> None:
    server.llama = True
    provider = opened()
    first, second = await provider.embed(["a", "b"])
    assert first != second
    assert await provider.embed([]) == []
    assert await provider.count("SELECT") == 6


async def test_closing_lets_go_of_all_connections(server: FaultServer, opened: Open) -> None:
    provider = opened(wire=Wire.CHAT)
    await text_of(provider)
    assert server.connections == 1
    await provider.close()
    await eventually(lambda: server.connections == 0)
    # It can be asked again.
    assert await text_of(provider) == "1"
