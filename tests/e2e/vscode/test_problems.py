"""Problems in VS Code: squiggles, quick fixes, and all fixes on save."""

from __future__ import annotations

from e2e.vscode.window import Window

WRONG = """\
SELECT a.titel,, ar.name -- every album
FORM album a
JOIN artist ar ON ar.artist_id = a.artist_id;
"""
RIGHT = """\
SELECT a.title, ar.name -- every album
FROM album a
JOIN artist ar ON ar.artist_id = a.artist_id;
"""


def test_a_squiggle_has_a_quick_fix(window: Window) -> None:
    window.edit("queries/quick.sql", "SELECT ti|tel FROM album;\n")
    window.seen(".squiggly-error")
    fix = window.actions("Change to `title`")
    window.picture("quick_fix")
    right = "SELECT title FROM album;\n"
    window.insist(
        lambda: window.click(fix if fix.is_visible() else window.actions("Change to `title`")),
        lambda: window.text() == right,
        "the name is right",
    )
    window.gone(".squiggly-error")


def test_saving_fixes_what_is_safe(window: Window) -> None:
    window.configure({"editor.codeActionsOnSave": {"source.fixAll.sureql": "explicit"}})
    window.edit("queries/saved.sql", WRONG)
    window.until(lambda: len(window.problems()) == 3, "three problems")
    window.picture("errors")
    window.type("\n")
    window.insist(
        lambda: window.press("Control+s"),
        lambda: window.text() == "\n" + RIGHT,
        "all are fixed",
    )
    window.until(lambda: not window.problems(), "no problem is left")
    saved = window.folder / "queries" / "saved.sql"
    window.until(lambda: saved.read_text(encoding="utf-8") == "\n" + RIGHT, "and it is saved")
