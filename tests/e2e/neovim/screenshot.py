"""Take the pictures in docs/images: real Neovim on the demo's project, in tmux.

Run it with `make screenshot`. It needs tmux, and rsvg-convert or Chromium for the PNG.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).parent.parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from e2e.neovim.editor import CLIENT, program  # noqa: E402
from support.fault_server import Request, running  # noqa: E402
from support.spoken import Answer  # noqa: E402
from sureql.demo import queries as scenes  # noqa: E402

IMAGES = ROOT / "docs" / "images"
TYPED = (
    "SELECT t.name, g.name AS genre, t.milliseconds / 1000 AS seconds",
    "FROM track t",
    "JOIN gen",
)
EXPECTED = "ON g.genre_id = t.genre_id"
ASKED = (
    "-- who has not bought anything for two years?",
    "SELECT c.first_name, c.last_name, c.email",
    "FROM customer c",
    "WHERE ",
)
# As a large model answers; here an endpoint that plays one.
ANSWERED = """\
NOT EXISTS (
  SELECT 1 FROM invoice i
  WHERE i.customer_id = c.customer_id
    AND i.invoice_date >= date('now', '-2 years')
)"""
WRONG = """\
SELECT a.titel,, ar.name -- every album
FORM album a
JOIN artist ar ON ar.artist_id = a.artist_id
WHERE count(*) > 1
GROUP BY a.title, ar.name;
"""
PROGRAM = '''\
def best_customers(connection, since):
    """Who has spent most, and on how many invoices."""
    return connection.execute(
        """
        SELECT c.first_nam, c.country
        FROM customer c

        """,
        {"since": since},
    )
'''
ROWS = """\
WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
INSERT INTO customer (first_name, last_name, email, country) SELECT 'a', 'b', i, 'c' FROM n;
WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
INSERT INTO invoice (customer_id, invoice_date, total) SELECT 1 + i % 5000, '2025-01-01', i % 50 FROM n;
ANALYZE;
"""
DARK = TerminalTheme((20, 22, 27), (224, 226, 234), [(20, 22, 27)] * 8, [(224, 226, 234)] * 8)
# A letter of this font is 0.602 of its size wide, a cell of rich's 12.2 pixels.
# rich draws a window of one desktop around its pictures; this is only the terminal's content.
SVG = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg"
  xml:space="preserve">
<style>
.{unique_id}-matrix {{ font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace;
  font-size: 20.26px; line-height: {line_height}px; }}
{styles}
</style>
<defs>{lines}</defs>
<rect width="{width}" height="{height}" rx="6" fill="#14161b"/>
<g transform="translate({terminal_x}, 14)">
{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""


class Terminal:
    """A tmux server of our own with one window."""

    def __init__(self, command: str, folder: Path, width: int, height: int) -> None:
        self._tmux = ["tmux", "-L", f"sureql-{os.getpid()}", "-f", "/dev/null"]
        homes = {
            f"XDG_{name}_HOME": str(folder / "xdg" / name.lower())
            for name in ("CONFIG", "DATA", "STATE", "CACHE")
        }
        self._environment = {
            **os.environ,
            **homes,
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "COLORTERM": "truecolor",
        }
        self._run("new-session", "-d", "-x", str(width), "-y", str(height), command)
        self._run("set", "-g", "default-terminal", "tmux-256color")
        self._run("set", "-g", "status", "off")
        self._run("resize-window", "-x", str(width), "-y", str(height))

    def keys(self, text: str, literally: bool = True) -> None:
        self._run("send-keys", *(["-l"] if literally else []), text)

    def shown(self, colours: bool = False) -> str:
        return self._run("capture-pane", "-p", *(["-e"] if colours else []))

    def until(self, text: str, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while text not in self.shown():
            if time.monotonic() > end:
                raise SystemExit(f"`{text}` never came:\n{self.shown()}")
            time.sleep(0.05)

    def close(self) -> None:
        self._run("kill-server")

    def _run(self, *arguments: str) -> str:
        command = [*self._tmux, *arguments]
        result = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, check=False
        )
        return result.stdout


def opened(
    folder: Path, file: str, text: str, width: int, height: int, settings: str = "vim.empty_dict()"
) -> Terminal:
    """Neovim in the demo's project, on `file` with `text`, with the schema loaded; `settings` are
    sureql's."""
    project = folder / "music-store"
    shutil.copytree(ROOT / "server" / "sureql" / "demo" / "project", project, dirs_exist_ok=True)
    if text:
        (project / file).write_text(text, encoding="utf-8")
    server = str(Path(sys.executable).parent / "sureql")
    init = folder / "init.lua"
    init.write_text(
        f"vim.g.sureql = {{ cmd = {{ {server!r}, 'lsp' }}, fix_on_save = true }}\n"
        f"vim.opt.rtp:prepend({str(CLIENT)!r})\n"
        f"vim.lsp.config('sureql', {{ settings = {{ sureql = {settings} }} }})\n"
        "vim.o.termguicolors = true; vim.o.number = true; vim.o.showmode = false\n"
        "vim.o.ruler = false; vim.o.laststatus = 0; vim.o.cmdheight = 0\n"
        "vim.o.swapfile = false; vim.o.fillchars = 'eob: '; vim.o.shortmess = 'aoOstTWIcCFW'\n"
        "vim.diagnostic.config({ virtual_text = true, severity_sort = true })\n",
        encoding="utf-8",
    )
    nvim = program()
    if not nvim or not shutil.which("tmux"):
        raise SystemExit("The screenshot needs Neovim 0.11 and tmux.")
    command = f"cd {project}; {nvim} --clean -u {init} {file}"
    terminal = Terminal(command, folder, width, height)
    terminal.until("  1")
    time.sleep(3)  # The server loads the schema; before that no table is known.
    return terminal


