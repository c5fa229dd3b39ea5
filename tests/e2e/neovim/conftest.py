"""Neovim with the client, either on the scripted server or on the real one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from e2e.neovim import editor
from e2e.neovim.editor import Editor

SCRIPTED = Path(__file__).parent / "scripted_server.py"

Open = Callable[..., Editor]


@pytest.fixture
def open_editor(tmp_path: Path) -> Iterator[Open]:
    """Call it with the text of the file, and options for `vim.g.sureql` as Lua."""
    if editor.program() is None:
        pytest.skip("Neovim is not installed (the test tools bring it for most platforms)")
    running: list[Editor] = []

    def start(text: str = "", options: str | None = None, before: str = "") -> Editor:
        folder = tmp_path / "project"
        folder.mkdir(exist_ok=True)
        file = folder / "query.sql"
        file.write_text(text, encoding="utf-8")
        scripted = f"{{ cmd = {{ {sys.executable!r}, {str(SCRIPTED)!r} }}, popup = false }}"
        running.append(Editor(tmp_path, file, options or scripted, before))
        return running[-1]

    yield start
    for one in running:
        one.close()


@pytest.fixture
def scripted(open_editor: Open) -> Editor:
    """Neovim on an empty file, attached to the scripted server."""
    opened = open_editor()
    opened.attached()
    return opened
