"""`sureql log`."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from sureql import cli
from sureql.ports.ledger import Entry
from sureql.ports.provider import Usage
from sureql.storage.ledger import open_ledger


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SUREQL_CACHE", str(tmp_path))
    return tmp_path


@pytest.fixture
def full(folder: Path) -> Path:
    book = open_ledger(folder)
    # Within one minute of a day, whatever the time is now.
    now = time.time()
    for at, outcome in enumerate(("answered", "cached", "ModelBusy", "cancelled")):
        usage = Usage(1000, 20, 500) if outcome != "cached" else Usage(0, 0)
        sent = f"SELECT [bold]{at}"
        cost = 0.25 if outcome != "cached" else 0.0
        book.record(Entry(now, "h:1", "m", "continue", usage, cost, 5, 80, outcome, "", sent, at))
    book.close()
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert cli.main(["log", *arguments]) == 0
    return capsys.readouterr().out


def test_nothing_asked_yet(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys) == "No model has been asked.\n"
    assert json.loads(run(capsys, "--format", "json"))["requests"] == []


def test_a_line_per_request_and_totals(full: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "-n", "3")
    lines = [line.split() for line in out.splitlines()]
    assert lines[0] == "time model where task outcome in out cost ms hidden".split()  # noqa: SIM905
    assert [line[5] for line in lines[1:4]] == ["cancelled", "ModelBusy", "cached"]
    assert lines[1][6:] == ["1,000", "20", "0.2500", "80", "3"]
    assert "Today: 3 requests, 3,060 tokens, 0.7500 in money." in out
    # One of three answers; what failed is no answer.
    assert "Answers that were known already: 33%." in out
    assert "[bold]" not in out


def test_the_text_is_shown_as_it_was_sent(full: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "SELECT [bold]3" in run(capsys, "--full")


def test_json(full: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(run(capsys, "--format", "json", "-n", "1"))
    assert found["today"] == {"tokens": 3060, "cost": 0.75, "requests": 3}
    assert found["cacheHitRate"] == pytest.approx(1 / 3)
    (one,) = found["requests"]
    assert (one["outcome"], one["tokensIn"], one["tokensInCached"]) == ("cancelled", 1000, 500)
    assert "sent" not in one
    found = json.loads(run(capsys, "--format", "json", "--full"))
    assert found["requests"][0]["sent"] == "SELECT [bold]3"


def test_clearing(full: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--clear").startswith("The log is empty.")
    assert run(capsys) == "No model has been asked.\n"
    found = json.loads(run(capsys, "--format", "json"))
    assert found["today"]["requests"] == 3


def test_nothing_of_what_was_sent_steers_the_terminal(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = open_ledger(folder)
    evil = "\x1b]52;c;ZXZpbA==\x07\x9b31m\u202e"
    entry = Entry(
        time.time(), evil, evil, "continue", Usage(1, 1), 0.0, 5, 80, "answered", evil, evil
    )
    book.record(entry)
    book.close()
    for shown in (run(capsys), run(capsys, "--full")):
        assert not set(shown) & set("\x1b\x07\x9b\u202e")
    assert "\\x1b]52" in shown
