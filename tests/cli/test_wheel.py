"""The wheel that users install, here the one in the extension of VS Code, holds all that is needed."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SERVER = ROOT / "clients" / "vscode" / "server"
PROGRAM = """\
def titles(con, artist_id):
    return con.execute("SELECT titel FROM album WHERE artist_id = ?", (artist_id,))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel brings, far from the checkout."""
    wheels = list(SERVER.glob("*.whl"))
    if not wheels:
        assert "CI" not in os.environ, "`make test` builds the wheel"
        pytest.skip("no wheel: `make vsix` builds it")
    (wheel,) = wheels
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    return folder


def sureql(installed: Path, folder: Path, *arguments: str) -> str:
    # What is in PYTHONPATH goes before the checkout.
    done = subprocess.run(
        [sys.executable, "-m", "sureql", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


def test_sql_is_found_in_programs(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text(
        "CREATE TABLE album (title text, artist_id int);", encoding="utf-8"
    )
    (tmp_path / "app.py").write_text(PROGRAM, encoding="utf-8")
    found = sureql(installed, tmp_path, "check", "--format", "json", "app.py")
    assert '"unknown-column"' in found


def test_every_file_of_the_package_is_in_it(installed: Path) -> None:
    folders = {
        ROOT / "server" / "sureql": installed / "sureql",
        ROOT / "grammars": installed / "sureql" / "grammars",
        ROOT / "docs" / "rules": installed / "sureql" / "rule_pages",
    }
    missing = [
        str(path.relative_to(ROOT))
        for source, target in folders.items()
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
        if not (target / path.relative_to(source)).exists()
    ]
    assert missing == [], "the wheel is an old one: `make vsix` builds it anew"
