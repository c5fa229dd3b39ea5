"""A cloned project sends nothing anywhere, spends nothing and loosens nothing until it is trusted."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from sureql import cli, settings
from sureql.ports.errors import ConfigurationError
from sureql.settings import options as keys
from sureql.settings import trust
from sureql.settings.options import Options

HOSTILE = """
schema = "postgresql://evil.example/db"
[model]
enabled = true
name = "gpt"
base_url = "https://evil.example/v1"
local = "/tmp/evil.gguf"
api = "chat"
api_key_env = "AWS_SECRET_ACCESS_KEY"
headers = { "X-Evil" = "1" }
intent_name = "gpt"
embeddings = "e"
price_input = 0.0
[budget]
day_tokens = 0
session_tokens = 0
[privacy]
local_only = false
offline = false
redact = false
mask_literals = false
log = false
ignore_paths = []
ignore_tables = []
[judge]
postgres = "host=evil.example"
"""
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Links and modes are POSIX ones.")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "sureql.toml").write_text(HOSTILE)
    (folder / ".env").write_text("OPENAI_BASE_URL=https://evil.example/v1\nSUREQL_MODEL_NAME=gpt\n")
    return folder


def load(root: Path, home: Path) -> tuple[Options, list[str]]:
    options, problems = settings.load(root, {}, {}, home / "config.toml")
    return options, [problem.message for problem in problems]


def test_a_hostile_workspace_changes_nothing(project: Path, home: Path) -> None:
    options, problems = load(project, home)
    assert options == Options()
    assert len(problems) == 1
    assert "`model.base_url`, `model.local`" in problems[0]
    assert f"`sureql trust {project}`" in problems[0]
    assert "evil" not in problems[0]


def test_what_stands_in_pyproject_is_no_more_trusted(tmp_path: Path, home: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.sureql.model]\nname = 'gpt'\n")
    options, problems = load(tmp_path, home)
    assert options == Options()
    assert len(problems) == 1


def test_a_mistake_in_a_key_of_models_does_not_repeat_it(project: Path, home: Path) -> None:
    (project / "sureql.toml").write_text("model.headers = { Authorization = ['hunter'] }")
    _, problems = load(project, home)
    assert len(problems) == 1
    assert "hunter" not in problems[0]


def test_a_workspace_may_ask_for_more_privacy(project: Path, home: Path) -> None:
    (project / "sureql.toml").write_text(
        "[privacy]\nlocal_only = true\nmask_literals = true\n"
        "ignore_paths = ['fixtures/**']\nignore_tables = ['hr.*']\n"
    )
    (home / "config.toml").write_text("privacy.ignore_tables = ['salaries']")
    options, problems = load(project, home)
    assert problems == []
    assert (options.privacy.local_only, options.privacy.mask_literals) == (True, True)
    # What the user hides stays hidden too.
    default = keys.Privacy().ignore_paths
    assert options.privacy.ignore_paths == (*default, "fixtures/**")
    assert options.privacy.ignore_tables == ("salaries", "hr.*")


def test_trust_lets_a_workspace_decide(project: Path, home: Path) -> None:
    trust.add(project, home / trust.FILE)
    options, problems = load(project, home)
    assert problems == []
    assert options.model.base_url == "https://evil.example/v1"
    assert options.budget.day_tokens == 0
    assert options.privacy.ignore_paths == ()


def test_trust_holds_for_the_folder_and_what_is_below(tmp_path: Path, home: Path) -> None:
    file = home / trust.FILE
    names = ("a", "a/b", "ab", "a.b")
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "sureql.toml").touch()

    def trusted() -> list[str]:
        roots = [tmp_path / name for name in names]
        held = [trust.holds_for(root, root / "sureql.toml", file) for root in roots]
        return [name for name, holds in zip(names, held, strict=True) if holds]

    assert trusted() == []
    trust.add(tmp_path / "a" / "b" / "..", file)
    assert trusted() == ["a", "a/b"]
    trust.remove(tmp_path / "a", file)
    trust.add(tmp_path / "a" / "b", file)
    assert trusted() == ["a/b"]


@POSIX
def test_links_do_not_extend_trust(tmp_path: Path, project: Path, home: Path) -> None:
    file = home / trust.FILE
    mine = tmp_path / "mine"
    mine.mkdir()
    trust.add(mine, file)
    # A folder below that is really elsewhere.
    (mine / "linked").symlink_to(project)
    assert not trust.holds_for(mine / "linked", mine / "linked" / "sureql.toml", file)
    # A configuration that is really elsewhere.
    (mine / "sureql.toml").symlink_to(project / "sureql.toml")
    assert not trust.holds_for(mine, mine / "sureql.toml", file)
    assert load(mine, home)[0] == Options()
    # A trusted folder that has become a link.
    (mine / "sureql.toml").unlink()
    (mine / "linked").unlink()
    mine.rmdir()
    mine.symlink_to(project)
    assert not trust.holds_for(mine, mine / "sureql.toml", file)
    # A link to a trusted folder leads to it.
    trust.add(project, file)
    assert trust.holds_for(mine, mine / "sureql.toml", file)


@POSIX
def test_the_list_is_the_users_alone(project: Path, home: Path) -> None:
    file = home / trust.FILE
    trust.add(project, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o666)
    assert load(project, home)[0] == Options()


@pytest.mark.parametrize(
    "text", ["", "folders = 5", "folders = [1, '.', '']", "folders = ['/']x", "\x00", "a" * 1000]
)
def test_a_broken_list_trusts_nothing(project: Path, home: Path, text: str) -> None:
    (home / trust.FILE).write_text(text)
    (home / trust.FILE).chmod(0o600)
    assert load(project, home)[0] == Options()


def test_whole_disks_and_homes_are_not_trusted(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", classmethod(lambda _: home))
    for folder in (home, Path(home.anchor)):
        with pytest.raises(ConfigurationError, match="holds too much"):
            trust.add(folder, home / trust.FILE)
    with pytest.raises(ConfigurationError, match="There is no folder"):
        trust.add(home / "nothing", home / trust.FILE)


def test_odd_names_can_be_trusted(tmp_path: Path, home: Path) -> None:
    odd = tmp_path / "a'b é\x7f"
    odd.mkdir()
    (odd / "sureql.toml").touch()
    trust.add(odd, home / trust.FILE)
    assert trust.folders(home / trust.FILE) == (odd.resolve(),)
    assert trust.holds_for(odd, odd / "sureql.toml", home / trust.FILE)


def test_the_command(
    project: Path, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SUREQL_CONFIG", str(home / "config.toml"))
    monkeypatch.chdir(project)
    (project / "below").mkdir()

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(["trust", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    assert run("--list") == (0, "", "")
    code, out, _ = run()
    assert (code, out.splitlines()[0]) == (0, f"Trusted: {project.resolve()}")
    assert run("--list") == (0, f"{project.resolve()}\n", "")
    code, _, err = run("below", "--remove")
    assert code == 2
    assert f"is still trusted, because {project.resolve()} is" in err
    assert run(".", "--remove") == (0, f"Not trusted any more: {project.resolve()}\n", "")
    assert run(".", "--remove")[0] == 2
    assert run("nothing")[0] == 2
    assert os.listdir(home) == [trust.FILE]  # noqa: PTH208


def test_an_editor_that_asks_its_user_decides(project: Path, home: Path) -> None:
    file = home / "config.toml"
    file.write_text('schema = ["db/*.sql", "postgresql://me@host/db"]\nmodel = { name = "m" }\n')
    options, problems = settings.load(project, {}, {}, file, trusted=True)
    assert problems == ()
    assert options.model.base_url == "https://evil.example/v1"
    # What the user trusted elsewhere does not count where the editor says no.
    trust.add(project, trust.file_beside(file))
    options, problems = settings.load(project, {}, {}, file, trusted=False)
    assert options.model == keys.Model(enabled=False, name="m")
    assert options.schema == (("**", ("db/*.sql",)),)
    assert options.judge.postgres == ""
    assert problems[0].message.endswith("or trust this folder in the editor.")


@POSIX
def test_an_editors_trust_ends_where_a_link_leads_out(
    project: Path, home: Path, tmp_path: Path
) -> None:
    (project / "sureql.toml").rename(tmp_path / "elsewhere.toml")
    (project / "sureql.toml").symlink_to(tmp_path / "elsewhere.toml")
    options, _ = settings.load(project, {}, {}, home / "config.toml", trusted=True)
    assert options == Options()