def ghost_text(folder: Path) -> None:
    """Type until ghost text is shown."""
    terminal = opened(folder, "queries/genres.sql", "", 72, 9)
    try:
        terminal.keys("i")
        for key in "\r".join(TYPED):
            terminal.keys(key)
            time.sleep(0.06)
        terminal.until(EXPECTED)
        time.sleep(0.3)
        draw(terminal.shown(colours=True), "ghost-text-neovim", 72)
    finally:
        terminal.close()


def model(folder: Path) -> None:
    """Ghost text of a model."""

    def answer(request: Request) -> Answer:
        asked = "two years" in request.raw.decode("utf-8", "replace")
        return Answer((ANSWERED,) if asked else ("1",))

    with running(models=("a-large-model",)) as endpoint:
        endpoint.script(answer)
        named = f"name = 'a-large-model', base_url = '{endpoint.base_url}', api = 'chat'"
        settings = f"{{ model = {{ {named} }}, inline = {{ wait = 10000 }} }}"
        terminal = opened(folder, "queries/lost.sql", "", 72, 11, settings)
        try:
            terminal.keys("i")
            for key in "\r".join(ASKED):
                terminal.keys(key)
                time.sleep(0.06)
            terminal.until("-2 years')")
            time.sleep(0.3)
            draw(terminal.shown(colours=True), "model-neovim", 72)
        finally:
            terminal.close()


def filled(database: Path) -> None:
    """The demo's schema with rows in it."""
    migrations = ROOT / "server" / "sureql" / "demo" / "project" / "db" / "migrations"
    with closing(sqlite3.connect(database)) as connection:
        for file in sorted(migrations.iterdir()):
            connection.executescript(file.read_text(encoding="utf-8"))
        connection.executescript(ROWS)


def queries(folder: Path) -> None:
    """A query made faster, with the evidence of a database that has rows; and one explained."""
    database = folder / "music.db"
    filled(database)
    settings = f"{{ schema = {{ 'sqlite:///{database}' }} }}"
    terminal = opened(folder, "queries/slow.sql", scenes.SLOW, 110, 26, settings)
    try:
        terminal.keys(":Sureql optimize\r")
        terminal.until("1 of ")
        time.sleep(0.5)
        draw(terminal.shown(colours=True), "optimise-neovim", 110)
    finally:
        terminal.close()
    terminal = opened(folder, "queries/explained.sql", scenes.EXPLAINED, 110, 48)
    try:
        terminal.keys(":Sureql explain\r")
        terminal.until("Step by step")
        time.sleep(1.5)
        draw(terminal.shown(colours=True), "explain-neovim", 126)
    finally:
        terminal.close()


def saving(folder: Path) -> None:
    """A file with mistakes, and the same after it was saved."""
    terminal = opened(folder, "queries/albums.sql", WRONG, 110, 7)
    try:
        terminal.until("One comma too many")
        time.sleep(1)
        draw(terminal.shown(colours=True), "errors-neovim", 110)
        terminal.keys(":w\r")
        terminal.until("FROM album")
        time.sleep(1)
        draw(terminal.shown(colours=True), "saved-neovim", 110)
    finally:
        terminal.close()


def hosted(folder: Path) -> None:
    """SQL in a string of Python: ghost text, and a name that is wrong."""
    terminal = opened(folder, "report.py", PROGRAM, 92, 11)
    try:
        terminal.until("`customer` has no column `first_nam`")
        terminal.keys(":lua vim.diagnostic.config({ update_in_insert = true })\r7GS")
        for key in "JOIN inv":
            terminal.keys(key)
            time.sleep(0.06)
        terminal.until("i.customer_id = c.customer_id")
        time.sleep(0.3)
        draw(terminal.shown(colours=True), "python-neovim", 92)
    finally:
        terminal.close()


def main() -> None:
    chosen = sys.argv[1:]
    for scene in (ghost_text, model, saving, queries, hosted):
        if chosen and scene.__name__ not in chosen:
            continue
        with tempfile.TemporaryDirectory() as folder:
            scene(Path(folder))


def draw(screen: str, name: str, width: int) -> None:
    """Write a screen as `name`.svg and `name`.png."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(
            record=True, width=width, force_terminal=True, file=nowhere, color_system="truecolor"
        )
        for line in screen.rstrip("\n").split("\n"):
            console.print(Text.from_ansi(line), no_wrap=True, crop=False)
        IMAGES.mkdir(parents=True, exist_ok=True)
        drawn = console.export_svg(theme=DARK, code_format=SVG, unique_id="sureql")
    # Not every renderer keeps the width of the no-break spaces that rich writes.
    (IMAGES / f"{name}.svg").write_text(drawn.replace("&#160;", " "), encoding="utf-8")
    _as_png(IMAGES / f"{name}.svg", IMAGES / f"{name}.png")


def _as_png(svg: Path, png: Path) -> None:
    if program := shutil.which("rsvg-convert"):
        subprocess.run([program, "--width", "1200", "--output", png, svg], check=True)
    elif program := shutil.which("chromium") or shutil.which("chromium-browser"):
        options = ["--headless", "--no-sandbox", "--hide-scrollbars", "--window-size=1200,420"]
        subprocess.run([program, *options, f"--screenshot={png}", svg.as_uri()], check=True)
    else:
        sys.stderr.write("No PNG: install librsvg2-bin or chromium.\n")


if __name__ == "__main__":
    main()
