"""The panels: a statement explained and made faster, SQL for a question, and the schema as a tree."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import FrameLocator

from e2e.vscode.window import Window
from support.fault_server import FaultServer, running
from support.spoken import Answer
from sureql.demo import queries

GROUPED = """\
SELECT ar.name, sum(t.milliseconds)
FROM artist ar
JOIN album a ON a.artist_id = ar.artist_id
JOIN track t ON t.album_id = a.album_id
GROUP BY ar.name;
"""
VIRTUAL = ".vscode-resource.vscode-cdn.net"
"""Hosts of this name exist only in the page: VS Code itself answers for them."""


def panel(window: Window) -> FrameLocator:
    """The page of the one panel that is open."""
    return window.page.frame_locator("iframe.webview.ready").frame_locator("iframe#active-frame")


def test_an_explanation_has_a_picture_with_links(window: Window) -> None:
    window.edit("queries/explained.sql", GROUPED)
    window.begin("sureql.explain")
    page = panel(window)
    page.locator("#explanation[aria-busy=false] svg.picture").first.wait_for()
    page.locator("#explanation code:text-is('ar.name')").first.wait_for()
    labels = page.locator("[data-node] .label")
    wanted = {"artist", "album", "track", "GROUP BY"}
    window.until(lambda: wanted <= set(labels.all_text_contents()), "all parts are in the picture")
    window.picture("explain")
    marked = "return vscode.window.visibleTextEditors[0]?.selection.start.line"
    window.insist(
        lambda: window.click(page.locator("[data-node]:has-text('GROUP BY')").first),
        lambda: window.host(marked) == 4,
        "the box leads to its text",
    )


def test_a_faster_form_is_shown_as_a_diff_and_applied(window: Window) -> None:
    window.edit("queries/slow.sql", queries.SLOW)
    window.begin("sureql.optimize")
    page = panel(window)
    page.locator("#apply-1").wait_for()
    window.seen(".diff-editor, .monaco-diff-editor")
    page.locator("#again").wait_for()
    window.picture("optimise_diff")
    assert "proved" in page.locator(".candidate").first.inner_text().lower()
    tabs = "return vscode.window.tabGroups.all.flatMap((one) => one.tabs).length"
    window.until(lambda: window.host(tabs) == 3, "the text, its diff and the panel")
    reject, take = page.locator("#reject-1"), page.locator("#apply-2")
    window.insist(lambda: window.click(reject), lambda: not reject.count(), "one is put aside")
    window.insist(lambda: window.click(take), lambda: not take.count(), "the other is applied")
    window.until(lambda: window.host(tabs) == 2, "the diff is closed")
    name = "return vscode.window.activeTextEditor?.document.uri.path.split('/').pop()"
    window.until(lambda: window.host(name) == "slow.sql", "the text is shown")
    window.until(lambda: window.text() != queries.SLOW, "it is another one")
    window.until(lambda: not window.problems(), "what was applied is right")


@pytest.fixture
def model() -> Iterator[FaultServer]:
    with running(models=("scripted",)) as server:
        server.script(Answer(("SELECT count(*) FROM track",)))
        yield server


def test_a_question_becomes_a_checked_statement(window: Window, model: FaultServer) -> None:
    told = {"name": "scripted", "base_url": model.base_url, "api": "chat"}
    window.configure({f"sureql.model.{key}": value for key, value in told.items()})
    window.edit("queries/asked.sql", "-- tracks\n|")
    box = window.page.locator(".quick-input-widget:has-text('What shall the') input")

    def opened() -> bool:
        window.begin("sureql.generate")
        window.until(lambda: box.is_visible() or window.notices(), "the box, or why there is none")
        # Until the server knows of the model there is only a message that there is none.
        window.command("notifications.clearAll")
        return box.is_visible()

    window.until(opened, "the box for the question")
    box.fill("how many tracks are there")
    box.press("Enter")
    insert = window.page.locator(".editor-actions a[aria-label^='Insert What Was Written']").first
    insert.wait_for()
    window.gone(".quick-input-widget")
    window.picture("generate")
    preview = "return vscode.window.tabGroups.activeTabGroup.activeTab.isPreview"
    assert not window.host(preview), "a look at another file would take it away"
    window.insist(
        lambda: window.click(insert),
        lambda: "SELECT count(*) FROM track" in window.text(),
        "it is in the text",
    )
    assert any("how many tracks" in request.raw.decode() for request in model.asked)


def test_the_schema_is_a_tree_with_a_search(window: Window) -> None:
    window.edit("queries/tree.sql", "SELECT |")
    window.command("sureql.schema.focus")
    rows = window.page.locator(".pane-body .monaco-list-row")
    rows.filter(has_text="album").first.wait_for()
    window.picture("schema")
    window.begin("sureql.schemaSearch")
    window.seen(".quick-input-widget .quick-input-title:has-text('Search the schema')")
    window.type("milli")
    window.press("Enter")
    column = rows.filter(has_text="milliseconds").first
    column.wait_for()
    window.picture("schema_search")

    def inserted() -> bool:
        # The extension host hears of what is selected a little after it is on the screen.
        if window.text() == "SELECT ":
            column.click()
            window.command("sureql.schemaInsert")
        return window.text() == "SELECT milliseconds"

    window.until(inserted, "the name is in the text")
    window.command("sureql.schemaClearSearch")
    window.command("workbench.view.explorer")


def test_nothing_was_asked_of_other_machines(window: Window) -> None:
    assert [url for url in window.remote() if VIRTUAL not in url] == []
