"""Several folders in one window, each with a schema and a dialect of its own."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from e2e.vscode.conftest import ARTIFACTS
from e2e.vscode.window import Window

TABLES = {
    "sky": 'CREATE TABLE planet (planet_id INTEGER PRIMARY KEY, "mass \\ kg" REAL NOT NULL);\n',
    "land": "CREATE TABLE river (river_id INTEGER PRIMARY KEY, delta TEXT NOT NULL);\n",
}
PYTHON = """\
def heavy(connection):
    return connection.execute("SELECT | FROM planet WHERE planet_id > 3")
"""
QUERIES = "SELECT planet_id FROM planet;\nSELECT river_id FROM river;\n"


@pytest.fixture(scope="module")
def both(
    shared: Window, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Window]:
    """A window on two folders; the first is `sky`."""
    root = tmp_path_factory.mktemp("folders")
    for name, table in TABLES.items():
        (root / name).mkdir()
        (root / name / "schema.sql").write_text(table, encoding="utf-8")
        (root / name / "both.sql").write_text(QUERIES, encoding="utf-8")
    (root / "land" / "sureql.toml").write_text('dialect = "postgres"\n', encoding="utf-8")
    workspace = root / "both.code-workspace"
    folders = [{"path": name} for name in TABLES]
    workspace.write_text(json.dumps({"folders": folders}), encoding="utf-8")
    window = Window(
        browser.new_page(viewport={"width": 1280, "height": 720}), shared.server, ARTIFACTS
    )
    shared.configure({})
    window.open(root / "sky", workspace)
    yield window
    window.page.close()


def unknown(window: Window, folder: str) -> list[int]:
    """The lines of a folder's `both.sql` that name a table it does not have."""
    lines: list[int] = window.host(
        "return vscode.languages.getDiagnostics(vscode.Uri.file(given.path))"
        ".filter((one) => one.code.value === 'unknown-table').map((one) => one.range.start.line)",
        path=str(window.folder.parent / folder / "both.sql"),
    )
    return lines


def test_each_folder_has_its_own_schema_and_settings(both: Window) -> None:
    both.edit("both.sql", QUERIES)
    both.edit("../land/both.sql", QUERIES)
    both.until(lambda: unknown(both, "sky") == [1], "sky has no rivers")
    both.until(lambda: unknown(both, "land") == [0], "land has no planets")
    both.picture("folders")
    own = both.folder / ".vscode" / "settings.json"
    own.parent.mkdir()
    own.write_text(json.dumps({"sureql.diagnostics.off": ["unknown-table"]}), encoding="utf-8")
    both.until(lambda: unknown(both, "sky") == [], "the folder's own setting counts there")
    assert unknown(both, "land") == [0]


def test_a_folder_that_is_taken_away_takes_its_problems_along(both: Window) -> None:
    both.command("workbench.action.closeAllEditors")
    (both.folder / "../land/beside.sql").write_text("SELECT river FROM river;\n", encoding="utf-8")
    shown = (
        "return vscode.languages.getDiagnostics()"
        ".filter(([uri, all]) => all.length > 0 && uri.path.includes('/land/')).length"
    )
    both.until(lambda: both.host(shown) > 0, "problems of the folder")
    both.host("vscode.workspace.updateWorkspaceFolders(1, 1)")
    both.until(lambda: both.host(shown) == 0, "they are gone with it")
    again = "vscode.workspace.updateWorkspaceFolders(1, 0, { uri: vscode.Uri.file(given.path) })"
    both.host(again, path=str(both.folder.parent / "land"))
    both.until(lambda: both.host(shown) > 0, "and come back with it")


HINTS = """
const { document } = vscode.window.activeTextEditor;
const whole = new vscode.Range(0, 0, 1, 0);
const name = "vscode.executeInlayHintProvider";
return (await vscode.commands.executeCommand(name, document.uri, whole)).map((one) => one.label);
"""


def test_types_in_the_text_can_be_left_to_others(both: Window) -> None:
    both.edit("../land/typed.sql", "SELECT delta FROM river WHERE river_id = $1;\n")
    both.host(
        "kept.hints = vscode.languages.registerInlayHintsProvider({ language: 'sql' }, {"
        " provideInlayHints: () => [new vscode.InlayHint(new vscode.Position(0, 0), 'second')] })"
    )
    try:
        types = {"second", ": integer"}
        both.until(lambda: set(both.host(HINTS)) == types, "PostgreSQL's types")
        both.configure({"sureql.features.inlayHints": False})
        both.until(lambda: both.host(HINTS) == ["second"], "the other extension's alone")
        both.configure({})
        both.until(lambda: set(both.host(HINTS)) == types, "ours are back")
    finally:
        both.host("kept.hints.dispose()")
        both.configure({})


def test_a_name_is_written_as_the_string_needs_it(both: Window) -> None:
    both.edit("heavy.py", PYTHON)
    before = both.text()
    both.command("sureql.schema.focus")
    rows = both.page.locator(".pane-body .monaco-list-row")
    table, column = (rows.filter(has_text=name).first for name in ("planet", "mass"))
    table.wait_for()

    def selected() -> bool:
        if column.is_visible():
            column.click()
            return True
        table.click()
        both.press("ArrowRight")
        both.page.wait_for_timeout(300)
        return False

    def written() -> bool:
        if selected():
            both.command("sureql.schemaInsert")
        if "mass" in both.text():
            return True
        # The extension host hears of what is selected a little after it is on the screen: what was
        # selected before is written, and a user takes that back.
        if both.text() != before:
            both.command("undo")
        return False

    both.until(written, "the name is in the text")
    both.picture("insert_name")
    texts = [one.value for one in ast.walk(ast.parse(both.text())) if isinstance(one, ast.Constant)]
    assert 'SELECT "mass \\ kg" FROM planet WHERE planet_id > 3' in texts

    both.edit("plain.py", "|NOTE = 1\n")
    both.command("sureql.schema.focus")

    def refused() -> bool:
        if any("is not written here" in text for text in both.notices()):
            return True
        if selected():
            both.begin("sureql.schemaInsert")
            both.page.wait_for_timeout(500)
        return False

    both.until(refused, "it is refused where there is no SQL")
    assert both.text() == "NOTE = 1\n"
    both.command("workbench.view.explorer")
