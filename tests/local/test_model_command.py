"""`sureql model`, as users call it."""

from __future__ import annotations

import json
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import NoKeyringError, PasswordDeleteError

from local import files
from sureql import cli
from sureql.cli import project
from sureql.ports.errors import ModelRefused
from sureql.providers import keys
from sureql.providers.local import server, shelf


class Ring(KeyringBackend):
    """A keyring in memory."""

    priority = 1.0  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("none")


class NoRing(Ring):
    """What systems without a keyring have."""

    def get_password(self, service: str, username: str) -> str | None:
        raise NoKeyringError("none")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NoKeyringError(f"none for {password}")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SUREQL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SUREQL_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "cache"


def _use(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> Ring:
    before = keyring.get_keyring()
    monkeypatch.setattr(keyring.core, "_keyring_backend", before)
    keyring.set_keyring(ring)
    return ring


def test_fetch_list_remove(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with files.shop(files.model()) as shop:
        assert cli.main(["model", "fetch", shop.address, "--name", "tiny"]) == 0
    assert 'local = "tiny"' in capsys.readouterr().out
    assert cli.main(["model", "list", "--format", "json"]) == 0
    known, own = json.loads(capsys.readouterr().out)
    assert (known["name"], known["state"], known["licence"]) == (
        "smollm2",
        "fetchable",
        "Apache-2.0",
    )
    assert known["experimental"] is True
    assert own == {
        "name": "tiny",
        "title": "Tiny",
        "state": "here",
        "size": len(files.model()),
        "licence": "mit",
        "experimental": True,
        "quality": "",
        "path": str(shelf.file_of("tiny", cache)),
    }
    assert cli.main(["model", "list"]) == 0
    assert "tiny" in capsys.readouterr().out
    assert cli.main(["model", "remove", "tiny"]) == 0
    assert shelf.here(cache) == []
    assert cli.main(["model", "remove", "tiny"]) == 2
    assert "There is no model tiny" in capsys.readouterr().err


def test_what_is_needed_to_run_it_is_said_where_it_is_missing(
    cache: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "can_run", lambda: False)
    file = Path("tiny.gguf")
    file.write_bytes(files.model())
    assert cli.main(["model", "fetch", str(file)]) == 0
    said = capsys.readouterr().out
    assert 'local = "tiny"' in said
    assert "sureql[local]" in said


def test_a_broken_model_is_listed_as_such(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shelf.folder(cache).mkdir(parents=True)
    shelf.file_of("odd", cache).write_bytes(b"GGUF")
    assert cli.main(["model", "list", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[1]["title"] == "broken: remove it"


@pytest.mark.parametrize("wrong", [("nonesuch",), ("x.gguf", "--sha256", "12")])
def test_mistakes(cache: Path, capsys: pytest.CaptureFixture[str], wrong: tuple[str, ...]) -> None:
    assert cli.main(["model", "fetch", *wrong]) == 2
    assert capsys.readouterr().err.startswith("sureql: ")


def test_reading_schemas_anew_keeps_models(cache: Path) -> None:
    shelf.folder(cache).mkdir(parents=True)
    shelf.file_of("tiny", cache).write_bytes(files.model())
    cli.main(["schema", "refresh"])
    assert len(shelf.here(cache)) == 1


def test_login_asks_without_echo(
    cache: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = _use(Ring(), monkeypatch)
    Path(cache.parent / "config.toml").write_text(
        '[model]\nname = "m"\nbase_url = "https://llm.example.com:8443/v1"\n'
    )
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: " sk-secret \n")
    assert cli.main(["model", "login"]) == 0
    said = capsys.readouterr()
    assert "llm.example.com:8443" in said.out
    assert "sk-secret" not in said.out + said.err
    assert ring.kept == {("sureql", "llm.example.com:8443"): "sk-secret"}
    found = keys.find("https://llm.example.com:8443/v1/", "NONESUCH", {})
    assert found == ("sk-secret", "the system's keyring")
    assert keys.find("https://other.example.com/v1", "NONESUCH", {}) == ("", "")
    assert cli.main(["model", "login", "--remove"]) == 0
    assert ring.kept == {}
    assert cli.main(["model", "login", "--remove"]) == 0
    assert "There was no key" in capsys.readouterr().out


def test_a_workspace_does_not_choose_whose_key_it_is(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = _use(Ring(), monkeypatch)
    Path("sureql.toml").write_text('[model]\nbase_url = "https://thief.example.com/v1"\n')
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: "sk-secret")
    assert cli.main(["model", "login"]) == 0
    assert list(ring.kept) == [("sureql", "api.openai.com")]


def test_no_key_changes_nothing(
    cache: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = _use(Ring(), monkeypatch)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: "")
    assert cli.main(["model", "login"]) == 2
    assert ring.kept == {}


def test_without_a_keyring(
    cache: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _use(NoRing(), monkeypatch)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: "sk-secret")
    assert cli.main(["model", "login"]) == 2
    said = capsys.readouterr().err
    assert "no keyring" in said and "sk-secret" not in said
    assert keys.find("", "NONESUCH", {}) == ("", "")
    with pytest.raises(ModelRefused) as caught:
        keys.keep("", "sk-secret")
    assert "sk-secret" not in str(caught.value)


def test_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    ring = _use(Ring(), monkeypatch)
    ring.kept["sureql", "api.openai.com"] = "from-ring"
    assert keys.find("", "MY_KEY", {"MY_KEY": " from-env\n"}) == ("from-env", "MY_KEY")
    assert keys.find("", "MY_KEY", {"MY_KEY": " "}) == ("from-ring", "the system's keyring")
    assert keys.find("", "", {"": "odd"})[0] == "from-ring"


@pytest.mark.parametrize(
    ("base_url", "found"),
    [
        ("", True),
        ("https://api.openai.com/v1", True),
        ("http://127.0.0.1:8080/v1", True),
        ("http://localhost:11434/v1", True),
        ("https://llm.example.com/v1", False),
        ("https://api.openai.com.example.com/v1", False),
        ("https://api.openai.com@example.com/v1", False),
        ("http://localhost.example.com/v1", False),
    ],
)
def test_openais_key_goes_to_nobody_else_unless_named(
    monkeypatch: pytest.MonkeyPatch, base_url: str, found: bool
) -> None:
    _use(Ring(), monkeypatch)
    variables = {"OPENAI_API_KEY": "sk-own"}
    assert keys.find(base_url, "", variables)[0] == ("sk-own" if found else "")
    assert keys.find(base_url, "OPENAI_API_KEY", variables)[0] == "sk-own"


def test_a_workspace_does_not_choose_which_file_is_run(cache: Path) -> None:
    Path("sureql.toml").write_text('[model]\nlocal = "hostile.gguf"\n')
    assert project.of(Path()).options.model.local == ""
