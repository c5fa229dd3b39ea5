"""Windows that are loaded anew, that lose their extension host, and that share a folder."""

from __future__ import annotations

import os
import re
import signal

from playwright.sync_api import Browser

from e2e.vscode.conftest import ARTIFACTS
from e2e.vscode.window import Window
from sureql.demo import queries

WRONG = "SELECT titel FROM album;\n"
TABS = "return vscode.window.tabGroups.all.map((group) => group.tabs.map((tab) => tab.label))"
EXPLANATION = "#explanation[aria-busy=false] svg.picture"


def explained(window: Window) -> bool:
    """Whether an explanation with a picture is on the screen."""
    page = window.page.frame_locator("iframe.webview.ready").frame_locator("iframe#active-frame")
    return page.locator(EXPLANATION).count() > 0


def panels_opened(window: Window) -> None:
    """Show faster forms of a statement, and explain another."""
    window.edit("queries/slow.sql", queries.SLOW)
    window.begin("sureql.optimize")
    window.seen(".diff-editor, .monaco-diff-editor")
    window.edit("queries/again.sql", "SELECT t.name FROM track t JOIN genre g USING (genre_id);\n")
    window.begin("sureql.explain")
    window.until(lambda: explained(window), "the explanation")


def only_what_works(window: Window) -> bool:
    groups: list[list[str]] = window.host(TABS)
    return [set(one) for one in groups] == [{"again.sql", "slow.sql"}, {"Explanation"}]


def test_a_dead_extension_host_leaves_nothing_dead(window: Window) -> None:
    panels_opened(window)
    (before,) = window.until(window.server.servers, "a server")
    host = window.host("return process.pid")
    window.anew(lambda: os.kill(host, signal.SIGKILL))
    window.until(lambda: only_what_works(window), "what nobody answers for is closed")
    window.until(lambda: explained(window), "the explanation is back")
    window.picture("after_a_dead_host")
    window.edit("queries/after.sql", WRONG)
    window.until(lambda: window.problems() == ["unknown-column"], "features are back")
    (after,) = window.until(window.server.servers, "a server")
    assert after.pid != before.pid
    assert not before.is_running()


def test_a_window_that_is_loaded_anew_has_its_explanation(window: Window) -> None:
    panels_opened(window)

    def kept() -> bool:
        files = set(
            re.findall(r"/queries/(\w+\.sql)", window.kept("memento/workbench.parts.editor"))
        )
        return files == {"slow.sql", "again.sql"} and "again.sql" in window.kept("sureql.sureql")

    window.until(kept, "VS Code has written down what is open")
    window.anew(lambda: window.page.reload())
    window.until(lambda: only_what_works(window), "what works is there, and nothing else")
    window.until(lambda: explained(window), "the explanation is back")
    window.picture("loaded_anew")


def test_two_windows_on_one_folder(window: Window, browser: Browser) -> None:
    window.edit("queries/both.sql", WRONG)
    window.until(lambda: window.problems() == ["unknown-column"], "a problem")
    other = Window(browser.new_page(), window.server, ARTIFACTS)
    other.open(window.folder)
    try:
        other.edit("queries/both.sql", WRONG)
        other.until(lambda: other.problems() == ["unknown-column"], "a problem in the other one")
        assert len(window.server.servers()) == 2
    finally:
        other.page.close()
    window.until(lambda: len(window.server.servers()) == 1, "the server of the other one ends")
    window.edit("queries/both.sql", WRONG + WRONG)
    window.until(lambda: window.problems() == ["unknown-column"] * 2, "this one goes on")
