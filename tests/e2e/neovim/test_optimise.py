"""Optimising, explaining and planning in Neovim."""

from __future__ import annotations

import re
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
REVIEWED = "#vim.api.nvim_list_tabpages() == 2"
CLOSED = "#vim.api.nvim_list_tabpages() == 1"


def panes(editor: Editor) -> tuple[str, str, str]:
    """What is there now, the other form, and its evidence."""
    editor.wait(REVIEWED)
    windows = editor.nvim.current.tabpage.windows
    now, other, evidence = ("\n".join(window.buffer[:]) for window in windows)
    return now, other, evidence


def title(editor: Editor) -> str:
    return str(editor.nvim.current.tabpage.windows[1].options["winbar"]).strip()


@pytest.fixture
def editor(open_editor: Open, tmp_path: Path) -> Editor:
    """Neovim on the slow query, with the schema loaded."""
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "schema.sql").write_text(SCHEMA, encoding="utf-8")
    found = open_editor(SLOW, f"{{ cmd = {{ {SUREQL!r}, 'lsp' }}, popup = false }}", "")
    found.attached()
    found.wait("((require('sureql.status').get(0) or {}).message or ''):find('2 tables', 1, true)")
    return found


def test_a_rewrite_is_shown_beside_the_query_and_applied_by_a_key(editor: Editor) -> None:
    editor.type(":Sureql optimize<CR>")
    now, other, evidence = panes(editor)
    assert now == SLOW
    assert "JOIN" in other and "-- who has bought" in other
    assert "Proved: " in evidence or "No difference found in " in evidence
    assert re.fullmatch(r"1 of \d", title(editor))
    windows = editor.nvim.current.tabpage.windows
    assert [window.options["diff"] for window in windows] == [True, True, False]
    editor.type("a")
    editor.wait(CLOSED)
    editor.becomes(other)
    editor.type("u")
    editor.becomes(SLOW)


def test_forms_are_looked_through_and_rejected(editor: Editor) -> None:
    editor.type(":Sureql optimize<CR>")
    first = panes(editor)
    count = int(title(editor).split(" of ")[1])
    assert count > 1
    editor.type("n")
    editor.settled()
    second = panes(editor)
    assert second[1] != first[1] and second[0] == SLOW
    editor.type("p")
    editor.settled()
    assert panes(editor) == first
    editor.type("x")
    editor.settled()
    assert panes(editor) == second
    assert title(editor) == f"1 of {count - 1}"
    editor.type("x" * (count - 1))
    editor.wait(CLOSED)
    editor.becomes(SLOW)


def test_advice_can_only_be_read(editor: Editor) -> None:
    candidates = [
        {
            "title": "An index",
            "sql": "CREATE INDEX i ON t (c);",
            "evidence": ["50 % less"],
            "edit": None,
        }
    ]
    editor.lua(
        "require('sureql.optimize').show(vim.lsp.get_clients({ bufnr = 0 })[1],"
        " vim.api.nvim_get_current_buf(), vim.api.nvim_buf_get_changedtick(0), ...)",
        candidates,
    )
    _, other, evidence = panes(editor)
    assert other == "CREATE INDEX i ON t (c);"
    assert evidence == "An index\nThis is advice, there is nothing to apply.\n50 % less"
    editor.type("aq")
    editor.wait(CLOSED)
    editor.becomes(SLOW)


def test_a_rewrite_of_a_text_that_changed_is_not_applied(editor: Editor) -> None:
    editor.type(":Sureql optimize<CR>")
    panes(editor)
    editor.lua(f"vim.api.nvim_buf_set_lines({DOCUMENT}, 0, 0, false, {{ '-- new' }})")
    editor.type("a")
    editor.wait(CLOSED)
    editor.becomes(f"-- new\n{SLOW}")


def test_a_statement_is_explained_over_the_text(editor: Editor) -> None:
    editor.type(":Sureql explain<CR>")
    editor.wait("vim.bo.filetype == 'markdown'")
    shown = editor.text()
    assert "`customer`" in shown
    # The picture is drawn with characters.
    assert "mermaid" not in shown and "│" in shown
    assert editor.lua("return vim.api.nvim_win_get_config(0).relative") == "editor"
    editor.type("q")
    editor.becomes(SLOW)


def test_an_explanation_beside_the_text(editor: Editor) -> None:
    editor.lua("require('sureql').setup({ explain = 'split' })")
    editor.type(":Sureql explain<CR>")
    editor.wait("vim.bo.filetype == 'markdown'")
    assert editor.lua("return vim.api.nvim_win_get_config(0).relative") == ""
    editor.type("q")
    editor.wait("#vim.api.nvim_list_wins() == 1")


def test_an_explanation_of_a_server_without_pictures(editor: Editor) -> None:
    markdown = "What it does.\n\n### Data flow\n\n```mermaid\nflowchart LR\n```\n\nThe end."
    shown = editor.lua("return require('sureql.explain').readable(...)", markdown)
    assert shown == ["What it does.", "", "The end."]


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
    assert editor.lua(f"return {CLOSED}")
    assert editor.text() == SLOW
