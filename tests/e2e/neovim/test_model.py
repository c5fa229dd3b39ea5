"""Ghost text of a model in Neovim, from an endpoint that answers by a script."""

from __future__ import annotations

import sys
from pathlib import Path

from e2e.neovim.conftest import Open
from e2e.neovim.editor import Editor
from support.fault_server import running
from support.spoken import Answer
from support.waiting import wait_until

SCHEMA = "CREATE TABLE artist (artist_id integer PRIMARY KEY, name text NOT NULL, country text);\n"
SUREQL = str(Path(sys.executable).parent / "sureql")


def caught_up(editor: Editor) -> None:
    """Wait until the server has read all that was typed, and has made its model ready."""
    editor.lua(
        "local client = vim.lsp.get_clients({ bufnr = 0 })[1]\n"
        "local params = vim.lsp.util.make_position_params(0, client.offset_encoding)\n"
        "local place = { uri = params.textDocument.uri, position = params.position }\n"
        "local asked = { command = 'sureql.showPrompt', arguments = { place } }\n"
        "assert(client:request_sync('workspace/executeCommand', asked, 60000, 0).result)"
    )


def test_what_a_model_says_is_shown_and_accepted(open_editor: Open, tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "schema.sql").write_text(SCHEMA, encoding="utf-8")
    with running() as endpoint:
        endpoint.script(Answer(pieces=("```sql\n", "country", " = 'FR'", "\n```")))
        model = f"name = 'model', base_url = '{endpoint.base_url}', api = 'chat', grammar = false"
        settings = f"{{ model = {{ {model} }}, inline = {{ wait = 60000 }} }}"
        editor = open_editor(
            "",
            f"{{ cmd = {{ {SUREQL!r}, 'lsp' }}, popup = false }}",
            f"vim.lsp.config('sureql', {{ settings = {{ sureql = {settings} }} }})",
        )
        editor.attached()
        wait_until(lambda: endpoint.asked)
        editor.type("iSELECT name, country FROM artist WHERE ")
        editor.wait("(require('sureql.ghost').text() or ''):find(\"= 'FR'\", 1, true)")
        editor.type("<Tab>")
        editor.becomes("SELECT name, country FROM artist WHERE country = 'FR'")
        editor.type("<Esc>:Sureql model off<CR>")
        editor.settled()
        caught_up(editor)
        asked = len(endpoint.asked)
        editor.type(":%d<CR>iSELECT name FROM artist WHERE ")
        editor.settled()
        caught_up(editor)
        assert len(endpoint.asked) == asked
        editor.type("<Esc>:Sureql model on<CR>")
        editor.settled()
        caught_up(editor)
        editor.type(":%d<CR>iSELECT artist_id FROM artist WHERE ")
        editor.wait("(require('sureql.ghost').text() or ''):find(\"= 'FR'\", 1, true)")


def test_what_is_wrong_with_a_model_is_told_and_nothing_pops_up(
    open_editor: Open, tmp_path: Path
) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "schema.sql").write_text(SCHEMA, encoding="utf-8")
    with running() as endpoint:
        endpoint.script(Answer(status=401))
        model = f"name = 'model', base_url = '{endpoint.base_url}', api = 'chat'"
        editor = open_editor(
            "",
            f"{{ cmd = {{ {SUREQL!r}, 'lsp' }}, popup = false }}",
            "vim.lsp.config('sureql', { settings = { sureql = { model = { " + model + " } } } })\n"
            "told = {}\n"
            "vim.api.nvim_create_autocmd('User', { pattern = 'SureqlStatus',"
            " callback = function(event) table.insert(told, event.data.kind) end })\n"
            "vim.api.nvim_create_autocmd('VimEnter',"
            " { callback = function() before = require('sureql').status() end })",
        )
        editor.attached()
        assert editor.lua("return before") == ""
        editor.wait("require('sureql').status():find('wants a key', 1, true)")
        assert editor.lua("return told[#told]") == "Error"
        editor.type("iSELECT name, country FROM art")
        editor.wait("vim.startswith(require('sureql.ghost').text() or '', 'ist')")
        editor.type("<Esc>")
        messages = editor.nvim.command_output("messages")
        assert "wants a key" not in messages  # It is told only to who asks.
        editor.type(":Sureql status<CR>")
        editor.wait("vim.api.nvim_win_get_config(0).relative ~= ''")
        assert "wants a key" in editor.text()
