"""Answers of models that are kept."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from sureql.storage import answers
from sureql.storage.answers import KeptAnswers, open_answers


def test_answers_outlive_the_process(tmp_path: Path) -> None:
    one = open_answers(tmp_path)
    assert one.get("a") is None
    one.put("a", "b")
    one.put("a", "é")
    one.close()
    assert open_answers(tmp_path).get("a") == "é"


def test_those_used_last_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST", 10)
    now = [1_700_000_000.0]
    kept = KeptAnswers(tmp_path / "x", clock=lambda: now[0])
    for at in range(100):
        kept.put(str(at), "x")
        now[0] += 4000
        assert kept.get("0") == "x"
    left = [key for key in map(str, range(100)) if kept.get(key)]
    assert left[0] == "0"
    assert len(left) < 10 + 50 + 1


def test_old_and_long_ones_are_not_kept(tmp_path: Path) -> None:
    now = [1_700_000_000.0]
    kept = KeptAnswers(tmp_path / "x", clock=lambda: now[0])
    kept.put("old", "x")
    kept.put("long", "x" * (answers.LONGEST + 1))
    assert (kept.get("old"), kept.get("long")) == ("x", None)
    now[0] += answers.OLDEST
    assert kept.get("old") is None


def test_whatever_is_wrong_nothing_is_known(tmp_path: Path) -> None:
    (tmp_path / answers.FILE).write_bytes(b"torn" * 1000)
    kept = open_answers(tmp_path)
    kept.put("a", "b")
    assert kept.get("a") == "b"
    (tmp_path / "file").touch()
    nowhere = open_answers(tmp_path / "file")
    nowhere.put("a", "b")
    assert nowhere.get("a") is None
    other = sqlite3.connect(tmp_path / answers.FILE, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    kept.put("c", "d")
    other.execute("ROLLBACK")
    other.close()
    assert (kept.get("a"), kept.get("c")) == ("b", None)
