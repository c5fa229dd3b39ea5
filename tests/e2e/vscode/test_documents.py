"""Documents that are no plain SQL files: strings of a program, cells, renamed and binary files."""

from __future__ import annotations

from e2e.vscode.window import Window

PYTHON = """\
import sqlite3


def genres(connection: sqlite3.Connection) -> list[str]:
    query = "|"
    return [row[0] for row in connection.execute("SELECT nam FROM genre")]
"""
NOTEBOOK = """\
{"cells": [{"cell_type": "code", "execution_count": null, "metadata": {"vscode": {"languageId": "sql"}},
 "outputs": [], "source": ["SELECT titel FROM album;"]}],
 "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
"""


def test_a_string_of_a_program_is_sql(window: Window) -> None:
    window.edit("app/genres.py", PYTHON)
    window.until(lambda: window.problems() == ["unknown-column"], "a problem in the string")
    window.seen(".squiggly-error")
    window.offered("SELECT t.name FROM track t JOIN gen", "re g ON g.genre_id")
    window.picture("python_string")
    window.press("Tab")
    joined = 'JOIN genre g ON g.genre_id = t.genre_id"\n'
    window.until(lambda: joined in window.text(), "it was accepted before the quote")


def test_the_cell_of_a_notebook_is_sql(window: Window) -> None:
    notebook = window.folder / "cells.ipynb"
    notebook.write_text(NOTEBOOK, encoding="utf-8")
    window.host(
        "const uri = vscode.Uri.file(given.path);"
        "await vscode.commands.executeCommand('vscode.openWith', uri, 'jupyter-notebook');",
        path=str(notebook),
    )
    codes = (
        "const cell = vscode.workspace.notebookDocuments[0]?.cellAt(0).document.uri;"
        "return cell ? vscode.languages.getDiagnostics(cell).map((one) => one.code?.value) : []"
    )
    window.until(lambda: window.host(codes) == ["unknown-column"], "a problem in the cell")
    window.seen(".notebook-editor .squiggly-error")
    window.picture("notebook")
    window.command("workbench.action.closeAllEditors")
    window.edit("queries/after.sql", "SELECT titel FROM album;\n")
    window.until(lambda: window.problems() == ["unknown-column"], "the server goes on")


def test_a_renamed_file_stays_checked(window: Window) -> None:
    window.edit("queries/old.sql", "SELECT titel FROM album;\n")
    window.until(lambda: window.problems() == ["unknown-column"], "a problem")
    window.host(
        "const change = new vscode.WorkspaceEdit();"
        "change.renameFile(vscode.Uri.file(given.old), vscode.Uri.file(given.new));"
        "await vscode.workspace.applyEdit(change)",
        old=str(window.folder / "queries" / "old.sql"),
        new=str(window.folder / "queries" / "new.sql"),
    )
    name = "return vscode.window.activeTextEditor?.document.uri.path.split('/').pop()"
    window.until(lambda: window.host(name) == "new.sql", "the new name is shown")
    window.until(lambda: window.problems() == ["unknown-column"], "a problem under the new name")
    left = "return vscode.languages.getDiagnostics(vscode.Uri.file(given.old)).length"
    old = str(window.folder / "queries" / "old.sql")
    window.until(lambda: window.host(left, old=old) == 0, "none is left under the old one")


def test_a_binary_file_of_that_name_is_left_alone(window: Window) -> None:
    binary = window.folder / "queries" / "binary.sql"
    binary.write_bytes(bytes(range(256)) * 64)
    window.host(
        "await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(given.path))",
        path=str(binary),
    )
    window.seen(".monaco-editor-pane-placeholder, .editor-instance .monaco-editor")
    window.picture("binary")
    window.edit("queries/beside_binary.sql", "SELECT titel FROM album;\n")
    window.until(lambda: window.problems() == ["unknown-column"], "the server goes on")
