"""`sureql schema` and `sureql doctor`: what was found."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Run


def test_show(project: Path, run: Run) -> None:
    outcome = run("schema", "show")
    assert (outcome.code, outcome.err) == (0, "")
    assert "table album" in outcome.out
    assert "foreign key (artist_id) -> artist (artist_id)" in outcome.out


def test_show_as_json(project: Path, run: Run) -> None:
    found = run("schema", "--format", "json").json
    assert found["dialect"] == "sqlite"
    album = next(one for one in found["relations"] if one["name"] == "album")
    assert [column["name"] for column in album["columns"]] == ["album_id", "title", "artist_id"]
    assert album["primaryKey"] == ["album_id"]
    assert album["foreignKeys"][0]["table"] == "artist"


def test_indexes_that_repeat_others_are_shown(project: Path, run: Run) -> None:
    assert "CREATE INDEX album_artist_id_idx ON album (artist_id);" in run("schema").out
    with (project / "schema.sql").open("a") as file:
        file.write(
            "CREATE INDEX one ON album (artist_id);\nCREATE INDEX two ON album (artist_id, title);"
        )
    assert run("schema").out.endswith("DROP INDEX one;\n")
    (found,) = run("schema", "--format", "json").json["indexes"]
    assert (found["kind"], found["table"], found["sql"]) == ("prefix", "album", "DROP INDEX one;")


def test_refresh_sees_a_change(project: Path, run: Run) -> None:
    run("schema", "show")
    with (project / "schema.sql").open("a") as file:
        file.write("CREATE TABLE genre (name TEXT);\n")
    assert run("schema", "refresh").out.startswith("Read 3 tables and views")
    assert "table genre" in run("schema").out
    (project / "schema.sql").write_text("CREATE TABLE genre (name TEXT);\n")
    assert run("schema", "refresh").out.startswith("Read 1 table or view from")


def test_no_schema_is_said(tmp_path: Path, run: Run) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    outcome = run("schema", "--at", str(empty))
    assert (outcome.code, outcome.out) == (0, "")
    assert "no schema was found" in outcome.err


def test_doctor_says_what_was_detected(project: Path, run: Run) -> None:
    outcome = run("doctor", "--format", "json")
    topics = {finding["topic"]: finding for finding in outcome.json}
    assert topics["workspace"]["text"] == str(project)
    assert topics["dialect"]["text"] == "sqlite (detected)"
    assert "2 tables and views" in topics["schema"]["text"]
    assert topics["judge"]["state"] == "ok"
    text = run("doctor")
    assert "sqlite (detected)" in text.out


def test_doctor_says_what_to_do(
    project: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "schema.sql").unlink()
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SUREQL_CACHE", str(tmp_path / "file" / "cache"))
    outcome = run("doctor", "--format", "json")
    assert outcome.code == 1
    advice = {finding["topic"]: finding["advice"] for finding in outcome.json}
    assert "DDL or migrations" in advice["schema"]
    assert "PATH" in advice["PATH"]
    assert "SUREQL_CACHE" in advice["cache"]
