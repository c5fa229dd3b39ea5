"""Ghost text in VS Code: shown, taken whole and in parts, and cycled through."""

from __future__ import annotations

from e2e.vscode.window import Window

BEFORE = "SELECT t.name, g.name\nFROM track t\nJOIN "
JOIN = "genre g ON g.genre_id = t.genre_id"


def shown(window: Window, text: str) -> None:
    window.until(lambda: window.ghost().startswith(text), f"ghost text `{text}`")


def typed(window: Window, name: str) -> None:
    """Type until the join is offered."""
    window.edit(f"queries/{name}.sql", BEFORE + "|")
    window.type("gen")
    shown(window, JOIN.removeprefix("gen"))


def test_tab_takes_all_of_it(window: Window) -> None:
    typed(window, "whole")
    window.picture("ghost_text")
    window.press("Tab")
    window.until(lambda: window.text() == BEFORE + JOIN, "all of it is in the text")


def test_words_are_taken_one_by_one(window: Window) -> None:
    typed(window, "words")
    steps = [BEFORE + "gen"]
    # Spaces are words of their own for VS Code.
    while not steps[-1].endswith("genre g"):
        window.press("Control+ArrowRight")
        steps.append(window.until(lambda: (now := window.text()) != steps[-1] and now, "a word"))
        assert (BEFORE + JOIN).startswith(steps[-1])
        shown(window, (BEFORE + JOIN).removeprefix(steps[-1]))
    assert BEFORE + "genre" in [step.rstrip() for step in steps]
    window.press("Tab")
    window.until(lambda: window.text() == BEFORE + JOIN, "the rest is in the text")


def test_typing_along_keeps_it(window: Window) -> None:
    typed(window, "along")
    window.type("re g O")
    shown(window, "N g.genre_id = t.genre_id")
    window.press("Escape")
    window.until(lambda: not window.ghost(), "it is dismissed")
    window.until(lambda: window.text() == BEFORE + "genre g O", "what was typed stays")


def test_others_are_cycled_through(window: Window) -> None:
    window.edit("queries/others.sql", "SELECT *\nFROM track t\nJOIN |")
    window.type("p")
    window.begin("editor.action.inlineSuggest.trigger")
    first = window.until(window.ghost, "ghost text")
    window.press("Alt+]")
    second = window.until(lambda: (now := window.ghost()) != first and now, "another one")
    window.press("Alt+[")
    shown(window, first)
    window.press("Alt+]")
    shown(window, second)
    window.press("Tab")
    window.until(lambda: window.text().endswith("JOIN p" + second), "the other one was accepted")


def test_the_popup_has_columns_of_the_tables(window: Window) -> None:
    window.edit("queries/popup.sql", "SELECT t.| FROM track t;\n")
    window.begin("editor.action.triggerSuggest")
    window.seen(".suggest-widget.visible .monaco-list-row")
    labels = window.page.locator(".suggest-widget .label-name").all_inner_texts()
    assert {"composer", "milliseconds", "unit_price"} <= set(labels)
    window.type("mil")
    window.seen(".suggest-widget.visible .monaco-list-row.focused:has-text('milliseconds')")
    window.picture("popup")
    window.press("Enter")
    window.until(lambda: "SELECT t.milliseconds FROM" in window.text(), "the column is in the text")
