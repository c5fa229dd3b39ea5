"""One VS Code for all tests of this folder: one server, one browser, one page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from e2e.vscode import code_server, installation
from e2e.vscode.code_server import CodeServer
from e2e.vscode.window import Window

OpenWindow = Callable[[CodeServer, dict[str, str]], Window]
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
def extension() -> Path:
    """The extension that was built. Without it, or VS Code, there is nothing to test."""
    built = code_server.vsix()
    why = installation.missing() or ("" if built else "The extension was not built: `make vsix`.")
    if why or built is None:
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    return built


@pytest.fixture(scope="package")
def browser(extension: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=installation.browser(), args=list(BROWSER), chromium_sandbox=False
        )
        yield started
        started.close()


@pytest.fixture(scope="package")
def open_window(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> OpenWindow:
    """Call it for a window of a server, on a copy of the sample project with more files in it."""

    def opened(server: CodeServer, files: dict[str, str]) -> Window:
        folder = tmp_path_factory.mktemp("folder") / "music-store"
        shutil.copytree(PROJECT, folder)
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        window = Window(page, server, ARTIFACTS)
        window.open(folder)
        return window

    return opened


@pytest.fixture(scope="package")
def shared(
    extension: Path, open_window: OpenWindow, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Window]:
    """The window on the sample project that most tests share."""
    with closing(CodeServer(tmp_path_factory.mktemp("vscode"), (extension,))) as server:
        window = open_window(server, {})
        ready(window)
        yield window
        window.page.close()


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
    shared.configure({})
    shared.clear()
    yield shared
    shared.picture(name)
    if getattr(request.node, "failed", False):
        shared.server.logs(logs)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The first one waits until VS Code has started, beside whatever else a machine does.
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.timeout(420))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> object:
    report = yield
    if call.when == "call" and call.excinfo is not None:
        item.failed = True  # type: ignore[attr-defined]
        report.sections.append(("VS Code", f"A picture and the logs are in {ARTIFACTS}."))
    return report
