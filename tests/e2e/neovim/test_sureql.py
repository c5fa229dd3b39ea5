"""sureql in Neovim, as a user meets it: nothing configured but the plugin's folder."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import sureql
from e2e.neovim import editor
from e2e.neovim.conftest import Open
from e2e.neovim.editor import Editor

REAL = f"{{ cmd = {{ {str(Path(sys.executable).parent / 'sureql')!r}, 'lsp' }} }}"
PATIENT = """
local own = require('sureql')
for _, name in ipairs({ 'fix_all', 'format' }) do
  local quick = own[name]
  own[name] = function(buffer) return quick(buffer, 60000) end
end
"""
SAMPLE = Path(sureql.__file__).parent / "demo" / "project"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """One Neovim on a query of the sample project, for all tests; the schema is loaded."""
    if editor.program() is None:
        pytest.skip("Neovim is not installed (the test tools bring it for most platforms)")
    folder = tmp_path_factory.mktemp("neovim")
    project = folder / "music-store"
    shutil.copytree(SAMPLE, project)
    file = project / "queries" / "new.sql"
    file.write_text("SELECT titel FROM album;\n", encoding="utf-8")
    opened = Editor(folder, file, REAL)
    try:
        opened.attached()
        opened.wait("#vim.diagnostic.get(0) == 1")
        yield opened
    finally:
        opened.close()


def fresh(opened: Editor, text: str) -> None:
    """Put `text` into the buffer and the cursor, in normal mode, at its end."""
    opened.type("<Esc>")
    opened.lua("vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split(..., '\\n'))", text)
    opened.type("G$")
    opened.settled()


def test_attaches_on_the_project(real: Editor) -> None:
    assert real.lua("return vim.lsp.get_clients()[1].name") == "sureql"
    # No repository here: the folder with `db` is the project.
    assert Path(real.lua("return vim.lsp.get_clients()[1].root_dir")).name == "music-store"


def test_diagnostics_and_quick_fix(real: Editor) -> None:
    fresh(real, "-- é 😀\nSELECT titel FROM album;")
    real.wait("#vim.diagnostic.get(0, { lnum = 1 }) == 1")
    (found,) = real.lua("return vim.diagnostic.get(0)")
    assert (found["lnum"], found["col"], found["end_col"]) == (1, 7, 12)
    assert (found["code"], found["source"]) == ("unknown-column", "sureql")
    real.type("2G8|")
    real.type(":Sureql fix<CR>")
    real.wait("vim.api.nvim_buf_get_lines(0, 1, 2, true)[1] == 'SELECT title FROM album;'")
    real.wait("#vim.diagnostic.get(0) == 0")


def test_fix_all_on_save(real: Editor) -> None:
    fresh(real, "SELECT titel FROM album;\nSELECT naem FROM artist;")
    real.wait("#vim.diagnostic.get(0) == 2")
    assert real.lua("return require('sureql').fix_all(0, 60000)")
    assert real.text() == "SELECT title FROM album;\nSELECT name FROM artist;"


def test_ghost_text_whole(real: Editor) -> None:
    fresh(real, "SELECT c.country\nFROM customer c")
    real.type("oJOIN inv")
    assert real.ghost().startswith("oice")
    whole = real.ghost()
    real.type("<Tab>")
    real.no_ghost()
    assert real.text().endswith("JOIN inv" + whole)
    assert "customer_id" in whole


def test_ghost_text_word_by_word_and_dismissed(real: Editor) -> None:
    fresh(real, "SELECT c.country\nFROM customer c")
    real.type("oJOIN inv")
    whole = real.ghost()
    real.type("<M-w>")
    real.settled()
    assert real.text().endswith("JOIN invoice")
    assert real.ghost() == whole.removeprefix("oice")
    real.type("<M-l>")
    real.settled()
    assert real.text().endswith(("JOIN inv" + whole).split("\n")[0])
    fresh(real, "SELECT c.country\nFROM customer c")
    real.type("oJOIN inv")
    real.ghost()
    real.type("<C-]>")
    real.no_ghost()


def test_popup_by_omnifunc(real: Editor) -> None:
    fresh(real, "SELECT * FROM cust")
    real.type("A<C-x><C-o>")
    real.wait("vim.fn.pumvisible() == 1")
    words = [item["word"] for item in real.lua("return vim.fn.complete_info({'items'}).items")]
    assert words[0].startswith("customer")
    assert all("cust" in word.lower() for word in words)
    real.type("<C-e><Esc>")


def test_popup_opens_by_itself_after_a_dot(real: Editor) -> None:
    fresh(real, "SELECT al FROM album al")
    real.type("0wea.")
    real.wait("vim.fn.pumvisible() == 1")
    words = [item["word"] for item in real.lua("return vim.fn.complete_info({'items'}).items")]
    assert {"album_id", "title", "artist_id", "release_date"} <= set(words)
    real.no_ghost()
    real.type("ti<C-n><C-y>")
    real.becomes("SELECT al.title FROM album al")
    real.wait("vim.fn.pumvisible() == 0")
    real.type("<Esc>")


def test_hover(real: Editor) -> None:
    fresh(real, "SELECT title FROM album;")
    real.type("0fb")
    real.type("K")
    real.wait("#vim.api.nvim_list_wins() == 2")
    shown = real.lua(
        "for _, win in ipairs(vim.api.nvim_list_wins()) do"
        " if vim.api.nvim_win_get_config(win).relative ~= '' then"
        " return table.concat(vim.api.nvim_buf_get_lines("
        "vim.api.nvim_win_get_buf(win), 0, -1, false), '\\n') end end"
    )
    assert "album" in shown
    assert "release_date" in shown
    real.type("ll")
    real.wait("#vim.api.nvim_list_wins() == 1")


def test_definition(real: Editor) -> None:
    fresh(real, "SELECT newsletter FROM customer;")
    real.lua("vim.bo.modified = false; vim.o.hidden = true")
    real.type("$b")
    real.settled()
    real.lua("vim.lsp.buf.definition()")
    real.wait("vim.api.nvim_buf_get_name(0):find('0002_sales.sql', 1, true)")
    line = real.lua("return vim.api.nvim_get_current_line()")
    assert line.startswith("CREATE TABLE customer")
    real.nvim.command("buffer new.sql")


def test_document_symbols(real: Editor) -> None:
    fresh(real, "CREATE TABLE genre_note (id INTEGER);\nSELECT 1;")
    answer = real.lua(
        "return vim.lsp.get_clients({ bufnr = 0 })[1]:request_sync('textDocument/documentSymbol',"
        " { textDocument = vim.lsp.util.make_text_document_params(0) }, 60000,"
        " vim.api.nvim_get_current_buf())"
    )
    names = [symbol["name"] for symbol in answer["result"]]
    assert any("genre_note" in name for name in names), names


def test_health_and_commands(real: Editor) -> None:
    real.nvim.command("Sureql health")
    real.wait("vim.bo.filetype == 'checkhealth'")
    report = real.text()
    assert "sureql " + sureql.__version__ in report
    assert "Running on" in report
    assert "ERROR" not in report
    real.nvim.command("bwipeout!")
    real.nvim.command("Sureql log")
    real.wait("vim.bo.buftype == 'nofile'")
    real.nvim.command("bwipeout!")
    real.nvim.command("Sureql refresh")
    with pytest.raises(AssertionError):
        real.wait("vim.fn.execute('messages'):find('Error')", 0.3)


def test_the_prompt_for_the_cursor(real: Editor) -> None:
    fresh(real, "-- é 😀\nSELECT titel FROM album WHERE ")
    real.nvim.command("Sureql prompt")
    real.wait("vim.bo.filetype == 'markdown'")
    shown = real.text()
    assert "| schema |" in shown
    assert "SELECT titel FROM album WHERE" in shown
    real.nvim.command("bwipeout!")


def test_restart(real: Editor) -> None:
    before = real.lua("return vim.lsp.get_clients()[1].id")
    real.nvim.command("Sureql restart")
    real.wait(f"#vim.lsp.get_clients() == 1 and vim.lsp.get_clients()[1].id ~= {before}")
    real.attached()
    fresh(real, "SELECT naem FROM artist;")
    real.wait("#vim.diagnostic.get(0) == 1")
    fresh(real, "SELECT c.country\nFROM customer c")
    real.type("oJOIN inv")
    assert real.ghost().startswith("oice")
    real.type("<Esc>")


def test_a_lone_file_and_a_new_buffer(open_editor: Open) -> None:
    opened = open_editor("SELECT anything FROM anywhere;\n", REAL)
    opened.attached()
    opened.type("GoSEL")
    assert opened.ghost()
    assert opened.lua("return #vim.diagnostic.get(0)") <= 1
    opened.type("<Esc>:enew!<CR>:setfiletype sql<CR>iSEL")
    assert opened.ghost().startswith("ECT")


def test_says_what_to_do_without_the_program(open_editor: Open) -> None:
    opened = open_editor("", "{ cmd = { 'no-such-sureql', 'lsp' } }")
    opened.nvim.command("checkhealth sureql")
    opened.wait("vim.bo.filetype == 'checkhealth'")
    assert "`no-such-sureql` was not found" in opened.text()
    assert "uv tool install sureql" in opened.text()


@pytest.fixture
def saving(open_editor: Open, tmp_path: Path) -> Editor:
    """Neovim that fixes and formats on save, on a file with two mistakes."""
    project = tmp_path / "project"
    shutil.copytree(SAMPLE, project)
    options = REAL[:-1] + ", fix_on_save = true, format_on_save = true }"
    opened = open_editor("select titel from album;\nselect naem,1 from artist;\n", options)
    opened.attached()
    opened.wait("#vim.diagnostic.get(0, { severity = 1 }) == 2")
    # Half a second is not always enough for it on a busy machine.
    opened.lua(PATIENT)
    return opened


def test_saving_fixes_and_formats(saving: Editor) -> None:
    saving.type("<Esc>:w<CR>")
    wanted = "select title from album;\nselect\n    name,\n    1\nfrom artist;"
    saving.wait(f"table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), '\\n') == {wanted!r}")
    file = Path(saving.lua("return vim.api.nvim_buf_get_name(0)"))
    assert file.read_text() == wanted + "\n"
    assert not saving.lua("return vim.bo.modified")
    saving.type("u")
    assert "titel" in saving.text()
