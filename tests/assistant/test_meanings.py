"""An embeddings model is asked on the user's terms: what leaves, what it costs, when it is not asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.fault_server import FaultServer
from sureql.assistant.budget import Meter
from sureql.assistant.meanings import Meanings
from sureql.assistant.terms import Terms
from sureql.ports.errors import ModelError, ModelWithheld
from sureql.ports.provider import Endpoint
from sureql.providers.openai_endpoint import open_endpoint
from sureql.storage.ledger import RequestLedger, open_ledger

SECRET = "tr0ub4dor-and-three"


def made(tmp_path: Path, url: str, meter: Meter | None = None, **terms: Any) -> Meanings:
    provider = open_endpoint(Endpoint(url, "embedder", "key"), None)
    return Meanings(provider, Terms(**terms), ledger(tmp_path), meter or Meter())


def ledger(tmp_path: Path) -> RequestLedger:
    return open_ledger(tmp_path)


async def test_each_text_gets_its_vector_and_the_log_says_what_was_sent(tmp_path: Path) -> None:
    async with FaultServer() as server:
        meter = Meter()
        meanings = made(tmp_path, server.base_url, meter)
        one, two = await meanings.of(["SELECT 1 FROM a", "SELECT 2 FROM b"])
        assert (await meanings.of(["SELECT 2 FROM b"]))[0] == two != one
        await meanings.close()
        sent = [request.body["input"] for request in server.asked]
    assert sent == [["SELECT 1 FROM a", "SELECT 2 FROM b"], ["SELECT 2 FROM b"]]
    newest = ledger(tmp_path).entries()[0]
    assert (newest.task, newest.model, newest.outcome) == ("embed", "embedder", "answered")
    assert newest.sent == "SELECT 2 FROM b"
    assert meter.tokens > 0


async def test_secrets_and_hidden_tables_stay_here(tmp_path: Path) -> None:
    async with FaultServer() as server:
        meanings = made(tmp_path, server.base_url, ignore_tables=("salary",))
        found = await meanings.of(
            [
                f"SELECT dblink('postgresql://ada:{SECRET}@db.example/shop', 'x')",
                "SELECT amount FROM salary",
                "x" * 1_990 + f" postgresql://ada:{SECRET}@db.example/shop",
            ]
        )
        only_hidden = await meanings.of(["SELECT amount FROM salary"])
        await meanings.close()
        received = b"".join(request.raw for request in server.asked)
        assert len(server.asked) == 1
    assert [bool(vector) for vector in found] == [True, False, True]
    assert only_hidden == [[]]
    assert SECRET.encode() not in received
    assert b"salary" not in received
    assert ledger(tmp_path).entries()[0].redacted == 2


@pytest.mark.parametrize(
    ("terms", "url", "says"),
    [
        ({"local_only": True}, "http://models.example/v1", "local_only"),
        ({"offline": True}, None, "offline"),
        ({"session_tokens": 1}, None, "session_tokens"),
        ({"session_cost": 0.0001, "prices": (1e6, 0.0, 0.0)}, None, "session_cost"),
    ],
)
async def test_what_is_forbidden_is_not_sent(
    tmp_path: Path, terms: dict[str, Any], url: str | None, says: str
) -> None:
    async with FaultServer() as server:
        meanings = made(tmp_path, url or server.base_url, **terms)
        with pytest.raises(ModelWithheld, match=says):
            await meanings.of(["SELECT country, sum(total) FROM orders"])
        await meanings.close()
        assert server.requests == []


async def test_an_endpoint_that_has_failed_is_left_in_peace(tmp_path: Path) -> None:
    async with FaultServer() as server:
        url = server.base_url
    meanings = made(tmp_path, url)
    with pytest.raises(ModelError) as first:
        await meanings.of(["SELECT 1"])
    assert not isinstance(first.value, ModelWithheld)
    with pytest.raises(ModelWithheld, match="peace"):
        await meanings.of(["SELECT 1"])
    await meanings.close()
    assert len(ledger(tmp_path).entries()) == 1
