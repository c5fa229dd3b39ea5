"""`sureql check`: findings, JSON, exit codes, fixes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run
from sureql.catalog.model import Catalog
from sureql.sources.dbt import load as dbt_load

WRONG = "SELECT name FROM artist;\n\nSELECT titel\nFROM album;\n"


def test_silent_about_what_is_right(project: Path, run: Run) -> None:
    (project / "good.sql").write_text("SELECT name FROM artist;\n")
    outcome = run("check", "good.sql")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == "No problems in 1 file.\n"
    assert run("check", "good.sql", "--format", "json").json == []


def test_json_has_the_documented_shape(project: Path, run: Run) -> None:
    (project / "wrong.sql").write_text(WRONG)
    outcome = run("check", "wrong.sql", "--format", "json")
    assert outcome.code == 1
    (found,) = outcome.json
    assert found["path"] == "wrong.sql"
    place = (found["line"], found["column"], found["endLine"], found["endColumn"])
    assert place == (3, 8, 3, 13)
    assert (found["severity"], found["code"], found["source"]) == (
        "error",
        "unknown-column",
        "sureql",
    )
    (fix,) = found["fixes"]
    assert fix["applicability"] == "safe"
    assert fix["edits"] == [
        {"line": 3, "column": 8, "endLine": 3, "endColumn": 13, "newText": "title"}
    ]


def test_columns_count_characters(project: Path, run: Run) -> None:
    (project / "wrong.sql").write_text("SELECT '😀 é', titel FROM album", encoding="utf-8")
    (found,) = run("check", "wrong.sql", "--format", "json").json
    assert (found["column"], found["endColumn"]) == (15, 20)


def test_text_shows_the_line_and_the_fix(project: Path, run: Run) -> None:
    (project / "wrong.sql").write_text(WRONG)
    outcome = run("check", "wrong.sql")
    assert outcome.code == 1
    lines = outcome.out.splitlines()
    assert lines == [
        "error[unknown-column]: `album` has no column `titel`.",
        " --> wrong.sql:3:8",
        "  |",
        "3 | SELECT titel",
        "  |        ^^^^^",
        "  = help: change to `title`",
        "",
        "1 error in 1 file. 1 can be fixed with --fix.",
    ]


def test_diff_shows_and_fix_writes(project: Path, run: Run) -> None:
    file = project / "wrong.sql"
    file.write_bytes(WRONG.replace("\n", "\r\n").encode())
    outcome = run("check", "wrong.sql", "--diff")
    assert outcome.code == 1
    assert "-SELECT titel" in outcome.out
    assert "+SELECT title" in outcome.out
    assert b"titel" in file.read_bytes()
    outcome = run("check", "wrong.sql", "--fix")
    assert (outcome.code, outcome.out) == (0, "1 fixed. No problems in 1 file.\n")
    assert file.read_bytes() == WRONG.replace("titel", "title").replace("\n", "\r\n").encode()
    assert run("check", "wrong.sql", "--diff").code == 0


def test_folders_are_searched(project: Path, run: Run) -> None:
    for name in ("queries/a.sql", "queries/deep/b.sql", "node_modules/c.sql", ".hidden/d.sql"):
        file = project / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("SELECT titel FROM album")
    (project / "queries" / "binary.sql").write_bytes(b"SELECT \0\1\2")
    outcome = run("check", ".", "--format", "json", "--select", "unknown-column")
    assert [found["path"] for found in outcome.json] == ["queries/a.sql", "queries/deep/b.sql"]
    assert "binary.sql is not a text file" in outcome.err


def test_schema_and_dialect_from_the_command_line(project: Path, run: Run) -> None:
    (project / "other.sql").write_text("CREATE TABLE book (isbn TEXT);")
    (project / "q.sql").write_text("SELECT isbn FROM book; SELECT 1 FROM artist;")
    outcome = run("check", "q.sql", "--schema", "other.sql", "--format", "json")
    assert [found["code"] for found in outcome.json] == ["unknown-table"]
    outcome = run("check", "q.sql", "--dialect", "klingon")
    assert outcome.code == 2
    assert "There is no dialect `klingon`" in outcome.err
    outcome = run("check", "q.sql", "--schema", "nowhere.sql")
    assert (outcome.code, outcome.err) == (
        2,
        "sureql: The schema file nowhere.sql does not exist.\n",
    )


def test_a_file_for_another_engine_is_checked_alone(project: Path, run: Run) -> None:
    (project / "legacy.sql").write_text(
        "CREATE TABLE `hits` (`id` INT AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB;\n"
        "INSERT IGNORE INTO `hits` VALUES (1);\nSELECT `id` FROM `elsewhere`;\n"
        "SELECT `nope` FROM `hits`;\n"
    )
    outcome = run("check", "legacy.sql", "--format", "json", "--select", "errors")
    assert [(one["code"], one["line"]) for one in outcome.json] == [("unknown-column", 4)]


def test_a_schema_that_any_engine_takes_is_there_for_a_file_of_each(
    tmp_path: Path, run: Run
) -> None:
    alone = tmp_path / "elsewhere"
    alone.mkdir()
    (alone / "schema.sql").write_text("CREATE TABLE hits (id integer PRIMARY KEY, url text);\n")
    (alone / "said.sql").write_text("-- dialect: sqlite\nSELECT nope FROM hits;\n")
    (alone / "seen.sql").write_text(
        "INSERT OR IGNORE INTO hits (id) VALUES (1);\nSELECT sql FROM sqlite_master;\n"
        "SELECT nope FROM hits;\n"
    )
    outcome = run("check", str(alone), "--format", "json", "--select", "errors")
    told = [(Path(one["path"]).name, one["code"], one["line"]) for one in outcome.json]
    assert told == [("said.sql", "unknown-column", 2), ("seen.sql", "unknown-column", 3)]


def test_a_lone_file_without_schema_has_no_wrong_names(tmp_path: Path, run: Run) -> None:
    alone = tmp_path / "elsewhere" / "lone.sql"
    alone.parent.mkdir()
    alone.write_text("SELECT anything FROM anywhere;")
    assert run("check", str(alone)).code == 0


def test_mistakes_in_the_configuration_are_named(project: Path, run: Run) -> None:
    (project / "sureql.toml").write_text("dialekt = 'sqlite'\n")
    (project / "good.sql").write_text("SELECT name FROM artist")
    outcome = run("check", "good.sql")
    assert outcome.code == 0
    assert "sureql.toml" in outcome.err
    assert "did you mean `dialect`?" in outcome.err


def test_diagnostics_can_be_switched_off(project: Path, run: Run) -> None:
    (project / "sureql.toml").write_text("[diagnostics]\noff = ['unknown-column']\n")
    (project / "wrong.sql").write_text(WRONG)
    assert run("check", "wrong.sql").code == 0


def test_a_dbt_project_is_read_once_for_all_its_folders(
    project: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in {
        "dbt_project.yml": "name: outer",
        "models/a/one.sql": "select 1 as x",
        "models/b/two.sql": "select y from {{ ref('one') }}",
        "models/c/three.sql": "select z from {{ ref('one') }}",
        "tests/inner/dbt_project.yml": "name: inner",
        "tests/inner/models/four.sql": "select 1 as x",
    }.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    loads: list[Path] = []

    def counted(root: Path, *rest: Any) -> Catalog:
        loads.append(root)
        return load(root, *rest)

    load = dbt_load.load
    monkeypatch.setattr(dbt_load, "load", counted)
    done = run("check", "models", "tests", "--no-judge", "-j", "1")
    assert "`y`" in done.out
    assert "`z`" in done.out
    assert sorted(loads) == [project, project / "tests" / "inner"]


def test_a_page_of_a_dbt_project_may_show_models_that_are_not_there(
    project: Path, run: Run
) -> None:
    (project / "dbt_project.yml").write_text("name: shop")
    (project / "models").mkdir()
    query = "select x from {{ ref('elsewhere') }}\n"
    (project / "models" / "a.sql").write_text(query)
    (project / "README.md").write_text(f"```sql\n{query}```\n")
    done = run("check", "models/a.sql", "README.md", "--format", "json")
    assert [(one["path"], one["code"]) for one in done.json] == [("models/a.sql", "unknown-ref")]
