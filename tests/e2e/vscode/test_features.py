"""Beside other extensions for SQL: what both show, and each feature switched off by itself."""

from __future__ import annotations

from e2e.vscode.window import Window

BESIDE = {
    "completion": "title",
    "hover": "```sql",
    "codeActions": "Optimise",
    "definition": "10",
    "references": "0",
    "symbols": "SELECT",
    "diagnostics": "unknown-column",
}
"""By feature, how something begins that only sureql says about the document below."""
TEXT = "SELECT title, titel FROM album;\n"


def asked(window: Window, column: int) -> dict[str, list[str]]:
    answer: dict[str, list[str]] = window.host(
        "const { document } = vscode.window.activeTextEditor;"
        "return second.asked(vscode, document.uri, new vscode.Position(0, given.column))",
        column=column,
    )
    return answer


def shown(window: Window) -> dict[str, list[str]]:
    """What is shown for a right name, and for the wrong one beside it."""
    # VS Code keeps the symbols of a text until that changes.
    window.host(
        "await vscode.window.activeTextEditor.edit("
        "(edit) => edit.insert(new vscode.Position(1, 0), ' '))"
    )
    right, wrong = asked(window, 8), asked(window, 16)
    return {**right, "codeActions": wrong["codeActions"]}


def ours(window: Window) -> set[str]:
    found = shown(window)
    return {
        one for one, word in BESIDE.items() if any(text.startswith(word) for text in found[one])
    }


def test_each_feature_can_be_left_to_others(window: Window) -> None:
    window.edit("queries/beside.sql", TEXT)
    window.host("kept.second = second.register(vscode, { language: 'sql' })")
    try:
        window.until(lambda: ours(window) == set(BESIDE), "all features answer")
        off = {f"sureql.features.{one}": False for one in (*BESIDE, "ghostText")}
        window.configure(off)
        window.until(lambda: ours(window) == set(), "none answers")
        for feature in BESIDE:
            window.configure({**off, f"sureql.features.{feature}": True})
            window.until(lambda only=feature: ours(window) == {only}, f"only {feature} answers")
        second = {one: "90" if one in ("definition", "references") else "second" for one in BESIDE}

        def others() -> set[str]:
            found = shown(window)
            return {one for one in BESIDE if second[one] in found[one]}

        window.until(lambda: others() == set(BESIDE), "all of the other's answer")
    finally:
        window.host("kept.second.dispose()")


def test_ghost_text_can_be_left_to_others(window: Window) -> None:
    window.configure({"sureql.features.ghostText": False})
    window.edit("queries/left.sql", "SELECT *\nFROM track t\nJOIN |")
    window.host("kept.second = second.register(vscode, { language: 'sql' })")
    try:
        # VS Code may ask before it has heard of the other one.
        window.offered("gen", " second")
        assert window.ghost() == " second"
        window.host("kept.second.dispose()")
        window.configure({})
        window.press("Escape")
        window.offered("re", " g ON g.genre_id")
    finally:
        window.host("kept.second.dispose()")
