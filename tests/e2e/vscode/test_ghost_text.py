"""Ghost text in VS Code: shown, taken whole and in parts, and cycled through."""

from __future__ import annotations

from e2e.vscode.window import Window

JOIN = "SELECT t.name, g.name\nFROM track t\nJOIN gen|"
SHOWN = "re g ON g.genre_id = t.genre_id"


def shown(window: Window, text: str) -> None:
    window.until(lambda: text in window.ghost(), f"ghost text `{text}`")


def test_tab_takes_all_of_it(window: Window) -> None:
    window.edit("queries/ghost.sql", JOIN.replace("gen|", "|"))
    window.type("gen")
    shown(window, SHOWN)
    window.picture("ghost_text")
    window.press("Tab")
    window.until(lambda: window.text().endswith(JOIN.replace("|", SHOWN)), "it was accepted")
