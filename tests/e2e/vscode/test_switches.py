"""Features that only one extension can have at a time, or that need a plan: each can be left to others."""

from __future__ import annotations

from typing import Any

from e2e.vscode.window import Window

TEXT = "SELECT tr.name FROM track tr where tr.name LIKE '%x%' ORDER BY tr.milliseconds;\n"
ALIAS = TEXT.index("tr.name")
OFF = ("rename", "format", "codeLens")
ASKED = """
const { document } = vscode.window.activeTextEditor;
const ask = async (name, ...more) => {
  try { return await vscode.commands.executeCommand(`vscode.execute${name}`, document.uri, ...more); }
  catch (error) { return undefined; }
};
const edits = await ask("FormatDocumentProvider", { tabSize: 4, insertSpaces: true });
const renamed = await ask("DocumentRenameProvider", new vscode.Position(0, given.alias), "other");
const lenses = await ask("CodeLensProvider", 10);
return {
  format: (edits ?? []).map((one) => one.newText),
  rename: renamed ? renamed.entries().flatMap(([, all]) => all.map((one) => one.newText)) : [],
  codeLens: (lenses ?? []).map((one) => one.command?.title ?? ""),
};
"""
SECOND = """
const { languages } = vscode;
const range = new vscode.Range(0, 0, 0, 1);
const sql = { language: "sql" };
const made = [
  languages.registerDocumentRangeFormattingEditProvider(sql, {
    provideDocumentRangeFormattingEdits: () => [vscode.TextEdit.replace(range, "second")],
  }),
  languages.registerRenameProvider(sql, {
    provideRenameEdits: (document) => {
      const edit = new vscode.WorkspaceEdit();
      edit.replace(document.uri, range, "second");
      return edit;
    },
  }),
  languages.registerCodeLensProvider(sql, {
    provideCodeLenses: () => [new vscode.CodeLens(range, { title: "second", command: "noop" })],
  }),
];
kept.others = { dispose: () => made.forEach((one) => one.dispose()) };
"""


def asked(window: Window) -> dict[str, list[str]]:
    found: dict[str, list[str]] = window.host(ASKED, alias=ALIAS)
    return found


def ours(found: dict[str, Any]) -> set[str]:
    """The features that sureql has answered for."""
    return {feature for feature in OFF if any(text != "second" for text in found[feature])}


def test_each_can_be_left_to_others(window: Window) -> None:
    window.edit("queries/switched.sql", TEXT)
    window.begin("sureql.plan")
    window.until(lambda: ours(asked(window)) == set(OFF), "all features answer")
    found = asked(window)
    assert set(found["rename"]) == {"other"}
    assert len(found["rename"]) == 4
    assert any("SCAN" in title for title in found["codeLens"])
    window.picture("plan")

    off = {f"sureql.features.{one}": False for one in OFF}
    window.configure(off)
    window.until(lambda: ours(asked(window)) == set(), "none answers")
    window.host(SECOND)
    try:
        alone = {feature: ["second"] for feature in OFF}
        window.until(lambda: asked(window) == alone, "the other extension answers alone")
        for feature in OFF:
            window.configure({**off, f"sureql.features.{feature}": True})
            # Of two that rename or format VS Code takes one: which one is the user's to say.
            expected = set() if feature in ("rename", "format") else {feature}
            window.until(
                lambda one=feature, only=expected: only <= ours(asked(window)) <= {one},
                f"{feature} is back, and nothing else",
            )
    finally:
        window.host("kept.others.dispose()")
    window.configure({})
    window.until(lambda: ours(asked(window)) == set(OFF), "all features are back")
