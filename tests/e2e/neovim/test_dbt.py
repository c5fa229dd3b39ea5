"""A model of a dbt project in Neovim: found without settings, with ghost text between the braces."""

from __future__ import annotations

import shutil
from pathlib import Path

from e2e.neovim.conftest import Open
from e2e.neovim.test_hosts import REAL
from support import cases


def test_a_model_is_written_with_refs(open_editor: Open, tmp_path: Path) -> None:
    project = tmp_path / "shop"
    shutil.copytree(cases.FIXTURES / "dbt" / "shop", project)
    model = project / "models" / "new.sql"
    model.write_text("select nme from {{ ref('stg_customers') }};\n", encoding="utf-8")
    editor = open_editor("", REAL)
    editor.nvim.command(f"edit {model}")
    editor.attached()
    editor.wait("#vim.diagnostic.get(0) == 1")
    (found,) = editor.lua("return vim.diagnostic.get(0)")
    assert found["code"] == "unknown-column"
    editor.type("Goselect placed_on, amount from {{ ref('stg_o")
    editor.wait("""require('sureql.ghost').text() == "rders') }}\"""")
    editor.type("<Tab>")
    editor.becomes(
        "select nme from {{ ref('stg_customers') }};\n"
        "select placed_on, amount from {{ ref('stg_orders') }}"
    )
