"""One VS Code for all tests of this folder: one server, one browser, one page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from e2e.vscode import code_server, installation
from e2e.vscode.code_server import CodeServer
from e2e.vscode.window import Window

ARTIFACTS = installation.ROOT / "tests" / "artifacts" / "vscode"
PROJECT = installation.ROOT / "server" / "sureql" / "demo" / "project"
BROWSER = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever is asked for elsewhere is not found.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)


@pytest.fixture(scope="package")
def vscode(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodeServer]:
    """VS Code with the extension that was built, or the reason why there is none."""
    extension = code_server.vsix()
    why = installation.missing() or (
        "" if extension else "The extension was not built: `make vsix`."
    )
    if why or extension is None:
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    running = CodeServer(tmp_path_factory.mktemp("vscode"), (extension,))
    yield running
    running.close()


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as one:
        yield one


@pytest.fixture(scope="package")
def shared(
    vscode: CodeServer, playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Window]:
    """The window on the sample project."""
    browser = playwright.chromium.launch(
        executable_path=installation.browser(), args=list(BROWSER), chromium_sandbox=False
    )
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    window = Window(page, vscode, ARTIFACTS)
    folder = tmp_path_factory.mktemp("folder") / "music-store"
    shutil.copytree(PROJECT, folder)
    window.open(folder)
    ready(window)
    yield window
    browser.close()


def ready(window: Window) -> None:
    """Wait until a server checks SQL of this folder against its schema."""
    window.edit("queries/first.sql", "SELECT titel FROM album;\n")
    window.until(lambda: window.problems() == ["unknown-column"], "the schema is loaded")


@pytest.fixture
def window(shared: Window, request: pytest.FixtureRequest) -> Iterator[Window]:
    """The window with nothing open. A picture of how it looked at the end is kept, and the logs
    if the test failed."""
    name = request.node.name.removeprefix("test_")
    logs = ARTIFACTS / f"{name}-logs"
    shutil.rmtree(logs, ignore_errors=True)
    shared.server.set({})
    shared.clear()
    yield shared
    shared.picture(name)
    if getattr(request.node, "failed", False):
        shared.server.logs(logs)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> object:
    report = yield
    if call.when == "call" and call.excinfo is not None:
        item.failed = True  # type: ignore[attr-defined]
        report.sections.append(("VS Code", f"A picture and the logs are in {ARTIFACTS}."))
    return report
