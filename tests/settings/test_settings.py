"""Layers of configuration, and what is said about mistakes in them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

import sureql
from support import cases
from sureql import settings
from sureql.settings import options as keys

DOCS = Path(__file__).parents[2] / "docs" / "configuration.md"
SCHEMA = Path(sureql.__file__).parent / "settings.schema.json"
BEGIN, END = "<!-- keys -->\n", "<!-- /keys -->\n"


def load(
    root: Path | None = None,
    editor: dict[str, Any] | None = None,
    variables: dict[str, str] | None = None,
    user: Path = Path("/nowhere/config.toml"),
    command_line: dict[str, Any] | None = None,
) -> tuple[keys.Options, list[str]]:
    options, problems = settings.load(root, editor or {}, variables or {}, user, command_line)
    return options, [problem.message for problem in problems]


def test_nothing_configured_gives_the_defaults() -> None:
    assert load() == (keys.Options(), [])


def test_later_layers_win(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.sureql]\ndialect = "mysql"\ncompletion.limit = 1\ninline.enabled = false\n'
    )
    (tmp_path / "sureql.toml").write_text('dialect = "sqlite"\ncompletion.limit = 2\n')
    (tmp_path / "config.toml").write_text("completion.limit = 3\ndiagnostics.enabled = false\n")
    options, problems = load(
        tmp_path,
        {"completion": {"limit": 4}, "history.enabled": False},
        {
            "SUREQL_COMPLETION_LIMIT": "5",
            "SUREQL_DIAGNOSTICS_OFF": "unknown-column, x",
            "PATH": "/",
        },
        tmp_path / "config.toml",
        {"dialect": "duckdb"},
    )
    assert problems == []
    assert options == keys.Options(
        dialect=(("**", "duckdb"),),
        inline=keys.Inline(enabled=False),
        completion=keys.Completion(limit=5),
        diagnostics=keys.Diagnostics(enabled=False, off=("unknown-column", "x")),
        history=keys.History(enabled=False),
    )


def test_dialect_and_schema_per_path(tmp_path: Path) -> None:
    (tmp_path / "sureql.toml").write_text(
        'dialect = {"**" = "postgres", "legacy/**" = "mysql", "**/lite/*.sql" = "sqlite"}\n'
        'schema = {"**" = "db/schema.sql", "legacy/**" = ["a.sql", "sqlite:///b.db"]}\n'
    )
    options, problems = load(tmp_path)
    assert problems == []
    assert options.dialect_of("q.sql") == "postgres"
    assert options.dialect_of("legacy/deep/q.sql") == "mysql"
    assert options.dialect_of("deep/lite/q.sql") == "sqlite"
    assert options.schema_of("q.sql") == ("db/schema.sql",)
    assert options.schema_of("legacy/q.sql") == ("a.sql", "sqlite:///b.db")


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("inline.enabled = 'yes'", '{file}: `inline.enabled` must be true or false, not "yes".'),
        (
            "completion.limit = 0",
            "{file}: `completion.limit` must be a whole number above 0, not 0.",
        ),
        (
            "completion.limit = true",
            "{file}: `completion.limit` must be a whole number above 0, not true.",
        ),
        (
            "diagnostics.off = [1]",
            "{file}: `diagnostics.off` must be a list of strings, not [1].",
        ),
        ("inlin.enabled = true", "{file}: unknown key `inlin`; did you mean `inline`?"),
        (
            "inline.enable = true",
            "{file}: unknown key `inline.enable`; did you mean `inline.enabled`?",
        ),
        ("zzz = 1", "{file}: unknown key `zzz`."),
        (
            "inline = true",
            "{file}: `inline` must be a table with inline.enabled, inline.debounce, inline.wait.",
        ),
        (
            "schema = 'postgresql://u:p@h/db'",
            "{file}: `schema` may not be set here: put it into your own configuration, "
            "or trust this folder: `sureql trust {folder}`.",
        ),
        (
            "[judge]\npostgres = 'host=h password=s3cret'",
            "{file}: `judge.postgres` may not be set here: put it into your own configuration, "
            "or trust this folder: `sureql trust {folder}`.",
        ),
        (
            "judge.postgres = ['postgresql://u:s3cret@h/db']",
            "{file}: `judge.postgres` must be a text.",
        ),
    ],
)
def test_a_mistake_is_named_and_the_other_keys_still_work(
    tmp_path: Path, toml: str, message: str
) -> None:
    file = tmp_path / "sureql.toml"
    file.write_text(f"dialect = 'sqlite'\n{toml}\n")
    options, problems = load(tmp_path)
    assert problems == [message.format(file=file, folder=tmp_path)]
    assert options == keys.Options(dialect=(("**", "sqlite"),))


@pytest.mark.parametrize("value", [5, "postgress", {"**": 1}, {"a/**": "oracel"}])
def test_an_impossible_dialect_is_refused_with_what_is_expected(value: object) -> None:
    options, problems = load(editor={"dialect": value})
    assert options == keys.Options()
    assert problems == [
        "editor settings: `dialect` must be a dialect such as postgres, sqlite or duckdb, "
        f"or a table of path pattern = dialect, not {json.dumps(value)}."
    ]


def test_broken_toml_is_reported_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "sureql.toml").write_text("dialect = \n")
    (tmp_path / "pyproject.toml").write_bytes(b"\xff\xfe\x00")
    options, problems = load(tmp_path)
    assert options == keys.Options()
    assert [str(tmp_path / "pyproject.toml") in problems[0], "line 1" in problems[1]] == [
        True,
        True,
    ]


def test_a_configuration_file_that_is_a_directory_is_reported(tmp_path: Path) -> None:
    (tmp_path / "sureql.toml").mkdir()
    _, problems = load(tmp_path)
    assert len(problems) == 1
    assert "cannot be read" in problems[0]


def test_users_own_configuration_may_name_connections(tmp_path: Path) -> None:
    user = tmp_path / "config.toml"
    user.write_text("schema = 'postgresql://localhost/db'")
    options, problems = load(user=user)
    assert (options.schema_of("a.sql"), problems) == (("postgresql://localhost/db",), [])


def test_editors_send_null_for_what_is_not_set() -> None:
    assert load(editor={"dialect": None, "inline": {"enabled": None}}) == (keys.Options(), [])


def test_variables_are_checked_too() -> None:
    options, problems = load(
        variables={"SUREQL_INLINE_ENABLED": "maybe", "SUREQL_DIALEKT": "x", "SUREQL_LOG": "debug"}
    )
    assert options == keys.Options()
    assert problems == [
        "Unknown variable SUREQL_DIALEKT; did you mean `SUREQL_DIALECT`?",
        'environment: `inline.enabled` must be true or false, not "maybe".',
    ]


def test_the_shipped_json_schema_is_fresh() -> None:
    fresh = json.dumps(settings.json_schema(), indent=2) + "\n"
    if cases.updating:
        SCHEMA.write_text(fresh)
    assert SCHEMA.read_text() == fresh


def test_the_documented_keys_are_fresh() -> None:
    before, rest = DOCS.read_text().split(BEGIN)
    old, after = rest.split(END)
    if cases.updating:
        DOCS.write_text(before + BEGIN + settings.reference() + END + after)
        return
    assert old == settings.reference()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such devices.")
def test_a_link_to_a_device_is_no_configuration(tmp_path: Path) -> None:
    # A cloned workspace may hold one; reading it would never end.
    (tmp_path / "sureql.toml").symlink_to("/dev/zero")
    options, problems = load(tmp_path)
    assert options == keys.Options()
    assert problems == [
        f"{tmp_path / 'sureql.toml'}: cannot be read: it is no file of at most 1,000,000 bytes."
    ]


def test_tables_nested_without_end_are_a_mistake_like_others(tmp_path: Path) -> None:
    (tmp_path / "sureql.toml").write_text("dialect = " + "[" * 50_000)
    options, problems = load(tmp_path)
    assert options == keys.Options()
    assert len(problems) == 1
