"""One window of VS Code: a page of a browser, and the extension host behind it."""

from __future__ import annotations

import itertools
import json
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Locator, Page

from e2e.vscode.code_server import CodeServer

PATIENCE = 60.0
"""Seconds; what takes this long on a busy machine is broken."""
AGAIN = 5.0
"""Seconds after which a user tries once more what had no effect."""


KEPT = """async (key) => {
  const ended = (request) => new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const all = await indexedDB.databases();
  const { name } = all.find((one) => /^vscode-web-state-db-(?!global)/.test(one.name));
  const database = await ended(indexedDB.open(name));
  try {
    return (await ended(database.transaction("ItemTable").objectStore("ItemTable").get(key))) ?? "";
  } finally {
    database.close();
  }
}"""


class Window:
    """Tests see and press what a user does; `host` asks VS Code itself what it did."""

    def __init__(self, page: Page, server: CodeServer, artifacts: Path) -> None:
        self.page = page
        self.server = server
        self.folder = Path()
        self.requested: set[str] = set()
        self._artifacts = artifacts
        self._port = 0
        page.set_default_timeout(PATIENCE * 1e3)
        page.on("request", lambda request: self.requested.add(request.url))

    def open(self, folder: Path, workspace: Path | None = None) -> None:
        """Open a folder, or the file of a workspace whose first folder it is, and wait for its
        extension host."""
        self.folder = folder
        what = f"folder={urllib.parse.quote(str(folder))}"
        if workspace is not None:
            what = f"workspace={urllib.parse.quote(str(workspace))}"
        self.anew(lambda: self.page.goto(f"{self.server.origin}/?{what}"))
        self.page.wait_for_selector(".monaco-workbench .part.editor", timeout=PATIENCE * 1e3)

    def anew(self, begin: Callable[[], Any]) -> None:
        """Do what gives the window a new extension host, and wait for that. A page that does not
        get one is loaded again."""
        self.server.forget_companion()
        loads = itertools.chain([begin], itertools.repeat(self.page.reload))
        self.insist(
            lambda: next(loads)(),
            lambda: self.server.companion(self.folder),
            "the extension host starts",
            pause=PATIENCE,
            seconds=3 * PATIENCE,
        )
        self._port = self.server.companion(self.folder) or 0

    def kept(self, key: str) -> str:
        """What VS Code would find under a key of this folder's storage if it were loaded anew now:
        it writes what is shown there every few seconds, and not when a page ends."""
        return str(self.page.evaluate(KEPT, key))

    def host(self, body: str, **given: Any) -> Any:
        """Run the body of an async function in the extension host; it sees `vscode`, `given`, and
        `kept`, an object that lives on."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}/",
            json.dumps({"body": body, "given": given}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            told = json.loads(answer.read())
        assert "error" not in told, told["error"]
        return told.get("value")

    def until(self, condition: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
        """What `condition` answers as soon as that is true."""
        end = time.monotonic() + seconds
        while not (value := condition()):
            assert time.monotonic() < end, f"never: {what}"
            # The page's own events come only while Playwright runs.
            self.page.wait_for_timeout(50)
        return value

    def insist(
        self,
        action: Callable[[], object],
        condition: Callable[[], Any],
        what: str,
        pause: float = AGAIN,
        seconds: float = PATIENCE,
    ) -> Any:
        """Do something, and once more after each `pause`, until `condition` holds. A key or click
        that comes before what it is meant for does nothing; users see that, and do it again."""
        action()
        next_time = time.monotonic() + pause

        def holds() -> Any:
            nonlocal next_time
            if not (value := condition()) and time.monotonic() > next_time:
                action()
                next_time = time.monotonic() + pause
            return value

        return self.until(holds, what, seconds)

    def seen(self, selector: str, seconds: float = PATIENCE) -> None:
        """Wait until something on the page is visible."""
        self.page.locator(selector).first.wait_for(state="visible", timeout=seconds * 1e3)

    def visible(self, selector: str) -> bool:
        """Whether something on the page is visible now."""
        return any(one.is_visible() for one in self.page.locator(selector).all())

    def gone(self, selector: str, seconds: float = PATIENCE) -> None:
        self.page.locator(selector).first.wait_for(state="hidden", timeout=seconds * 1e3)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """As a user types, into what has the focus."""
        self.page.keyboard.type(text, delay=15)

    def click(self, what: Locator) -> None:
        """Click on it, if it is there and stays for that long."""
        try:
            what.click(timeout=AGAIN * 1e3)
        except Error:
            return

    def offered(self, typed: str, ghost: str) -> None:
        """Type, and wait for ghost text that begins with `ghost`. Where none comes, the last letter
        is typed again: the editor does not wait for an answer that is late."""
        rest = typed

        def write() -> None:
            nonlocal rest
            self.type(rest)
            rest = typed[-1]

        def again() -> None:
            if rest != typed:
                self.press("Backspace")
            write()

        self.insist(again, lambda: self.ghost().startswith(ghost), f"ghost text `{ghost}`")

    def command(self, name: str, *arguments: Any) -> Any:
        """Run a command of VS Code, and wait for it."""
        body = "return await vscode.commands.executeCommand(given.name, ...given.arguments) ?? null"
        return self.host(body, name=name, arguments=list(arguments))

    def begin(self, name: str, *arguments: Any) -> None:
        """Start a command that waits for the user."""
        body = "void vscode.commands.executeCommand(given.name, ...given.arguments)"
        self.host(body, name=name, arguments=list(arguments))

    def configure(self, settings: dict[str, Any]) -> None:
        """Make these the user's settings, and wait until the extensions know."""
        turn = self.server.set(settings)
        known = "return vscode.workspace.getConfiguration('companion').get('turn') === given.turn"
        self.insist(
            self.server.write, lambda: self.host(known, turn=turn), "the settings count", AGAIN
        )

    def edit(self, name: str, text: str) -> None:
        """Write a file of the folder, show it and go there, with `|` in `text` as cursor."""
        before, bar, after = text.partition("|")
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(before + after, encoding="utf-8")
        # A document that another test had open may not have read the file yet.
        self.host(
            "const shown = await vscode.window.showTextDocument(vscode.Uri.file(given.path),"
            " { preview: false });"
            "if (shown.document.getText() !== given.text)"
            " await vscode.commands.executeCommand('workbench.action.files.revert');"
            "const at = shown.document.positionAt(given.offset);"
            "shown.selection = new vscode.Selection(at, at); shown.revealRange(shown.selection);",
            path=str(file),
            text=before + after,
            offset=len((before if bar else "").encode("utf-16-le")) // 2,
        )
        self.until(lambda: self.text() == before + after, "the file is shown")
        self.insist(
            lambda: self.command("workbench.action.focusActiveEditorGroup"),
            lambda: self.visible(".editor-instance .monaco-editor.focused"),
            "the editor has the focus",
        )

    def clear(self) -> None:
        """Close everything without saving, whatever the last test left."""
        self.insist(self._close, self._nothing_open, "everything is closed")

    def _close(self) -> None:
        self.press("Escape", "Escape")
        # Whatever is saved or not: nobody needs it any more.
        if self.visible(".monaco-dialog-box"):
            self.click(
                self.page.locator(".monaco-dialog-box .monaco-button", has_text="Don't Save")
            )
        self.host(
            "kept.closing = (kept.closing ?? 0) + 1;"
            "void (async () => {"
            "  await vscode.commands.executeCommand('notifications.clearAll');"
            "  await vscode.commands.executeCommand('workbench.action.closeQuickOpen');"
            "  for (const one of vscode.workspace.textDocuments.filter((each) => each.isDirty)) {"
            "    await vscode.window.showTextDocument(one);"
            "    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');"
            "  }"
            "  await vscode.commands.executeCommand('workbench.action.closeAllEditors');"
            "  await vscode.commands.executeCommand('workbench.action.closePanel');"
            "})().finally(() => kept.closing--)"
        )

    def _nothing_open(self) -> bool:
        left = "return kept.closing + vscode.window.tabGroups.all.flatMap((one) => one.tabs).length"
        over = ".monaco-dialog-box, .quick-input-widget, .action-widget, .notification-toast"
        return self.host(left) == 0 and not self.visible(over)

    def text(self) -> str:
        """The document in the active editor."""
        return str(self.host("return vscode.window.activeTextEditor?.document.getText() ?? ''"))

    def ghost(self) -> str:
        """The ghost text on the screen; VS Code draws it in pieces, and beside a popup in others."""
        pieces = self.page.locator(
            ".ghost-text-decoration, .ghost-text-decoration-preview, .ghost-text .view-line, .ghost-text"
        )
        try:
            found = pieces.evaluate_all(
                "all => all.filter(one => one.checkVisibility() && !all.some("
                "other => other !== one && other.contains(one))).map(one => one.textContent)"
            )
        except Error:
            return ""
        return "".join(found).replace("\u00a0", " ")

    def actions(self, title: str) -> Locator:
        """Open the menu of actions at the cursor; `title` is its first line, which is returned."""
        first = self.page.locator(".action-widget .monaco-list-row.action").first

        def named() -> bool:
            try:
                said = first.inner_text(timeout=AGAIN * 1e3)
            except Error:
                # What is checked once more meanwhile closes the menu.
                return False
            return title in said.replace("\u00a0", " ")

        def ask() -> None:
            # In an open menu the same keys would choose its first line.
            if first.is_visible():
                self.press("Escape")
            self.press("Control+.")

        self.insist(ask, lambda: first.is_visible() and named(), f"the action `{title}`")
        return first

    def problems(self) -> list[str]:
        """The codes of what is wrong in the active document, sorted."""
        codes: list[str] = self.host(
            "const uri = vscode.window.activeTextEditor?.document.uri;"
            "return !uri ? [] : vscode.languages.getDiagnostics(uri).map("
            "(one) => String(one.code?.value ?? one.code))"
        )
        return sorted(codes)

    def notices(self) -> list[str]:
        """The texts of the messages on the screen."""
        return self.page.locator(".notification-list-item-message").all_inner_texts()

    def picture(self, name: str) -> Path:
        """Keep what is on the screen as an artefact."""
        file = self._artifacts / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=file)
        return file

    def remote(self) -> set[str]:
        """What was asked of other machines since the page was made."""
        urls = (urllib.parse.urlsplit(url) for url in self.requested)
        return {
            url.geturl()
            for url in urls
            if url.scheme in ("http", "https", "ws", "wss") and url.hostname != "127.0.0.1"
        }
