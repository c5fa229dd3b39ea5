"""The server behind VS Code: killed, crashing again and again, told of settings while it runs."""

from __future__ import annotations

from pathlib import Path

import psutil

from e2e.vscode.window import Window

WRONG = "SELECT titel FROM album;\n"


def found(window: Window, name: str) -> None:
    window.edit(f"queries/{name}.sql", WRONG)
    window.until(lambda: window.problems() == ["unknown-column"], "a problem")


def server(window: Window) -> psutil.Process:
    return window.until(lambda: window.server.servers(), "a server runs")[0]


def test_a_killed_server_comes_back(window: Window) -> None:
    found(window, "killed")
    before = server(window)
    before.kill()
    window.until(
        lambda: any(one.pid != before.pid for one in window.server.servers()), "a new server"
    )
    found(window, "back")
    window.press("Control+End")
    window.type("SELECT nam FROM genre;")
    window.until(lambda: window.problems() == ["unknown-column"] * 2, "it is checked again")


def test_it_runs_in_the_surroundings_of_the_editor(window: Window) -> None:
    found(window, "surroundings")
    names = ("HOME", "PATH", "SUREQL_CACHE", "TMPDIR")
    editors = window.host("return given.names.map((name) => process.env[name])", names=list(names))
    variables = server(window).environ()
    assert [variables.get(name) for name in names] == editors
    # So nothing of whoever runs the tests is touched: caches are the test's own.
    cache = Path(variables["SUREQL_CACHE"])
    assert cache.is_relative_to(variables["HOME"])
    window.until(lambda: list((cache / "catalogs").glob("*")), "the schema is kept there")


def test_a_setting_counts_at_once(window: Window) -> None:
    found(window, "setting")
    same = server(window).pid
    window.configure({"sureql.diagnostics.off": ["unknown-column"]})
    window.until(lambda: not window.problems(), "the problem is gone")
    window.configure({})
    window.until(lambda: window.problems() == ["unknown-column"], "and comes back")
    assert server(window).pid == same


def test_one_that_ends_again_and_again_is_left_and_said(window: Window) -> None:
    window.command("sureql.restart")
    found(window, "ends")
    killed: set[int] = set()

    def left() -> bool:
        for one in window.server.servers():
            if one.pid not in killed:
                killed.add(one.pid)
                one.kill()
        return any("more than five times" in text for text in window.notices())

    window.until(left, "it is said")
    assert len(killed) == 6
    window.picture("ends_again_and_again")
    assert not window.server.servers()
    button = window.page.locator(".notifications-toasts .monaco-button:has-text('Restart')").first
    window.insist(lambda: window.click(button), window.server.servers, "it is started again")
    found(window, "restarted")


def test_the_status_bar_has_a_menu(window: Window) -> None:
    found(window, "status")
    item = window.page.locator(".statusbar-item:has-text('sureql')").first
    rows = window.page.locator(".quick-input-widget .monaco-list-row")
    window.insist(
        lambda: window.click(item),
        lambda: "SQLite" in "".join(rows.all_inner_texts()),
        "it names the judge",
    )
    window.picture("menu")


def test_the_walkthrough_opens(window: Window) -> None:
    window.insist(
        lambda: window.command("workbench.action.openWalkthrough", "sureql.sureql#start", False),
        lambda: window.visible(".getting-started-step:has-text('Take ghost text')"),
        "the walkthrough",
    )
    window.picture("walkthrough")
