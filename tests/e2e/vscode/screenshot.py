"""Take the pictures docs/images/*-vscode.png: the real VS Code on the demo's project.

Run it with `make screenshot`, after `make vsix editor`.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from e2e.vscode import code_server, installation  # noqa: E402
from e2e.vscode.code_server import CodeServer  # noqa: E402
from e2e.vscode.conftest import BROWSER, PROJECT  # noqa: E402
from e2e.vscode.window import Window  # noqa: E402
from sureql.demo import queries  # noqa: E402

IMAGES = ROOT / "docs" / "images"
LOOK = {
    "editor.fontSize": 15,
    "editor.lineHeight": 22,
    "editor.hideCursorInOverviewRuler": True,
    "editor.overviewRulerBorder": False,
    "editor.overviewRulerLanes": 0,
    "editor.scrollBeyondLastLine": False,
    "editor.scrollbar.horizontal": "hidden",
    "editor.scrollbar.vertical": "hidden",
    "editor.quickSuggestions": {"other": "off"},
    "breadcrumbs.enabled": False,
    "window.commandCenter": False,
    "workbench.activityBar.location": "hidden",
    "window.customTitleBarVisibility": "never",
    "window.menuBarVisibility": "hidden",
    "diffEditor.renderSideBySide": False,
    "diffEditor.wordWrap": "on",
    "workbench.layoutControl.enabled": False,
    # In a diff it covers the whole ruler.
    "workbench.colorCustomizations": {"scrollbarSlider.background": "#0000"},
}
WRONG = """\
SELECT ar.name,, a.title, count(*) AS tracks
FORM album a
JOIN artist ar ON ar.artist_id = a.artist_id
JOIN track t ON t.album_id = a.album_id
WHERE count(*) > 1
GROUP BY ar.name, a.title
ORDER BY a.rele|ase;
"""
EXPLAINED = """\
SELECT ar.name, sum(t.milliseconds) / 60000 AS minutes
FROM artist ar
JOIN album a ON a.artist_id = ar.artist_id
JOIN track t ON t.album_id = a.album_id
WHERE t.genre_id IN (SELECT genre_id FROM genre)
GROUP BY ar.name;
"""
PYTHON = '''\
def minutes_by_genre(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    query = """
        SELECT t.genre_id, sum(t.milliseconds) / 60000
        FROM track t
        JOIN |
    """
    return connection.execute(query).fetchall()


def labels(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT nam FROM genre")]
'''


def ghost_text(window: Window) -> None:
    window.page.set_viewport_size({"width": 760, "height": 190})
    window.edit("queries/genres.sql", "SELECT t.name, t.composer\nFROM track t\nJOIN |")
    still(window.page)
    window.type("gen")
    window.until(window.ghost, "ghost text")
    keep(window, "ghost-text-vscode")


def errors(window: Window) -> None:
    window.page.set_viewport_size({"width": 760, "height": 400})
    window.edit("queries/albums.sql", WRONG)
    window.until(lambda: len(window.problems()) > 3, "problems")
    window.page.locator(".squiggly-error").first.wait_for()
    window.actions("release_date")
    take(window, "errors-vscode", 760, 400)


def explanation(window: Window) -> None:
    window.edit("queries/minutes.sql", EXPLAINED)
    window.begin("sureql.explain")
    page = window.page.frame_locator("iframe.webview.ready").frame_locator("iframe#active-frame")
    page.locator("#explanation[aria-busy=false] svg.picture").first.wait_for()
    take(window, "explain-vscode", 1200, 700)


def optimise(window: Window) -> None:
    window.edit("queries/slow.sql", queries.SLOW)
    window.begin("sureql.optimize")
    page = window.page.frame_locator("iframe.webview.ready").frame_locator("iframe#active-frame")
    page.locator("#again").wait_for()
    page.locator("#apply-1").wait_for()
    take(window, "optimise-vscode", 1120, 470)


def python_string(window: Window) -> None:
    window.page.set_viewport_size({"width": 860, "height": 400})
    window.edit("app/reports.py", "import sqlite3\n\n\n" + PYTHON)
    window.until(lambda: "unknown-column" in window.problems(), "a problem")
    still(window.page)
    window.type("gen")
    window.until(window.ghost, "ghost text")
    keep(window, "python-vscode")


def schema(window: Window) -> None:
    window.edit("queries/empty.sql", "")
    window.command("workbench.view.explorer")
    window.page.set_viewport_size({"width": 620, "height": 420})
    if not window.page.locator(".part.sidebar").is_visible():
        window.command("workbench.action.toggleSidebarVisibility")
    window.command("sureql.schema.focus")
    row = window.page.locator(".pane-body .monaco-list-row").filter(has_text="album").first
    row.click()
    window.press("ArrowRight")
    window.page.locator(".pane-body .monaco-list-row").filter(has_text="release_date").wait_for()
    take(window, "schema-vscode", 620, 420)


def take(window: Window, name: str, width: int, height: int) -> None:
    """Write one picture of this size, once the page has come to rest."""
    window.page.set_viewport_size({"width": width, "height": height})
    still(window.page)
    keep(window, name)


def keep(window: Window, name: str) -> None:
    """Write what is on the page now."""
    window.page.screenshot(path=IMAGES / f"{name}.png", caret="initial")


def still(page: Page) -> None:
    """Wait until two pictures in a row are the same."""
    before = b""
    for _ in range(20):
        page.wait_for_timeout(400)
        now = page.screenshot()
        if now == before:
            return
        before = now


def main() -> None:
    extension = code_server.vsix()
    if why := installation.missing() or ("" if extension else "The extension is not built."):
        raise SystemExit(f"{why} `make vsix editor` brings all that is needed.")
    assert extension
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        os.environ["SUREQL_CACHE"] = str(folder / "cache")
        os.environ["SUREQL_CONFIG"] = str(folder / "config.toml")
        shutil.copytree(PROJECT, folder / "music-store")
        server = CodeServer(folder / "vscode", (extension,), LOOK)
        browser = playwright.chromium.launch(
            executable_path=installation.browser(), args=list(BROWSER), chromium_sandbox=False
        )
        try:
            window = Window(browser.new_page(device_scale_factor=1.5), server, folder)
            window.open(folder / "music-store")
            window.edit("queries/first.sql", "SELECT titel FROM album;\n")
            window.until(window.problems, "the schema is loaded")
            (window.folder / "queries" / "first.sql").write_text("SELECT title FROM album;\n")
            window.command("workbench.action.toggleSidebarVisibility")
            for scene in (ghost_text, errors, explanation, optimise, python_string, schema):
                window.clear()
                shutil.rmtree(window.folder / "queries", ignore_errors=True)
                window.page.set_viewport_size({"width": 1200, "height": 620})
                scene(window)
        finally:
            browser.close()
            server.close()


if __name__ == "__main__":
    main()
