"""Meanings kept on disk, and their order blended with that of words."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from sureql.ports.recall import Snippet
from sureql.storage import blending, vectors


def test_vectors_are_kept_by_model_and_text_at_length_one(tmp_path: Path) -> None:
    vectors.put(tmp_path, "m", [("a", [3.0, 4.0]), ("not told", [])])
    found = vectors.get(tmp_path, "m", ["a", "b", "not told"])
    assert list(found["a"]) == pytest.approx([0.6, 0.8])
    assert list(found["not told"]) == []
    assert "b" not in found
    assert vectors.get(tmp_path, "other", ["a"]) == {}
    (file,) = (tmp_path / "statements").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_oldest_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "MOST", 3)
    vectors.put(tmp_path, "m", [(str(number), [1.0]) for number in range(8)])
    assert sorted(vectors.get(tmp_path, "m", map(str, range(8)))) == ["5", "6", "7"]


def test_many_texts_are_asked_for_at_once(tmp_path: Path) -> None:
    texts = [f"text {number}" for number in range(1_200)]
    vectors.put(tmp_path, "m", [(text, [1.0, 0.0]) for text in texts])
    assert len(vectors.get(tmp_path, "m", texts)) == 1_200


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    vectors.put(tmp_path, "m", [("a", [1.0])])
    (tmp_path / "statements" / "vectors.db").write_bytes(b"no database" * 500)
    assert vectors.get(tmp_path, "m", ["a"]) == {}
    vectors.put(tmp_path, "m", [("a", [1.0])])
    assert list(vectors.get(tmp_path, "m", ["a"])["a"]) == [1.0]


def test_what_means_alike_comes_first_and_other_models_vectors_count_for_nothing() -> None:
    known = [Snippet(name, "x.sql", 0.0) for name in ("far", "near", "odd", "unknown")]
    meanings = {
        "far": vectors.unit([0.1, 1.0]),
        "near": vectors.unit([1.0, 0.1]),
        "odd": vectors.unit([1.0, 0.0, 0.0]),
    }
    found = blending.by_meaning([2.0, 0.0], known, meanings)
    assert [one.text for one in found] == ["near", "far"]
    assert 0.9 < found[0].score <= 1.0


def test_what_both_find_comes_before_what_one_finds() -> None:
    def ranked(*names: str) -> list[Snippet]:
        return [Snippet(name, "", 0.5) for name in names]

    blended = blending.blended(ranked("w1", "both", "w3"), ranked("m1", "m2", "both"), 4)
    assert blended[0].text == "both"
    assert {one.text for one in blended[1:3]} == {"w1", "m1"}
    assert [one.text for one in blending.blended(ranked("a", "b"), [], 5)] == ["a", "b"]
