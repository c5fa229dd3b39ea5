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
    window.offered("gen", JOIN.removeprefix("gen"))


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
    # Unasked there is only one; all of them are there when this command has ended.
    first = window.insist(
        lambda: window.command("editor.action.inlineSuggest.trigger"), window.ghost, "ghost text"
    )

    def another() -> str:
        now = window.ghost()
        return now if now != first else ""

    second = window.insist(lambda: window.press("Alt+]"), another, "another one")
    window.insist(lambda: window.press("Alt+["), lambda: window.ghost() == first, "the first again")
    window.insist(lambda: window.press("Alt+]"), lambda: window.ghost() == second, "the other one")
    window.press("Tab")
    window.until(lambda: window.text().endswith("JOIN p" + second), "the other one was accepted")


def test_the_list_and_ghost_text_go_together(window: Window) -> None:
    # As users have it: the list opens by itself unless ghost text is there in time.
    window.configure({"editor.quickSuggestions": {"other": "on"}})
    typed(window, "together")
    listed = ".suggest-widget.visible .monaco-list-row.focused:has-text('genre')"
    window.until(lambda: window.visible(listed), "the list")
    shown(window, JOIN.removeprefix("gen"))
    window.picture("list_and_ghost_text")
    window.press("Tab")
    window.until(lambda: window.text() == BEFORE + "genre", "the list's first one is in the text")
    shown(window, JOIN.removeprefix("genre"))
    window.press("Tab")
    window.until(lambda: window.text() == BEFORE + JOIN, "the rest is in the text")


def test_the_popup_has_columns_of_the_tables(window: Window) -> None:
    window.edit("queries/popup.sql", "SELECT t.| FROM track t;\n")
    labels = window.page.locator(".suggest-widget.visible .label-name")
    window.insist(
        lambda: window.begin("editor.action.triggerSuggest"),
        lambda: {"composer", "milliseconds", "unit_price"} <= set(labels.all_inner_texts()),
        "columns in the list",
    )
    window.type("mil")
    window.seen(".suggest-widget.visible .monaco-list-row.focused:has-text('milliseconds')")
    window.picture("popup")
    window.press("Enter")
    window.until(lambda: "SELECT t.milliseconds FROM" in window.text(), "the column is in the text")
