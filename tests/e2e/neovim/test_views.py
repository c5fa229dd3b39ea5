"""What Neovim shows of the server's state and of the schema."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e.neovim.conftest import Open
from e2e.neovim.editor import Editor
from e2e.neovim.test_optimise import SCHEMA, SUREQL

BROKEN = "CREATE TABLE half (;\n"


@pytest.fixture
def editor(open_editor: Open, tmp_path: Path) -> Editor:
    """Neovim on a query, with a schema of which one statement can't be read."""
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "schema.sql").write_text(SCHEMA + BROKEN, encoding="utf-8")
    found = open_editor("SELECT name FROM ;", f"{{ cmd = {{ {SUREQL!r}, 'lsp' }}, popup = false }}")
    found.attached()
    found.wait("(require('sureql.status').get(0) or {}).kind == 'Warning'")
    return found


def test_the_schema_beside_the_text(editor: Editor) -> None:
    editor.type("$:Sureql schema<CR>")
    editor.wait("vim.fn.search('▸ invoice', 'w') > 0")
    assert editor.text().startswith("✗ schema.sql\n    ")
    editor.type("G<CR>")
    editor.wait("vim.fn.search('total  NUMERIC not null', 'nw') > 0")
    assert "customer_id  INTEGER not null  → customer.customer_id" in editor.text()
    editor.type("gg/▾ invoice<CR><CR>")
    editor.wait("vim.fn.search('total  NUMERIC', 'nw') == 0")
    editor.type("gg/▸ customer<CR>gd")
    editor.wait("vim.api.nvim_buf_get_name(0):find('schema.sql', 1, true)")
    assert editor.nvim.current.line.startswith("CREATE TABLE customer")
    editor.nvim.command("buffer query.sql")
    editor.type("$h<C-w>li")
    editor.wait("vim.api.nvim_buf_get_name(0):find('query.sql', 1, true)")
    editor.becomes("SELECT name FROM customer;")
    editor.type("<C-w>lq")
    editor.wait("#vim.api.nvim_list_wins() == 1")


def test_a_part_of_the_schema(editor: Editor) -> None:
    editor.type(":Sureql schema total<CR>")
    editor.wait("vim.fn.search('total  NUMERIC', 'nw') > 0")
    assert editor.text().split("\n")[:2] == ["like total", "  ▾ invoice"]
    editor.type("q:Sureql schema nothing-like-this<CR>")
    editor.wait("vim.fn.search('  nothing', 'nw') > 0")


def test_the_state_in_a_window_and_in_a_status_line(editor: Editor) -> None:
    editor.type(":Sureql status<CR>")
    editor.wait("vim.api.nvim_win_get_config(0).relative ~= ''")
    lines = editor.text().split("\n")
    assert "dialect  sqlite" in lines
    assert "schema   3 tables and views" in lines
    assert "judge    SQLite judges" in lines
    assert "model    none" in lines
    assert any(line.startswith("       ! schema.sql:7: ") for line in lines), lines
    editor.type("q")
    editor.wait("require('sureql').statusline():find('sureql: ', 1, true)")
    schema = Path(editor.nvim.current.buffer.name).parent / "schema.sql"
    schema.write_text(SCHEMA, encoding="utf-8")
    editor.nvim.command("Sureql refresh")
    editor.wait("require('sureql').statusline() == 'sureql · SQLite judges'")


def test_an_older_server_is_not_asked_again_and_again(open_editor: Open) -> None:
    opened = open_editor()
    opened.attached()
    opened.lua(
        "asked = 0\n"
        "local client = vim.lsp.get_clients({ bufnr = 0 })[1]\n"
        "local request = client.request\n"
        "client.request = function(self, method, ...)\n"
        "  asked = asked + (method == 'workspace/executeCommand' and 1 or 0)\n"
        "  return request(self, method, ...)\n"
        "end\n"
        "require('sureql.status').told({ kind = 'Normal', message = '1', busy = false }, client.id)"
    )
    assert opened.lua("return require('sureql').statusline()") == "sureql"
    for _ in range(5):
        opened.settled()
        assert opened.lua("return require('sureql').statusline()") == "sureql"
    assert opened.lua("return asked") == 1
    opened.nvim.command("Sureql status")
    opened.wait("vim.fn.execute('messages'):find('sureql: 1', 1, true)")


def test_health_is_complete(editor: Editor) -> None:
    editor.nvim.command("checkhealth sureql")
    editor.wait("vim.bo.filetype == 'checkhealth'")
    report = editor.text()
    for part in ("No tree-sitter parser is needed", "Python 3.", "judge    SQLite judges"):
        assert part in report
    assert "SQL in strings of: cs, go, java" in report
