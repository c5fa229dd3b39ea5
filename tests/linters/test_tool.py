"""The real sqruff and sqlfluff, with settings of a workspace that may be hostile."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from sureql.linters import settings, tool
from sureql.ports.errors import LintError

TOOLS = ("sqruff", "sqlfluff")
UGLY = "select a,b from t\nwhere  a=1\n"
PRETTY = "SELECT\n    a,\n    b\nFROM t\nWHERE a = 1\n"
UPPER = "[sqlfluff:rules:capitalisation.keywords]\ncapitalisation_policy = upper\n"


def chosen(root: Path, setting: str = "auto", path: Path | None = None) -> tool.Tool:
    found = tool.chosen(setting, root, path or root / "query.sql", "postgres")
    assert found is not None
    return found


@pytest.mark.parametrize("name", TOOLS)
def test_it_formats_as_the_workspace_says(name: str, tmp_path: Path) -> None:
    (tmp_path / ".sqlfluff").write_text(UPPER)
    assert tool.formatted(chosen(tmp_path, name), UGLY) == PRETTY


@pytest.mark.parametrize("name", TOOLS)
def test_it_says_which_lines_it_cannot_parse(name: str, tmp_path: Path) -> None:
    assert tool.formatted(chosen(tmp_path, name), "SELECT 1;\n\nSELECT a,, b FRM t;\n") == (2,)


@pytest.mark.parametrize("name", TOOLS)
def test_it_names_rules_and_places(name: str, tmp_path: Path) -> None:
    found = {(one.code, one.line, one.column) for one in tool.remarks(chosen(tmp_path, name), UGLY)}
    assert {("LT01", 0, 9), ("LT01", 1, 5)} & found


def test_the_workspaces_own_tool_is_taken(tmp_path: Path) -> None:
    assert chosen(tmp_path).name == "sqruff"
    assert not chosen(tmp_path).configured
    (tmp_path / ".sqlfluff").write_text(UPPER)
    assert chosen(tmp_path).name == "sqlfluff"
    (tmp_path / ".sqruff").write_text(UPPER)
    assert chosen(tmp_path).name == "sqruff"
    assert chosen(tmp_path).configured
    assert tool.chosen("off", tmp_path, tmp_path / "query.sql", "postgres") is None


def test_settings_of_nearer_folders_and_of_pyproject_count(tmp_path: Path) -> None:
    below = tmp_path / "reports"
    below.mkdir()
    (tmp_path / ".sqlfluff").write_text("[sqlfluff]\nmax_line_length = 80\nexclude_rules = LT05\n")
    (below / "pyproject.toml").write_text(
        "[tool.sqlfluff.core]\nmax_line_length = 100\n"
        "[tool.sqlfluff.rules.capitalisation.keywords]\ncapitalisation_policy = 'upper'\n"
    )
    found, files = settings.found(tmp_path, below / "query.sql")
    assert found["sqlfluff"] == {"max_line_length": "100", "exclude_rules": "LT05"}
    assert found["sqlfluff:rules:capitalisation:keywords"] == {"capitalisation_policy": "upper"}
    assert files == (tmp_path / ".sqlfluff", below / "pyproject.toml")


def test_settings_that_cannot_be_read_are_none(tmp_path: Path) -> None:
    (tmp_path / ".sqlfluff").write_bytes(b"\xff\xfe no ini")
    (tmp_path / "pyproject.toml").write_text("tool = 'not a table'")
    assert settings.found(tmp_path, tmp_path / "query.sql") == ({}, ())


@pytest.mark.parametrize("name", TOOLS)
def test_a_workspace_cannot_run_code(name: str, tmp_path: Path) -> None:
    """sqlfluff's `library_path` imports modules, and macros are templates of the workspace."""
    library = tmp_path / "library"
    library.mkdir()
    trace = tmp_path / "trace"
    (library / "hostile.py").write_text(f"open({str(trace)!r}, 'w').write('ran')\n")
    (library / "__init__.py").write_text("from . import hostile\n")
    (tmp_path / "sitecustomize.py").write_text(f"open({str(trace)!r}, 'w').write('ran')\n")
    (tmp_path / ".sqlfluff").write_text(
        f"[sqlfluff]\ntemplater = jinja\nlibrary_path = {library}\n"
        f"[sqlfluff:templater:jinja]\nlibrary_path = {library}\nload_macros_from_path = {library}\n"
    )
    found = chosen(tmp_path, name)
    assert "library" not in settings.written(found.sections, "postgres")
    tool.formatted(found, "SELECT {{ hostile.x }} AS a\n")
    tool.remarks(found, "SELECT {{ hostile.x }} AS a\n")
    assert not trace.exists()


@pytest.mark.parametrize("name", TOOLS)
def test_a_comment_in_the_file_cannot_set_what_could_run_code(name: str, tmp_path: Path) -> None:
    text = "-- sqlfluff:templater:jinja:library_path:/tmp\nSELECT 1\n"
    with pytest.raises(LintError, match="a comment sets"):
        tool.formatted(chosen(tmp_path, name), text)
    for line_end in "\r\f\v\x1c\x85\u2028":
        with pytest.raises(LintError, match="a comment sets"):
            tool.formatted(chosen(tmp_path, name), f"SELECT 1;{line_end}{text}")
    allowed = "-- sqlfluff:rules:capitalisation.keywords:capitalisation_policy:upper\nselect 1\n"
    assert tool.formatted(chosen(tmp_path, name), allowed)


def test_a_relative_entry_of_path_is_the_workspaces_and_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "sqlfluff"
    fake.write_text("#!/bin/sh\ntouch ran\n")
    fake.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", ".")
    monkeypatch.setattr(tool.sys, "executable", str(tmp_path / "elsewhere" / "python"))
    assert tool.chosen("sqlfluff", tmp_path, tmp_path / "query.sql", "postgres") is None


def test_what_hinders_is_said(tmp_path: Path) -> None:
    found = chosen(tmp_path, "sqruff")
    with pytest.raises(LintError, match="too large"):
        tool.formatted(found, "x" * (tool.LARGEST + 1))
    gone = tool.Tool("sqruff", (str(tmp_path / "gone"),), {}, "postgres", False)
    with pytest.raises(LintError, match="cannot be started"):
        tool.formatted(gone, "SELECT 1")
    odd = tool.Tool("sqruff", found.program, {"sqlfluff": {"dialect": "klingon"}}, "x", True)
    with pytest.raises(LintError, match="sqruff failed"):
        tool.formatted(odd, "SELECT 1")


def test_a_tool_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "TIME_LIMIT", 0.2)
    slow = tool.Tool("sqruff", ("/bin/sh", "-c", "sleep 5"), {}, "postgres", False)
    with pytest.raises(LintError, match="took longer"):
        partial(tool.formatted, slow)("SELECT 1")


def test_settings_that_are_a_device_are_none(tmp_path: Path) -> None:
    (tmp_path / ".sqlfluff").symlink_to("/dev/zero")
    (tmp_path / "pyproject.toml").write_text("tool = " + "[" * 50_000)
    assert settings.found(tmp_path, tmp_path / "query.sql") == ({}, ())
