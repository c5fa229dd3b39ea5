"""The server behind VS Code: killed, crashing again and again, told of settings while it runs."""

from __future__ import annotations

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


def test_a_setting_counts_at_once(window: Window) -> None:
    found(window, "setting")
    same = server(window).pid
    window.server.set({"sureql.diagnostics.off": ["unknown-column"]})
    window.until(lambda: not window.problems(), "the problem is gone")
    window.server.set({})
    window.until(lambda: window.problems() == ["unknown-column"], "and comes back")
    assert server(window).pid == same
