"""`sureql demo` shows what it promises, in time."""

from __future__ import annotations

import asyncio
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest
from rich.console import Console

from support.fault_server import FaultServer, Request, running
from support.spoken import Answer
from sureql.demo import with_model
from sureql.demo.screen import Screen

Scene = Callable[[], str]


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """What the scene with a model draws; the user's settings are empty."""
    with resources.as_file(resources.files("sureql.demo") / "project") as project:
        shutil.copytree(project, tmp_path / "music-store")
    monkeypatch.setenv("SUREQL_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("SUREQL_CACHE", str(tmp_path / "cache"))

    def drawn() -> str:
        told = io.StringIO()
        screen = Screen(Console(file=told, width=100))
        asyncio.run(with_model.scene(tmp_path / "music-store", screen, 0))
        return told.getvalue()

    return drawn


def named(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUREQL_MODEL_NAME", "some-model")
    monkeypatch.setenv("SUREQL_MODEL_API", "chat")
    monkeypatch.setenv("SUREQL_MODEL_BASE_URL", server.base_url)


def test_without_a_model_says_how_to_name_one(scene: Scene, tmp_path: Path) -> None:
    told = scene()
    assert "No model is named" in told
    assert str(tmp_path / "config.toml") in told.replace("\n", "")
    assert 'name = "' in told


def test_with_a_model_shows_its_ghost_text(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(request: Request) -> Answer:
        asked = json.dumps(request.body)
        return Answer(("t.milliseconds ", "> 300000") if "five minutes" in asked else ("1",))

    with running() as server:
        named(server, monkeypatch)
        server.script(answer)
        told = scene()
    assert f"some-model at 127.0.0.1:{server.port}" in told
    assert "WHERE ‹t.milliseconds > 300000›" in told
    assert re.search(r"✓ judged: .* \(model, \d+ ms\)", told)
    assert "sureql log" in told


def test_a_model_that_does_not_answer_is_told(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running() as server:
        named(server, monkeypatch)
        server.script(Answer(status=401))
        told = scene()
    assert "wants a key" in told
    assert "sureql doctor" in told
    assert "‹" not in told


def test_shows_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUREQL_CONFIG", str(tmp_path / "config.toml"))
    done = subprocess.run(
        [sys.executable, "-m", "sureql", "demo"],
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall(r"✓ (?:judged|resolved|known|prefix)", done.stdout)) >= 3
    assert "i.customer_id = c.customer_id" in done.stdout
    assert "track t ON t.album_id = a.album_id" in done.stdout
    assert "unknown-column" in done.stdout
    assert "SELECT a.title FROM album a;" in done.stdout
    assert "GROUP BY a.title HAVING count(*) > 1;" in done.stdout
    assert "SQLite judges" in done.stdout
    saved = done.stdout.split("saved:")[1]
    assert re.match(r"\s+SELECT a\.title, ar\.name\s+FROM album a\s", saved)
    optimised = done.stdout.split("Optimise  ")[1]
    assert re.search(r"^ *\+JOIN \(SELECT p\.customer_id, avg", optimised, re.MULTILINE)
    assert re.search(r"Proved: |No difference found in [\d,]+ generated databases", optimised)
    assert "customer" in done.stdout.split("Explain  ")[1].split("LIMIT 10;")[1]
    assert "No model is named" in done.stdout
    assert "What next" in done.stdout
    assert "Not shown" not in done.stdout
    assert done.stderr == ""
