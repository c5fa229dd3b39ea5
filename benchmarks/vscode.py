"""Measures the extension in the real VS Code: `python -m benchmarks.vscode [tries]`.

What activating costs the extension host, until `activate` has returned, is told beside the same of a
bare extension that only starts a language client; both by turns, each in a fresh extension host. The
other figure is the time from the opening of a folder in the browser to its first ghost text. It
needs what `make vsix editor` brings.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.measure import Series

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from e2e.vscode import code_server, installation  # noqa: E402
from e2e.vscode.code_server import CodeServer  # noqa: E402
from e2e.vscode.conftest import BROWSER, PROJECT  # noqa: E402
from e2e.vscode.window import Window  # noqa: E402

MODULES = ROOT / "clients" / "vscode" / "node_modules"
OURS, BARE = "sureql.sureql", "sureql-benchmarks.bare"
BEFORE = "SELECT t.name, g.name\nFROM track t\nJOIN "
CODE = """\
import { LanguageClient } from "vscode-languageclient/node";
let client;
export function activate() {
  const server = { command: COMMAND, args: ARGUMENTS };
  client = new LanguageClient("bare", "bare", server, { documentSelector: [{ language: "none" }] });
  void client.start();
}
export function deactivate() {
  return client?.stop();
}
"""
MANIFEST: dict[str, Any] = {
    "name": "bare",
    "publisher": "sureql-benchmarks",
    "version": "1.0.0",
    "engines": {"vscode": "^1.100.0"},
    "main": "./bare.js",
    "activationEvents": ["onLanguage:none"],
    "extensionKind": ["workspace"],
}


def bare(folder: Path) -> Path:
    """The least extension with a language client, bundled as ours is."""
    program = [sys.executable, str(Path(__file__).parent / "bare_server.py")]
    code = CODE.replace("COMMAND", json.dumps(program[0])).replace(
        "ARGUMENTS", json.dumps(program[1:])
    )
    source, made = folder / "bare.mjs", folder / "bare"
    source.write_text(code, encoding="utf-8")
    made.mkdir()
    (made / "package.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    options = ("--bundle", "--minify", "--platform=node", "--format=cjs", "--external:vscode")
    command = [MODULES / ".bin" / "esbuild", source, *options, f"--outfile={made / 'bare.js'}"]
    environment = {**installation.environment(), "NODE_PATH": str(MODULES)}
    subprocess.run(command, check=True, env=environment, capture_output=True)
    return code_server.packed(made, folder / "bare.vsix")


def activation(window: Window, extension: str) -> float:
    """Seconds in which the extension host loads and activates an extension."""
    took: float = window.host(
        "const found = vscode.extensions.getExtension(given.id);"
        "if (!found || found.isActive) throw new Error(`${given.id}: not to be activated`);"
        "const begun = performance.now(); await found.activate();"
        "return performance.now() - begun",
        id=extension,
    )
    return took / 1000


def first_ghost_text(window: Window, folder: Path, file: str) -> float:
    """Seconds from the opening of a folder to the first ghost text in it."""
    begun = time.perf_counter()
    window.open(folder)
    window.edit(file, BEFORE + "|")
    # As somebody types who does not wait for the server.
    window.type("gen")
    window.until(window.ghost, "ghost text")
    return time.perf_counter() - begun


def measured(browser: Browser, server: CodeServer, folder: Path, tries: int) -> dict[str, Series]:
    """All figures, by what they are of."""
    empty, project = folder / "empty", folder / "music-store"
    empty.mkdir()
    shutil.copytree(PROJECT, project)
    found = {name: Series() for name in (OURS, BARE, "ghost")}
    for number in range(tries):
        for name in (BARE, OURS):
            window = Window(browser.new_page(), server, folder)
            window.open(empty)
            found[name].values.append(activation(window, name))
            window.page.close()
        window = Window(browser.new_page(), server, folder)
        # A file of its own: VS Code brings back what was not saved.
        found["ghost"].values.append(first_ghost_text(window, project, f"queries/{number}.sql"))
        window.page.close()
    return found


def main(tries: int) -> None:
    extension = code_server.vsix()
    if why := installation.missing() or ("" if extension else "The extension is not built."):
        raise SystemExit(f"{why} `make vsix editor` brings all that is needed.")
    assert extension
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        os.environ["SUREQL_CACHE"] = str(folder / "cache")
        os.environ["SUREQL_CONFIG"] = str(folder / "config.toml")
        server = CodeServer(folder / "vscode", (extension, bare(folder)))
        browser = playwright.chromium.launch(
            executable_path=installation.browser(), args=list(BROWSER), chromium_sandbox=False
        )
        try:
            found = measured(browser, server, folder, tries)
        finally:
            browser.close()
            server.close()
    ours, least, ghost = found[OURS], found[BARE], found["ghost"]
    sys.stdout.write(
        f"activation in the extension host: {ours.median * 1e3:.0f} ms (p95 {ours.p95 * 1e3:.0f})\n"
        f"the same of a bare language client: {least.median * 1e3:.0f} ms (p95 {least.p95 * 1e3:.0f})\n"
        f"ratio: {ours.median / least.median:.2f}\n"
        f"folder opened → first ghost text: {ghost.median:.1f} s (p95 {ghost.p95:.1f})\n"
        f"{tries} tries of each; load average {before:.1f} before\n"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
