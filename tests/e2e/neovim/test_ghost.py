"""Ghost text in Neovim 0.11: shown, typed along, accepted whole or in part, dismissed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from e2e.neovim.conftest import Open
from e2e.neovim.editor import Editor
from support.waiting import wait_until

REST = " * from invoice where total > 10"


def told(editor: Editor, kind: str) -> list[dict[str, Any]]:
    """What the client told the server, of one kind."""
    answer = editor.lua(
        "return vim.lsp.get_clients({ bufnr = 0 })[1]:request_sync('scripted/told', {}, 60000, 0)"
    )
    return [detail for found, detail in answer["result"] if found == kind]


def test_shows_and_accepts_the_whole(scripted: Editor) -> None:
    scripted.type("iselect")
    assert scripted.ghost() == REST
    assert scripted.text() == "select"
    scripted.type("<Tab>")
    scripted.no_ghost()
    scripted.becomes("select" + REST)
    assert scripted.cursor() == (1, len("select" + REST))
    # What comes next may be shown already.
    assert told(scripted, "shown")[0] == {"insertText": "select" + REST}
    assert told(scripted, "partly") == [{"acceptedLength": len("select" + REST)}]


def test_accepts_word_by_word_then_line(scripted: Editor) -> None:
    scripted.type("iselect")
    scripted.ghost()
    scripted.type("<M-w>")
    assert scripted.ghost() == " from invoice where total > 10"
    assert scripted.text() == "select *"
    scripted.type("<M-Right>")
    scripted.becomes("select * from")
    scripted.type("<M-l>")
    scripted.becomes("select" + REST)
    lengths = [detail["acceptedLength"] for detail in told(scripted, "partly")]
    assert lengths == [8, 13, len("select" + REST)]


def test_several_lines_are_drawn_below_and_accepted_by_line(scripted: Editor) -> None:
    scripted.type("iSELECT n")
    assert scripted.ghost() == "ame\n  FROM artist\n WHERE name IS NOT NULL"
    scripted.type("<M-l>")
    scripted.becomes("SELECT name")
    assert scripted.ghost() == "\n  FROM artist\n WHERE name IS NOT NULL"
    scripted.type("<M-l>")
    scripted.becomes("SELECT name\n  FROM artist")
    assert scripted.cursor() == (2, len("  FROM artist"))
    scripted.type("<Tab>")
    scripted.becomes("SELECT name\n  FROM artist\n WHERE name IS NOT NULL")


def test_typing_along_asks_nothing_and_keeps_the_text(scripted: Editor) -> None:
    scripted.type("iselect")
    scripted.ghost()
    asked = len(told(scripted, "asked"))
    for typed, rest in ((" ", "* from"), ("*", " from"), (" fr", "om in")):
        scripted.type(typed)
        scripted.wait(f"vim.startswith(require('sureql.ghost').text() or '', {rest!r})")
    time.sleep(0.15)
    assert len(told(scripted, "asked")) == asked
    scripted.type("x")
    scripted.no_ghost()
    scripted.becomes("select * frx")


def test_accepting_writes_the_case_of_the_suggestion(scripted: Editor) -> None:
    scripted.type("iSELECT * FROM inv")
    assert scripted.ghost() == "oice where total > 10"
    scripted.type("<Tab>")
    scripted.becomes("SELECT * FROM invoice where total > 10")


def test_replaces_a_closing_bracket_that_is_already_there(scripted: Editor) -> None:
    scripted.type("icount()<Left>")
    assert scripted.ghost() == "*"
    scripted.type("<Tab>")
    scripted.becomes("count(*)")
    assert scripted.cursor() == (1, len("count(*)"))


def test_counts_in_the_server_s_units(open_editor: Open) -> None:
    only = "{ capabilities = { general = { positionEncodings = { 'utf-16' } } } }"
    editor = open_editor(text="größe 😀\n", before=f"vim.lsp.config('sureql', {only})")
    editor.attached()
    assert editor.lua("return vim.lsp.get_clients()[1].offset_encoding") == "utf-16"
    editor.type("A ")
    editor.wait("require('sureql.ghost').text() == 'breite'")
    editor.type("<M-w>")
    editor.becomes("größe 😀 breite")


def test_dismissed_until_the_text_changes(scripted: Editor) -> None:
    scripted.type("iselect")
    scripted.ghost()
    scripted.type("<C-]>")
    scripted.no_ghost()
    time.sleep(0.2)
    assert scripted.lua("return require('sureql.ghost').text()") is None
    scripted.type(" ")
    assert scripted.ghost() == "* from invoice where total > 10"


def test_next_asks_for_more_and_goes_round(scripted: Editor) -> None:
    scripted.type("iselect *")
    first = scripted.ghost()
    scripted.type("<M-]>")
    second = scripted.wait(
        "require('sureql.ghost').text():find('order by') and require('sureql.ghost').text()"
    )
    assert second.startswith(first)
    scripted.type("<M-]>")
    scripted.settled()
    assert scripted.ghost() == first
    scripted.type("<M-[>")
    scripted.settled()
    assert scripted.ghost() == second


def test_invoked_by_key(scripted: Editor) -> None:
    scripted.type("iselect")
    scripted.ghost()
    scripted.type("<C-]>")
    scripted.no_ghost()
    scripted.type("<M-\\>")
    assert scripted.ghost() == REST
    assert told(scripted, "asked")[-1]["invoked"]


def test_leaving_insert_mode_hides_it(scripted: Editor) -> None:
    scripted.type("iselect")
    scripted.ghost()
    scripted.type("<Esc>")
    scripted.no_ghost()
    scripted.type("a")
    assert scripted.ghost() == REST


def test_one_undo_takes_back_what_was_accepted(scripted: Editor) -> None:
    scripted.type("iselect")
    scripted.ghost()
    scripted.type("<Tab>")
    scripted.no_ghost()
    scripted.type("<Esc>u")
    scripted.becomes("select")


def test_a_newer_request_cancels_the_older(scripted: Editor) -> None:
    scripted.type("istuck")
    wait_until(lambda: any(one["before"] == "stuck" for one in told(scripted, "asked")))
    scripted.type(" in")
    assert scripted.ghost() == " traffic"
    assert {"before": "stuck"} in told(scripted, "cancelled")


def test_an_answer_that_comes_too_late_is_dropped(scripted: Editor) -> None:
    scripted.type("islow")
    wait_until(lambda: any(one["before"] == "slow" for one in told(scripted, "asked")))
    scripted.type("ly<Esc>")
    time.sleep(0.4)
    assert scripted.lua("return require('sureql.ghost').text()") is None


def test_the_popup_hides_it(scripted: Editor) -> None:
    scripted.type("iselect * from ")
    scripted.ghost()
    scripted.type("<C-x><C-o>")
    scripted.wait("vim.fn.pumvisible() == 1")
    scripted.no_ghost()
    scripted.type("<C-e>")
    scripted.wait("vim.fn.pumvisible() == 0")
    assert scripted.ghost() == "invoice where total > 10"


def test_tab_stays_a_tab_without_ghost_text(scripted: Editor) -> None:
    scripted.lua("vim.bo.expandtab = true; vim.bo.shiftwidth = 2; vim.bo.softtabstop = 2")
    scripted.type("i<Tab>x")
    scripted.becomes("  x")


def test_a_key_of_the_user_s_own_still_works_without_ghost_text(open_editor: Open) -> None:
    editor = open_editor(
        before="vim.keymap.set('i', '<Tab>', function() return 'own' end, { expr = true })"
    )
    editor.attached()
    editor.type("i<Tab>")
    editor.becomes("own")
    editor.type("<C-u>select")
    editor.ghost()
    editor.type("<Tab>")
    editor.becomes("select" + REST)


def test_a_macro_keeps_the_order_of_keys(scripted: Editor) -> None:
    scripted.lua("vim.fn.setreg('q', vim.keycode('ia<Tab>b<Esc>'))")
    scripted.type("@q")
    scripted.becomes("a\tb")


def test_survives_a_server_that_dies(scripted: Editor) -> None:
    scripted.type("iselect")
    scripted.ghost()
    scripted.lua("vim.lsp.get_clients()[1]:stop(true)")
    scripted.wait("#vim.lsp.get_clients() == 0")
    scripted.no_ghost()
    scripted.type(" and on")
    scripted.becomes("select and on")
    assert scripted.nvim.command_output("messages").count("Error") == 0


def test_the_buffer_that_is_looked_at_is_told(scripted: Editor, tmp_path: Path) -> None:
    first = scripted.lua("return vim.uri_from_bufnr(0)")
    other = tmp_path / "project" / "other.sql"
    other.write_text("SELECT 1;\n")
    scripted.lua("vim.cmd.edit(...)", str(other))
    scripted.attached()
    scripted.lua("vim.cmd.buffer('#')")
    wait_until(lambda: told(scripted, "focus")[-1] == {"uri": first})
    scripted.lua("vim.cmd.buffer('#')")
    wait_until(lambda: told(scripted, "focus")[-1] == {"uri": other.as_uri()})
