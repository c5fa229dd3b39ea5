"""Optimising, explaining and planning in Neovim."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from e2e.neovim.conftest import Open
from e2e.neovim.editor import Editor

SCHEMA = """\
CREATE TABLE customer (customer_id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL);
CREATE TABLE invoice (
    invoice_id  INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (customer_id),
    total       NUMERIC NOT NULL
);
"""
SLOW = """\
SELECT c.name -- who has bought
FROM customer c
WHERE (SELECT count(*) FROM invoice i WHERE i.customer_id = c.customer_id) > 0;"""
SUREQL = str(Path(sys.executable).parent / "sureql")
DOCUMENT = (
    "vim.iter(vim.api.nvim_list_bufs()):find(function(b) return vim.bo[b].filetype == 'sql' end)"
)
FLOAT = (
    "vim.iter(vim.api.nvim_list_wins()):filter(function(w)"
    " return vim.api.nvim_win_get_config(w).relative ~= '' end):map(function(w)"
    " return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(w), 0, -1, false), '\\n')"
    " end):next()"
)


@pytest.fixture
def editor(open_editor: Open, tmp_path: Path) -> Editor:
    """Neovim on the slow query, with the schema loaded."""
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "schema.sql").write_text(SCHEMA, encoding="utf-8")
    found = open_editor(SLOW, f"{{ cmd = {{ {SUREQL!r}, 'lsp' }}, popup = false }}", "")
    found.attached()
    found.wait("((require('sureql.status').get(0) or {}).message or ''):find('2 tables', 1, true)")
    return found


def test_a_rewrite_is_shown_with_its_evidence_and_applied_by_a_key(editor: Editor) -> None:
    editor.type(":Sureql optimize<CR>")
    shown = editor.wait(FLOAT)
    assert shown.startswith("1  ")
    assert "EXISTS" in shown
    assert "Proved: " in shown or "No difference found in " in shown
    assert (
        editor.lua(
            f"return table.concat(vim.api.nvim_buf_get_lines({DOCUMENT}, 0, -1, false), '\\n')"
        )
        == SLOW
    )
    editor.type("1")
    editor.wait("vim.fn.search('JOIN', 'nw') > 0")
    assert "-- who has bought" in editor.text()
    editor.type("u")
    editor.settled()
    assert editor.text() == SLOW


def test_a_rewrite_of_a_text_that_changed_is_not_applied(editor: Editor) -> None:
    editor.type(":Sureql optimize<CR>")
    editor.wait(FLOAT)
    editor.lua(f"vim.api.nvim_buf_set_lines({DOCUMENT}, 0, 0, false, {{ '-- new' }})")
    editor.type("1")
    editor.settled()
    assert editor.text() == f"-- new\n{SLOW}"


def test_a_statement_is_explained_beside_the_text(editor: Editor) -> None:
    editor.type(":Sureql explain<CR>")
    editor.wait("vim.bo.filetype == 'markdown'")
    assert "`customer`" in editor.text()
    editor.type("q")
    editor.settled()
    assert editor.text() == SLOW


def test_a_plan_stands_above_its_statement_until_it_is_hidden(editor: Editor) -> None:
    lenses = "vim.iter(vim.lsp.codelens.get(0)):map(function(l) return l.command.title end):next()"
    editor.type(":Sureql plan<CR>")
    assert "SQLite" in editor.wait(lenses)
    editor.type(":Sureql plan hide<CR>")
    editor.wait("#vim.lsp.codelens.get(0) == 0")


def test_an_explanation_is_shown_as_neovim_can_show_it(editor: Editor) -> None:
    editor.lua(
        "vim.api.nvim_buf_set_lines(0, 0, -1, false, {"
        "'SELECT c.name, i.total FROM customer c JOIN invoice i USING (customer_id)'})"
    )
    editor.type(":Sureql explain<CR>")
    editor.wait("vim.bo.filetype == 'markdown'")
    shown = editor.text()
    assert "mermaid" not in shown and "|" not in shown
    assert "name    TEXT     customer.name" in shown


def test_waiting_for_faster_forms_can_be_cancelled(editor: Editor) -> None:
    editor.type(":Sureql optimize<CR>:Sureql cancel<CR>")
    editor.wait("vim.fn.execute('messages'):find('sureql: cancelled', 1, true)")
    editor.settled()
    assert not editor.lua(f"return {FLOAT}")
    assert editor.text() == SLOW
