"""What the VS Code extension declares is what the server and its own code know."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest

import sureql
from sureql import settings
from sureql.settings import shared

EXTENSION = Path(__file__).parents[2] / "clients" / "vscode"
PACKAGE = EXTENSION / "package.json"


@pytest.fixture(scope="module")
def package() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(PACKAGE.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def sources() -> str:
    files = sorted((EXTENSION / "src").rglob("*.ts"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def _properties(package: dict[str, Any]) -> dict[str, dict[str, Any]]:
    categories = package["contributes"]["configuration"]
    return {name: one for category in categories for name, one in category["properties"].items()}


def test_its_settings_are_the_servers() -> None:
    script = EXTENSION / "scripts" / "contributed_settings.py"
    spec = importlib.util.spec_from_file_location("contributed_settings", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = PACKAGE.read_text(encoding="utf-8")
    assert written == module.text(), "Run python clients/vscode/scripts/contributed_settings.py."


def test_every_setting_of_the_server_can_be_set(package: dict[str, Any]) -> None:
    assert {f"sureql.{key}" for key in settings.KINDS} <= _properties(package).keys()


def test_a_workspace_sets_there_what_it_may_set_here(package: dict[str, Any]) -> None:
    """What an untrusted `sureql.toml` may not set, an untrusted `.vscode/settings.json` may not."""
    limited = package["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    values: dict[str, Any] = {
        "boolean": False,
        "integer": 1,
        "number": 1,
        "object": {},
        "array": [],
    }
    for name, one in _properties(package).items():
        key = name.removeprefix("sureql.")
        if key not in settings.KINDS:
            continue
        value = values.get(one["type"], "x") if isinstance(one["type"], str) else "postgresql://h/d"
        if not shared.may_set(key, value):
            assert name in limited, name
    assert "sureql.path" in limited


def test_where_keys_and_code_go_is_never_a_workspaces_choice(package: dict[str, Any]) -> None:
    for name, one in _properties(package).items():
        if name.startswith(("sureql.model.", "sureql.budget.")) or name in (
            "sureql.path",
            "sureql.judge.postgres",
        ):
            assert one["scope"] == "machine", name


def test_versions_agree(package: dict[str, Any]) -> None:
    assert package["version"] == sureql.__version__
    lock = json.loads((EXTENSION / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["version"] == sureql.__version__


def test_it_wakes_up_for_every_language_that_it_sends(package: dict[str, Any]) -> None:
    text = (EXTENSION / "src" / "documents.ts").read_text(encoding="utf-8")
    lists = re.findall(r"_LANGUAGES = \[(.*?)\] as const", text, re.DOTALL)
    sent = [name for one in lists for name in re.findall(r'"([^"]+)"', one)]
    woken = [
        event.removeprefix("onLanguage:")
        for event in package["activationEvents"]
        if event.startswith("onLanguage:")
    ]
    # A README alone starts no server.
    assert woken == [name for name in sent if name != "markdown"]


def test_every_command_is_there(package: dict[str, Any], sources: str) -> None:
    declared = {one["command"] for one in package["contributes"]["commands"]}
    named = {
        item["command"]
        for items in package["contributes"]["menus"].values()
        for item in items
        if "command" in item
    } | {one["command"] for one in package["contributes"]["keybindings"]}
    assert named <= declared
    assert len(declared) == len(package["contributes"]["commands"])
    assert [command for command in sorted(declared) if f'"{command}"' not in sources] == []


def test_keys_do_nothing_outside_of_sql(package: dict[str, Any]) -> None:
    for binding in package["contributes"]["keybindings"]:
        assert "sureql." in binding["when"], binding


def test_the_lock_file_names_no_registry() -> None:
    assert '"resolved"' not in (EXTENSION / "package-lock.json").read_text(encoding="utf-8")
