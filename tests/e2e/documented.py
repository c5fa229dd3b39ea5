"""Editors from the system's packages, with the settings that the documentation gives."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

PAGES = Path(__file__).parent.parent.parent / "docs" / "editors"
SCHEMA = """\
CREATE TABLE customer (customer_id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT);
CREATE TABLE invoice (invoice_id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL);
"""


def program(name: str, packages: str, *parts: Path) -> str:
    """The path of an editor. Where it or one of its `parts` is missing the test is skipped, but never
    in CI, where `make test` installs it."""
    found = shutil.which(name)
    if found and all(part.exists() for part in parts):
        return found
    reason = f"{name} is not here: apt-get install {packages}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def settings(page: str, language: str, number: int = 0) -> str:
    """A block of code of a page of the documentation."""
    text = (PAGES / page).read_text(encoding="utf-8")
    blocks: list[str] = re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return blocks[number]


def environment(home: Path) -> dict[str, str]:
    """That of a user with `sureql` on the path and nothing of their own in `home`."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "HOME": str(home), "TERM": "xterm"}


def project(folder: Path, name: str, text: str) -> Path:
    """A project with a schema; the path of its file `name` with `text`."""
    folder.mkdir()
    (folder / "schema.sql").write_text(SCHEMA, encoding="utf-8")
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name
