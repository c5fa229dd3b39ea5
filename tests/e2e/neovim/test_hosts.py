"""SQL in the strings of other languages, in Neovim, beside the language's own server."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from e2e.neovim.conftest import SCRIPTED, Open
from e2e.neovim.editor import Editor
from e2e.neovim.test_optimise import SCHEMA, SUREQL

PROGRAM = '''\
import sqlite3

connection = sqlite3.connect("shop.db")
rows = connection.execute("""
    SELECT naem
    FROM customer
""")
text = "é 😀"; connection.execute("SELECT totl FROM invoice")
'''
REAL = f"{{ cmd = {{ {SUREQL!r}, 'lsp' }} }}"
LOADED = "((require('sureql.status').get(0) or {}).message or ''):find('2 tables', 1, true)"


def program(
    open_editor: Open, folder: Path, name: str, text: str, options: str, before: str = ""
) -> Editor:
    """Neovim on a program in a project with a schema."""
    project = folder / "project"
    project.mkdir()
    (project / "sureql.toml").touch()
    (project / "schema.sql").write_text(SCHEMA, encoding="utf-8")
    (project / name).write_text(text, encoding="utf-8")
    editor = open_editor("", options, before)
    editor.nvim.command(f"edit {project / name}")
    return editor


@pytest.fixture
def editor(open_editor: Open, tmp_path: Path) -> Editor:
    found = program(open_editor, tmp_path, "shop.py", PROGRAM, REAL)
    found.attached()
    found.wait(LOADED)
    return found


def test_everything_works_in_strings(editor: Editor) -> None:
    editor.wait("#vim.diagnostic.get(0) == 2")
    found = editor.lua("return vim.diagnostic.get(0)")
    lines = PROGRAM.split("\n")
    marked = {
        lines[one["lnum"]].encode()[one["col"] : one["end_col"]].decode()
        for one in found
        if one["lnum"] == one["end_lnum"]
    }
    assert marked == {"naem", "totl"}
    editor.type("/naem<CR>:Sureql fix<CR>")
    editor.wait("vim.fn.search('SELECT name', 'nw') > 0")
    editor.type("/totl<CR>:Sureql fix<CR>")
    editor.wait("vim.fn.search('SELECT total', 'nw') > 0")
    editor.wait("#vim.diagnostic.get(0) == 0")
    editor.type("/FROM customer<CR>oJOIN inv")
    assert editor.ghost().startswith("oice")
    editor.type("<Tab>")
    editor.settled()
    joined = editor.text().split("\n")[6]
    assert joined.startswith("    JOIN invoice")
    editor.type("<Esc>/customer<CR>K")
    editor.wait("#vim.api.nvim_list_wins() == 2")
    editor.type("<Esc>")


def test_a_query_in_a_string_is_made_faster(editor: Editor) -> None:
    slow = (
        "SELECT c.name FROM customer c WHERE (SELECT count(*) FROM invoice i"
        " WHERE i.customer_id = c.customer_id) > 0"
    )
    line = f'rows = connection.execute("{slow}")'
    editor.lua("vim.api.nvim_buf_set_lines(0, 0, -1, false, { ... })", line)
    editor.type("gg$F(h:Sureql optimize<CR>")
    editor.wait("#vim.api.nvim_list_tabpages() == 2")
    after = "\n".join(editor.nvim.current.tabpage.windows[1].buffer[:])
    assert after.startswith('rows = connection.execute("') and after.endswith('")')
    editor.type("a")
    editor.wait("#vim.api.nvim_list_tabpages() == 1")
    assert editor.text() == after != line


def test_what_belongs_to_the_language_stays_with_it(open_editor: Open, tmp_path: Path) -> None:
    other = (
        f"vim.lsp.config('other', {{ cmd = {{ {sys.executable!r}, {str(SCRIPTED)!r} }},"
        " filetypes = { 'python' } })\n"
        "vim.lsp.enable('other')"
    )
    editor = program(open_editor, tmp_path, "shop.py", PROGRAM, REAL, other)
    editor.wait("#vim.lsp.get_clients({ bufnr = 0 }) == 2")
    editor.wait(LOADED)
    editor.wait("#vim.diagnostic.get(0) == 2")
    # `gq` is for the program, and so is the list that opens by itself.
    assert editor.lua("return vim.bo.formatexpr") == ""
    assert editor.lua("return vim.bo.completeopt") == ""
    # Outside of SQL nothing is shown, and nothing is asked of the other server.
    editor.type("ggOcus")
    editor.settled()
    assert editor.lua("return require('sureql.ghost').text()") is None
    told = "vim.lsp.get_clients({ name = 'other' })[1]:request_sync('scripted/told', {}, 60000, 0).result"
    assert editor.lua(f"return {told}") == []
    # Its completion works as before.
    editor.type("<C-x><C-o>")
    editor.wait("vim.fn.pumvisible() == 1")
    words = [item["word"] for item in editor.nvim.funcs.complete_info(["items"])["items"]]
    assert {"customer", "customer_id"} <= set(words)
    editor.type("<C-e><Esc>")


def test_a_language_can_be_left_out(open_editor: Open, tmp_path: Path) -> None:
    options = f"{REAL[:-1]}, hosts = {{ python = false }} }}"
    editor = program(open_editor, tmp_path, "shop.py", PROGRAM, options)
    # The SQL file that was open before has its server.
    editor.wait("#vim.lsp.get_clients() == 1")
    editor.settled()
    assert editor.lua("return #vim.lsp.get_clients({ bufnr = 0 })") == 0
    editor.nvim.command(f"edit {tmp_path / 'project' / 'other.go'}")
    editor.attached()
    editor.lua("require('sureql').setup({ hosts = false })")
    assert editor.lua("return require('sureql.hosts').wanted(0)") is False


def test_other_languages(open_editor: Open, tmp_path: Path) -> None:
    cases = {
        "Shop.cs": 'var rows = connection.Query<Row>("SELECT naem FROM customer");\n',
        "shop.tsx": "const rows = await sql`SELECT naem FROM customer`;\n",
        "shop.md": "# Shop\n\n```sql\nSELECT naem FROM customer;\n```\n",
    }
    editor = program(open_editor, tmp_path, "shop.py", PROGRAM, REAL)
    for name, text in cases.items():
        (tmp_path / "project" / name).write_text(text, encoding="utf-8")
        editor.nvim.command(f"edit {tmp_path / 'project' / name}")
        editor.wait("#vim.diagnostic.get(0) == 1")
        assert "naem" in editor.lua("return vim.diagnostic.get(0)[1].message")
