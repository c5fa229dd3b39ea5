"""What comes and goes oddly: files too large to be shown, deleted files, closed cells, wrong settings."""

from __future__ import annotations

import json
from pathlib import Path

from e2e.vscode.window import Window

WRONG = "SELECT titel FROM album;\n"
LARGE = 100_000_000


def opened(window: Window, file: Path) -> None:
    """As the explorer opens a file: nothing holds it once its tab is closed."""
    window.host(
        "await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(given.path))",
        path=str(file),
    )


def shown(window: Window, name: str) -> int:
    """How many problems are shown of files whose name ends so."""
    found: int = window.host(
        "return vscode.languages.getDiagnostics().filter(([uri]) => uri.path.endsWith(given.name))"
        ".reduce((sum, [, all]) => sum + all.length, 0)",
        name=name,
    )
    return found


def status(window: Window) -> str:
    item = window.page.locator(".statusbar-item:has-text('sureql')").first
    return item.get_attribute("aria-label") or ""


def test_a_huge_file_is_off_and_said_so(window: Window) -> None:
    huge = window.folder / "queries" / "huge.sql"
    line = b"INSERT INTO genre (genre_id, name) VALUES (1, 'Rock');\n"
    huge.write_bytes(line * (LARGE // len(line)))
    try:
        window.edit("queries/small.sql", WRONG)
        window.until(lambda: window.problems() == ["unknown-column"], "the server runs")
        opened(window, huge)
        window.until(lambda: "huge.sql is too large" in status(window), "it is said")
        window.picture("huge")
        window.edit("queries/small.sql", WRONG)
        window.until(lambda: "huge.sql" not in status(window), "of that file only")
        assert window.problems() == ["unknown-column"]
        window.command("workbench.action.closeAllEditors")
    finally:
        huge.unlink()


def test_problems_of_a_deleted_file_go_with_it(window: Window) -> None:
    unopened = window.folder / "queries" / "unopened.sql"
    unopened.write_text(WRONG, encoding="utf-8")
    window.edit("queries/first.sql", WRONG)
    window.until(lambda: shown(window, "unopened.sql") == 1, "a file that is not open is checked")
    unopened.unlink()
    window.until(lambda: shown(window, "unopened.sql") == 0, "its problem is gone")

    closed = window.folder / "queries" / "closed.sql"
    closed.write_text(WRONG, encoding="utf-8")
    opened(window, closed)
    window.until(lambda: window.problems() == ["unknown-column"], "a problem")
    window.command("workbench.action.closeActiveEditor")
    closed.unlink()
    window.until(lambda: shown(window, "closed.sql") == 0, "its problem is gone")


def test_problems_of_a_closed_cell_go_with_it(window: Window) -> None:
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {"vscode": {"languageId": "sql"}},
        "outputs": [],
    }
    cells = [
        {**cell, "source": [text]}
        for text in ("SELECT titel FROM album;", "SELECT nam FROM genre;")
    ]
    notebook = window.folder / "two_cells.ipynb"
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    notebook.write_text(text, encoding="utf-8")
    window.host(
        "const uri = vscode.Uri.file(given.path);"
        "await vscode.commands.executeCommand('vscode.openWith', uri, 'jupyter-notebook');",
        path=str(notebook),
    )
    window.until(lambda: shown(window, "two_cells.ipynb") == 2, "a problem in each cell")
    window.host(
        "const one = vscode.workspace.notebookDocuments.find((each) => each.uri.path === given.path);"
        "const edit = new vscode.WorkspaceEdit();"
        "edit.set(one.uri, [vscode.NotebookEdit.deleteCells(new vscode.NotebookRange(0, 1))]);"
        "await vscode.workspace.applyEdit(edit); await one.save();",
        path=str(notebook),
    )
    window.until(lambda: shown(window, "two_cells.ipynb") == 1, "that of the first one is gone")
    window.command("workbench.action.closeAllEditors")
    window.until(lambda: shown(window, "two_cells.ipynb") == 0, "nothing of it is left")


def test_settings_of_the_wrong_type_are_said_and_do_no_harm(window: Window) -> None:
    wrong = {
        "sureql.inline.wait": "long",
        "sureql.schema": 5,
        "sureql.dialect": ["sqlite"],
        "sureql.hostLanguages": "python",
        "sureql.features.hover": "no",
    }
    window.edit("queries/types.sql", WRONG)
    window.until(lambda: window.problems() == ["unknown-column"], "a problem")
    window.configure(wrong)
    named = ("`inline.wait`", "`schema`", "`dialect`")
    window.until(
        lambda: all(any(one in text for text in window.notices()) for one in named),
        "each is named",
    )
    window.picture("wrong_settings")
    window.edit("app/types.py", 'def of(c):\n    c.execute("SELECT titel FROM album")\n')
    window.until(lambda: window.problems() == ["unknown-column"], "programs are still read")
    window.configure({})
    window.edit("queries/types.sql", WRONG)
    window.until(lambda: window.problems() == ["unknown-column"], "everything goes on")
