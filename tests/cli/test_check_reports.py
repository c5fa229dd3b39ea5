"""The forms in which findings are printed, and which findings and files are taken."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from cli.conftest import Run

WRONG = "SELECT '日本', titel\nFROM album WHERE title LIKE '%x';\n"


@pytest.fixture
def wrong(project: Path) -> Path:
    file = project / "a query.sql"
    file.write_text(WRONG, encoding="utf-8")
    return file


def test_carets_stand_under_wide_characters(wrong: Path, run: Run) -> None:
    lines = run("check", str(wrong.name), "--select", "unknown-column").out.splitlines()
    assert lines[3:5] == ["1 | SELECT '日本', titel", "  |                ^^^^^"]


def test_what_would_steer_the_terminal_does_not_reach_it(project: Path, run: Run) -> None:
    (project / "q.sql").write_text("SELECT\ttitel, '\x1b[2J' FROM album")
    out = run("check", "q.sql").out
    assert "\x1b" not in out
    assert "SELECT titel" in out


def test_sarif(wrong: Path, run: Run) -> None:
    outcome = run("check", wrong.name, "--format", "sarif")
    assert outcome.code == 1
    document = outcome.json
    assert document["version"] == "2.1.0"
    (one,) = document["runs"]
    assert one["columnKind"] == "unicodeCodePoints"
    rules = [rule["id"] for rule in one["tool"]["driver"]["rules"]]
    assert rules == ["leading-wildcard", "unknown-column"]
    assert all("help" in rule for rule in one["tool"]["driver"]["rules"])
    error, hint = one["results"]
    assert (error["ruleId"], error["ruleIndex"], error["level"]) == ("unknown-column", 1, "error")
    assert hint["level"] == "note"
    place = error["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "a%20query.sql", "uriBaseId": "ROOT"}
    assert place["region"] == {"startLine": 1, "startColumn": 14, "endLine": 1, "endColumn": 19}
    (change,) = error["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"] == {"text": "title"}


def test_github(wrong: Path, run: Run) -> None:
    lines = run("check", wrong.name, "--format", "github").out.splitlines()
    assert lines[0] == (
        "::error file=a query.sql,line=1,endLine=1,col=14,endColumn=19,"
        "title=sureql (unknown-column)::`album` has no column `titel`."
    )
    assert lines[1].startswith("::notice file=a query.sql,line=2,")
    assert "%" not in lines[0]


def test_github_escapes_what_would_end_the_command(project: Path, run: Run) -> None:
    (project / "100%,x.sql").write_text("SELECT titel FROM album")
    (line,) = run("check", "100%,x.sql", "--format", "github").out.splitlines()
    assert line.startswith("::error file=100%25%2Cx.sql,line=1")


def test_codes_and_categories_are_selected_and_ignored(wrong: Path, run: Run) -> None:
    def codes(*more: str) -> list[str]:
        return [one["code"] for one in run("check", wrong.name, "--format", "json", *more).json]

    assert codes() == ["unknown-column", "leading-wildcard"]
    assert codes("--select", "performance") == ["leading-wildcard"]
    assert codes("--select", "errors") == ["unknown-column"]
    assert codes("--select", "performance,unknown-column") == ["unknown-column", "leading-wildcard"]
    assert codes("--ignore", "leading-wildcard") == ["unknown-column"]
    assert codes("--select", "errors", "--ignore", "unknown-column") == []
    outcome = run("check", wrong.name, "--select", "unknown-colum")
    assert outcome.code == 2
    assert "Did you mean `unknown-column`?" in outcome.err


def test_advice_does_not_fail_the_run(project: Path, run: Run) -> None:
    (project / "q.sql").write_text("SELECT name FROM artist WHERE name LIKE '%x'")
    outcome = run("check", "q.sql")
    assert outcome.code == 0
    assert "hint[leading-wildcard]" in outcome.out


def test_standard_input(project: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def given(text: str) -> None:
        stream = SimpleNamespace(buffer=io.BytesIO(text.encode()))
        monkeypatch.setattr(sys, "stdin", stream)

    given("SELECT titel FROM album;\n")
    (found,) = run("check", "-", "--format", "json", "--stdin-filename", "queries/x.sql").json
    assert (found["path"], found["line"], found["column"]) == ("queries/x.sql", 1, 8)
    given("SELECT titel FROM album;\n")
    assert run("check", "-", "--fix").out == "SELECT title FROM album;\n"
    assert run("check", "-", "a.sql").code == 2


def test_ignored_files_are_left_out_unless_they_are_named(project: Path, run: Run) -> None:
    (project / ".git").mkdir()
    (project / ".gitignore").write_text("build/\n*.gen.sql\n")
    for name in ("build/a.sql", "deep/b.sql", "deep/c.gen.sql", "deep/d.sql"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text("SELECT titel FROM album")
    (project / "deep" / ".gitignore").write_text("d.sql\n")

    def paths(*names: str) -> list[str]:
        found = run("check", *names, "--format", "json", "--select", "unknown-column").json
        return [one["path"] for one in found]

    assert paths(".") == ["deep/b.sql"]
    assert paths("deep") == ["deep/b.sql"]
    assert paths("deep/c.gen.sql") == ["deep/c.gen.sql"]
    assert paths("build") == ["build/a.sql"]


def test_a_link_to_a_folder_above_is_not_followed(project: Path, run: Run) -> None:
    (project / "deep").mkdir()
    (project / "deep" / "loop").symlink_to(project)
    (project / "deep" / "a.sql").write_text("SELECT titel FROM album")
    found = run("check", ".", "--format", "json", "--select", "unknown-column").json
    assert [one["path"] for one in found] == ["deep/a.sql"]


def test_settings_per_path(project: Path, run: Run) -> None:
    (project / "sureql.toml").write_text(
        "[diagnostics]\noff = ['leading-wildcard']\n[diagnostics.per_path]\n'old/**' = ['unknown-column']\n"
    )
    for name in ("old/a.sql", "new/b.sql"):
        (project / name).parent.mkdir()
        (project / name).write_text("SELECT titel FROM album WHERE title LIKE '%x'")
    found = run("check", "old", "new", "--format", "json").json
    assert [(one["path"], one["code"]) for one in found] == [("new/b.sql", "unknown-column")]


def test_style_of_a_workspace_that_has_settings_for_it(project: Path, run: Run) -> None:
    (project / "q.sql").write_text("SELECT name,artist_id FROM artist;\n")
    assert run("check", "q.sql", "--format", "json").json == []
    (project / ".sqruff").write_text("[sqlfluff]\nrules = LT01\n")
    (found,) = run("check", "q.sql", "--format", "json").json
    assert (found["source"], found["code"], found["column"]) == ("sqruff", "LT01", 13)
    assert run("check", "q.sql", "--ignore", "LT01", "--format", "json").json == []


def test_many_findings_are_cut_for_people_and_whole_for_programs(project: Path, run: Run) -> None:
    (project / "q.sql").write_text("SELECT titel FROM album;\n" * 300)
    assert "... and 100 more in q.sql" in run("check", "q.sql").out
    assert len(run("check", "q.sql", "--format", "json").json) == 300


@pytest.mark.parametrize("kind", ["text", "github"])
def test_nothing_in_a_file_steers_the_terminal(project: Path, run: Run, kind: str) -> None:
    name = "odd\n::error::\x1b[31m.sql"
    (project / name).write_text('SELECT 1 FROM "a\x1b[2J\n::error::x";\n')
    (project / "binary\n::error::.sql").write_bytes(b"\0")
    outcome = run("check", ".", "--format", kind)
    assert outcome.code == 1
    assert "\x1b" not in outcome.out + outcome.err
    lines = (outcome.out + outcome.err).splitlines()
    assert not any(line.startswith("::error::") for line in lines)
