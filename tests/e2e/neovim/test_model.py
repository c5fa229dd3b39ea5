"""A model in Neovim: statements from words, and fixes as a diff; the endpoint is scripted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from e2e.neovim import editor
from e2e.neovim.editor import Editor
from e2e.neovim.test_sureql import REAL, SAMPLE, fresh
from support import fault_server
from support.fault_server import FaultServer, Request
from support.spoken import Answer

GOOD = "SELECT last_name\nFROM customer\nWHERE country = 'NZ'"
FLOAT = "require('sureql.float').window"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[FaultServer]:
    with fault_server.running() as server:
        yield server


@pytest.fixture(scope="module")
def modelled(tmp_path_factory: pytest.TempPathFactory, endpoint: FaultServer) -> Iterator[Editor]:
    """Neovim on the sample project, with a model."""
    if editor.program() is None:
        pytest.skip("Neovim is not installed (the test tools bring it for most platforms)")
    folder = tmp_path_factory.mktemp("neovim")
    project = folder / "music-store"
    shutil.copytree(SAMPLE, project)
    file = project / "queries" / "new.sql"
    file.write_text("SELECT titel FROM album;\n", encoding="utf-8")
    before = (
        "vim.lsp.config('sureql', { settings = { sureql = { model = {"
        f" name = 'model', base_url = '{endpoint.base_url}', api = 'chat', grammar = false"
        " }, inline = { enabled = false } } } })"
    )
    opened = Editor(folder, file, REAL, before)
    try:
        opened.attached()
        opened.wait("#vim.diagnostic.get(0) == 1", 30)
        yield opened
    finally:
        opened.close()


def script(endpoint: FaultServer, *answers: str) -> None:
    """Conversations get these answers; what finds out about the endpoint does not count."""
    said = list(answers)

    def answer(request: Request) -> Answer:
        if "customer" not in request.raw.decode():
            return Answer(pieces=("ok",))
        return Answer(pieces=(said.pop(0) if len(said) > 1 else said[0],))

    endpoint.script(answer)


def shown(opened: Editor) -> str:
    """The text in the small window, waited for."""
    opened.wait(f"{FLOAT} ~= nil and vim.api.nvim_win_is_valid({FLOAT})")
    lines = f"vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf({FLOAT}), 0, -1, true)"
    return str(opened.lua(f"return table.concat({lines}, '\\n')"))


def test_a_statement_is_shown_refined_and_inserted(modelled: Editor, endpoint: FaultServer) -> None:
    shorter = GOOD + "\nLIMIT 3"
    script(endpoint, f"```sql\n{GOOD};\n```", shorter)
    fresh(modelled, "SELECT 1;\n")
    modelled.type(":Sureql generate customers of New Zealand<CR>")
    assert shown(modelled) == GOOD
    assert modelled.lua("return vim.bo[vim.fn.bufnr('new.sql')].modified")
    modelled.type("r")
    modelled.settled()
    modelled.type("only three<CR>")
    modelled.wait(f"{FLOAT} ~= nil and vim.api.nvim_win_is_valid({FLOAT})")
    assert shown(modelled) == shorter
    modelled.type("<CR>")
    modelled.wait(f"{FLOAT} == nil")
    modelled.wait("vim.api.nvim_buf_line_count(0) == 5")
    assert modelled.text() == "SELECT 1;\n" + shorter + ";"


def test_nothing_is_inserted_unasked(modelled: Editor, endpoint: FaultServer) -> None:
    script(endpoint, GOOD)
    fresh(modelled, "SELECT 2;\n")
    modelled.type(":Sureql generate customers of New Zealand again<CR>")
    assert shown(modelled) == GOOD
    modelled.type("q")
    modelled.wait(f"{FLOAT} == nil")
    assert modelled.text() == "SELECT 2;\n"


def test_what_does_not_hold_up_is_only_said(modelled: Editor, endpoint: FaultServer) -> None:
    script(endpoint, "DROP TABLE artist")
    fresh(modelled, "SELECT 3;\n")
    modelled.type(":messages clear<CR>:Sureql generate the artists please<CR>")
    modelled.wait("vim.fn.execute('messages'):find('DROP was not asked for', 1, true) ~= nil")
    assert modelled.lua(f"return {FLOAT}") is None
    assert modelled.text() == "SELECT 3;\n"


def test_a_fix_is_shown_as_a_diff_and_made_when_wanted(
    modelled: Editor, endpoint: FaultServer
) -> None:
    script(endpoint, "SELECT country FROM customer")
    fresh(modelled, "SELECT zzqx\nFROM customer;")
    modelled.wait("#vim.diagnostic.get(0, { lnum = 0 }) == 1")
    modelled.type("gg8|:Sureql fix-with-model<CR>")
    assert shown(modelled).split("\n")[:2] == ["-SELECT zzqx", "+SELECT country"]
    modelled.type("n")
    modelled.wait(f"{FLOAT} == nil")
    assert modelled.text() == "SELECT zzqx\nFROM customer;"
    modelled.type(":Sureql fix-with-model<CR>")
    shown(modelled)
    modelled.type("y")
    modelled.wait("vim.api.nvim_buf_get_lines(0, 0, 1, true)[1] == 'SELECT country'")
    assert modelled.text() == "SELECT country\nFROM customer;"
