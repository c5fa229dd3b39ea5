"""`sureql doctor` about the completion model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run
from support.fault_server import Answer, FaultServer, Request, running
from sureql.providers import probing

KEY = "sk-planted-0123456789abcdef"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    with running() as started:
        monkeypatch.setenv("SUREQL_MODEL_NAME", "model")
        monkeypatch.setenv("SUREQL_MODEL_BASE_URL", started.base_url)
        monkeypatch.delenv("OPENAI_API_KEY", raising=False)
        yield started


def said(run: Run) -> dict[str, list[Any]]:
    """What was said, by topic."""
    found: dict[str, list[Any]] = {}
    for one in run("doctor", "--format", "json").json:
        found.setdefault(one["topic"], []).append(one)
    return found


def test_no_model_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    (found,) = said(run)["model"]
    assert found["state"] == "note"
    assert "none is named" in found["text"]
    assert "model.name in " in found["advice"]
    assert "none.toml" in found["advice"]  # The file to put it into.


def test_a_model_that_works(run: Run, server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)

    def answer(request: Request) -> Answer:
        return Answer((f" {probing.WORD}",) if "grammar" in request.body else (" 8",))

    server.script(answer)
    outcome = run("doctor")
    assert f"model at 127.0.0.1:{server.port}" in outcome.out
    assert "from OPENAI_API_KEY" in outcome.out
    assert "asked by Completions" in outcome.out
    assert "can be held to the schema" in outcome.out
    assert "first text after" in outcome.out
    assert KEY not in outcome.out + outcome.err
    assert "/v1" not in outcome.out
    assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"


def test_a_key_that_is_not_accepted(run: Run, server: FaultServer) -> None:
    server.script(Answer(status=401))
    outcome = run("doctor")
    assert outcome.code == 1
    assert "wants a key: put it into OPENAI_API_KEY or" in outcome.out
    assert "sureql model login" in outcome.out


def test_an_address_that_is_none(
    run: Run, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUREQL_MODEL_BASE_URL", "localhost:11434/v1")
    outcome = run("doctor")
    assert "begins with https:// or http://" in outcome.out
    assert "OPENAI_API_KEY" not in outcome.out


def test_a_server_that_does_not_run(
    run: Run, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUREQL_MODEL_BASE_URL", "http://127.0.0.1:9/v1")
    outcome = run("doctor")
    assert outcome.code == 1
    assert "Nothing answers at 127.0.0.1:9: is the server running?" in outcome.out


def test_a_distant_model_where_only_this_machine_is_allowed(
    run: Run, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUREQL_PRIVACY_LOCAL_ONLY", "true")
    monkeypatch.setenv("SUREQL_MODEL_BASE_URL", "https://model.invalid/v1")
    (found,) = said(run)["model"]
    assert found["state"] == "warning"
    assert "privacy.local_only" in found["text"]
    assert "endpoint" not in said(run)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("SUREQL_PRIVACY_OFFLINE", "true", "privacy.offline"),
        ("SUREQL_MODEL_ENABLED", "false", "switched off"),
    ],
)
def test_nothing_is_sent_where_nothing_may_be(
    variable: str,
    value: str,
    words: str,
    run: Run,
    server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(variable, value)
    assert words in said(run)["model"][0]["text"]
    assert server.requests == []


def test_a_form_that_does_not_work_there(
    run: Run, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUREQL_MODEL_API", "infill")
    texts = [one["text"] for one in said(run)["endpoint"]]
    assert any("model.api is infill, which does not work there" in text for text in texts)


def test_models_for_whole_statements_and_for_meanings(
    run: Run, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUREQL_MODEL_INTENT_NAME", "large")
    monkeypatch.setenv("SUREQL_MODEL_EMBEDDINGS", "vectors")
    outcome = run("doctor")
    assert "large, asked by Responses" in outcome.out
    assert "vectors, with 32 numbers each" in outcome.out
    assert {"large", "vectors"} <= {request.body["model"] for request in server.asked}


def test_a_workspace_that_nobody_trusts_cannot_have_its_endpoint_tried(
    run: Run, server: FaultServer, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SUREQL_MODEL_NAME")
    monkeypatch.delenv("SUREQL_MODEL_BASE_URL")
    (project / "sureql.toml").write_text(
        f'[model]\nname = "model"\nbase_url = "{server.base_url}"\n'
    )
    run("doctor")
    assert server.requests == []
