"""Finding out what an endpoint can do, on the user's terms."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.fault_server import Answer, FaultServer
from sureql.assistant.exchange import Exchange
from sureql.assistant.terms import Terms
from sureql.ports.errors import ModelRefused, ModelWithheld
from sureql.ports.provider import Endpoint
from sureql.providers.openai_endpoint import open_endpoint
from sureql.storage.answers import open_answers
from sureql.storage.ledger import open_ledger


def exchange(base_url: str, folder: Path, terms: Terms) -> Exchange:
    provider = open_endpoint(Endpoint(base_url, "model"), None)
    return Exchange(provider, terms, open_ledger(folder), open_answers(folder))


async def test_what_it_cost_is_in_the_log(tmp_path: Path) -> None:
    async with FaultServer() as server:
        server.script(Answer((" 8",), usage=(10, 1)))
        asked = exchange(server.base_url, tmp_path, Terms(prices=(1.0, 1.0, 1.0)))
        found = await asked.examine()
        await asked.close()
        (entry,) = open_ledger(tmp_path).entries()
    assert found.wires
    assert (entry.task, entry.outcome) == ("probe", "answered")
    assert entry.usage == found.spent
    assert entry.usage.completion >= 4
    assert entry.cost
    assert asked.meter.tokens == found.spent.prompt + found.spent.completion


async def test_a_failure_is_in_the_log_too(tmp_path: Path) -> None:
    async with FaultServer() as server:
        server.script(Answer(status=401))
        asked = exchange(server.base_url, tmp_path, Terms())
        with pytest.raises(ModelRefused):
            await asked.examine()
        await asked.close()
    assert [one.outcome for one in open_ledger(tmp_path).entries()] == ["ModelRefused"]
    assert asked.health.kind == "error"
    assert "wants a key" in asked.health.message


@pytest.mark.parametrize(
    ("base_url", "terms"),
    [
        ("", Terms(offline=True)),
        ("", Terms(session_tokens=10)),
        ("https://model.invalid/v1", Terms(local_only=True)),
    ],
)
async def test_nothing_is_sent_where_nothing_may_be(
    base_url: str, terms: Terms, tmp_path: Path
) -> None:
    async with FaultServer() as server:
        asked = exchange(base_url or server.base_url, tmp_path, terms)
        with pytest.raises(ModelWithheld):
            await asked.examine()
        await asked.close()
        assert server.requests == []
