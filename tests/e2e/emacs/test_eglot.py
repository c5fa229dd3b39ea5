"""Emacs with eglot, on SQL and on SQL inside Python."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from e2e import documented

SCRIPT = Path(__file__).parent / "attach.el"
ELPA = Path("/usr/share/emacs/site-lisp/elpa-src")


def attached(folder: Path, name: str, text: str, block: int) -> dict[str, Any]:
    """What Emacs shows of a file with `text`, with a block of settings of the documentation."""
    parts = () if ELPA.parent.parent.joinpath("29.1").exists() else (ELPA,)
    emacs = documented.program("emacs", "emacs-nox elpa-eglot", *parts)
    file = documented.project(folder / "project", name, text)
    settings = folder / "settings.el"
    settings.write_text(documented.settings("emacs.md", "elisp", block), encoding="utf-8")
    done = subprocess.run(
        [emacs, "--batch", "-l", SCRIPT, settings, file],
        env=documented.environment(folder),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(
    ("name", "text", "block"),
    [
        ("query.sql", "SELECT naem FROM customer;\n\nSELECT * FROM cust\n", 0),
        ("shop.py", 'c.execute("SELECT naem FROM customer")\nc.execute("SELECT * FROM cust")\n', 2),
    ],
)
def test_attaches_and_shows_what_the_server_says(
    tmp_path: Path, name: str, text: str, block: int
) -> None:
    found = attached(tmp_path, name, text, block)
    marked = dict(found["diagnostics"])
    assert "`customer` has no column `naem`" in marked["naem"]
    assert any("`name`" in title for title in found["actions"]), found
    assert "customer" in found["candidates"]
