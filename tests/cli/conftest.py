"""A small project to run commands on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sureql import cli

SCHEMA = """\
CREATE TABLE artist (artist_id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL);
CREATE TABLE album (
    album_id  INTEGER PRIMARY KEY AUTOINCREMENT,
    title     TEXT NOT NULL,
    artist_id INTEGER NOT NULL REFERENCES artist (artist_id)
);
"""


@dataclass(frozen=True)
class Outcome:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Outcome]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a schema; it is the current one, and nothing of the user's own is read."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "schema.sql").write_text(SCHEMA)
    monkeypatch.chdir(root)
    monkeypatch.setenv("SUREQL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SUREQL_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("COLUMNS", "200")
    return root


@pytest.fixture
def run(project: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("check", "a.sql")` in the project."""

    def call(*arguments: str) -> Outcome:
        try:
            code = cli.main(arguments)
        except SystemExit as ended:
            code = int(ended.code or 0)
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    return call
