"""One window of VS Code: a page of a browser, and the extension host behind it."""

from __future__ import annotations

import json
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page

from e2e.vscode.code_server import CodeServer

PATIENCE = 45.0
"""Seconds; what takes this long on a busy machine is broken."""


class Window:
    """Tests see and press what a user does; `host` asks VS Code itself what it did."""

    def __init__(self, page: Page, server: CodeServer, artifacts: Path) -> None:
        self.page = page
        self.server = server
        self.folder = Path()
        self.requested: set[str] = set()
        self._artifacts = artifacts
        self._port = 0
        page.on("request", lambda request: self.requested.add(request.url))

    def open(self, folder: Path) -> None:
        """Open a folder, and wait for its extension host."""
        self.server.forget_companion()
        self.folder = folder
        self.page.goto(f"{self.server.origin}/?folder={urllib.parse.quote(str(folder))}")
        self.until(lambda: self.server.companion(folder), "the extension host starts")
        self._port = self.server.companion(folder) or 0
        self.page.wait_for_selector(".monaco-workbench .part.editor", timeout=PATIENCE * 1e3)

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

    def seen(self, selector: str, seconds: float = PATIENCE) -> None:
        """Wait until something on the page is visible."""
        self.page.locator(selector).first.wait_for(state="visible", timeout=seconds * 1e3)

    def gone(self, selector: str, seconds: float = PATIENCE) -> None:
        self.page.locator(selector).first.wait_for(state="hidden", timeout=seconds * 1e3)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """As a user types, into what has the focus."""
        self.page.keyboard.type(text, delay=15)

    def command(self, name: str, *arguments: Any) -> Any:
        """Run a command of VS Code, and wait for it."""
        body = "return await vscode.commands.executeCommand(given.name, ...given.arguments) ?? null"
        return self.host(body, name=name, arguments=list(arguments))

    def begin(self, name: str, *arguments: Any) -> None:
        """Start a command that waits for the user."""
        body = "void vscode.commands.executeCommand(given.name, ...given.arguments)"
        self.host(body, name=name, arguments=list(arguments))

    def edit(self, name: str, text: str) -> None:
        """Write a file of the folder and show it as the only one, with `|` in `text` as cursor."""
        before, bar, after = text.partition("|")
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(before + after, encoding="utf-8")
        self.host(
            "const shown = await vscode.window.showTextDocument(vscode.Uri.file(given.path),"
            " { preview: false });"
            "const at = shown.document.positionAt(given.offset);"
            "shown.selection = new vscode.Selection(at, at); shown.revealRange(shown.selection);",
            path=str(file),
            offset=len((before if bar else "").encode("utf-16-le")) // 2,
        )
        self.command("workbench.action.focusActiveEditorGroup")

    def clear(self) -> None:
        """Close everything without saving, whatever the last test left."""
        self.press("Escape", "Escape")
        self.host(
            "await vscode.commands.executeCommand('notifications.clearAll');"
            "await vscode.commands.executeCommand('workbench.action.closeQuickOpen');"
            "for (const one of vscode.workspace.textDocuments.filter((each) => each.isDirty)) {"
            "  await vscode.window.showTextDocument(one);"
            "  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');"
            "}"
            "await vscode.commands.executeCommand('workbench.action.closeAllEditors');"
            "await vscode.commands.executeCommand('workbench.action.closePanel');"
        )

    def text(self) -> str:
        """The document in the active editor."""
        return str(self.host("return vscode.window.activeTextEditor?.document.getText() ?? ''"))

    def ghost(self) -> str:
        """The ghost text on the screen; VS Code draws it in pieces."""
        pieces = self.page.locator(".ghost-text-decoration, .ghost-text .view-line, .ghost-text")
        try:
            found = pieces.evaluate_all(
                "all => all.filter(one => one.checkVisibility() && !all.some("
                "other => other !== one && other.contains(one))).map(one => one.textContent)"
            )
        except Error:
            return ""
        return "".join(found).replace("\u00a0", " ")

    def actions(self, title: str) -> None:
        """Open the menu of actions at the cursor; `title` is its first line."""
        first = self.page.locator(".action-widget .monaco-list-row.action").first

        def opened() -> bool:
            # What is checked once more meanwhile closes it again.
            if not first.is_visible():
                self.press("Control+.")
                self.page.wait_for_timeout(500)
            return first.is_visible() and title in first.inner_text().replace("\u00a0", " ")

        self.until(opened, f"the action `{title}`")

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
