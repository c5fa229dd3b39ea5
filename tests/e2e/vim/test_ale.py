"""Vim with ALE, on SQL and on SQL inside Python."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from e2e import documented
from support.waiting import PATIENCE

SCRIPT = Path(__file__).parent / "report.vim"
ALE = Path("/usr/share/vim-ale")


def marked(folder: Path, name: str, text: str) -> list[list[Any]]:
    """Line, column, code and message of what ALE marks in a file with `text`."""
    vim = documented.program("vim", "vim-nox vim-ale", ALE)
    file = documented.project(folder / "project", name, text)
    settings, report = folder / "settings.vim", folder / "report.json"
    settings.write_text(documented.settings("vim.md", "vim"), encoding="utf-8")
    told = {"SUREQL_SETTINGS": str(settings), "SUREQL_REPORT": str(report)}
    # Vim wants a terminal; nobody looks at it.
    screen, terminal = pty.openpty()
    process = subprocess.Popen(
        [vim, "-N", "-i", "NONE", "-u", SCRIPT, file],
        env=documented.environment(folder) | told,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    seen = b""
    try:
        until = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < until:
            if select.select([screen], [], [], 0.05)[0]:
                try:
                    seen += os.read(screen, 65536)
                except OSError:
                    break
        process.wait(10)
    finally:
        process.kill()
        process.wait()
        os.close(screen)
    assert report.exists(), seen[-2000:].decode("utf-8", "replace")
    found: list[list[Any]] = json.loads(report.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize(
    ("name", "text", "column"),
    [
        ("query.sql", "SELECT naem FROM customer;\n", 8),
        ("shop.py", 'c.execute("SELECT naem FROM customer")\n', 19),
    ],
)
def test_attaches_and_marks_what_the_server_says(
    tmp_path: Path, name: str, text: str, column: int
) -> None:
    ((line, start, code, message),) = marked(tmp_path, name, text)
    assert (line, start, code) == (1, column, "unknown-column")
    assert "`customer` has no column `naem`" in message
