"""Ghost text of a model in Neovim, from an endpoint that answers by a script."""

from __future__ import annotations

import sys
from pathlib import Path

from e2e.neovim.conftest import Open
from support.fault_server import running
from support.spoken import Answer

SCHEMA = "CREATE TABLE artist (artist_id integer PRIMARY KEY, name text NOT NULL, country text);\n"
SUREQL = str(Path(sys.executable).parent / "sureql")


def test_what_a_model_says_is_shown_and_accepted(open_editor: Open, tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "schema.sql").write_text(SCHEMA, encoding="utf-8")
    with running() as endpoint:
        endpoint.script(Answer(pieces=("```sql\n", "country", " = 'FR'", "\n```")))
        model = f"name = 'model', base_url = '{endpoint.base_url}', api = 'chat', grammar = false"
        settings = f"{{ model = {{ {model} }}, inline = {{ wait = 15000 }} }}"
        editor = open_editor(
            "",
            f"{{ cmd = {{ {SUREQL!r}, 'lsp' }}, popup = false }}",
            f"vim.lsp.config('sureql', {{ settings = {{ sureql = {settings} }} }})",
        )
        editor.attached()
        for _ in range(200):
            if endpoint.asked:
                break
            editor.settled()
        editor.type("iSELECT name, country FROM artist WHERE ")
        editor.wait("(require('sureql.ghost').text() or ''):find(\"= 'FR'\", 1, true)", 30)
        editor.type("<Tab>")
        editor.settled()
        assert editor.text() == "SELECT name, country FROM artist WHERE country = 'FR'"
