"""What the demo types and shows."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from importlib import resources
from pathlib import Path

from rich.console import Console

from sureql.demo import client as wire
from sureql.demo.client import Client, ServerError
from sureql.demo.document import Document
from sureql.demo.screen import Screen

# The first part of each pair is typed, then ghost text is asked for and accepted.
GHOSTS = (
    "SELECT c.country, sum(i.total) AS revenue\nFROM customer c\nJOIN inv",
    "\nWHERE i.sta",
    "\nGROUP ",
    "\nORDER ",
)
POPUP = "SELECT al.title, count(*)\nFROM album al\nJOIN "
MISTAKE = "SELECT al.titel FROM album al;"

NEXT = """\
[bold]What next[/]
  [bold]In your editor[/]       open a .sql file in your project; the README says how for Neovim, Emacs,
                       Helix and any other language client
  [bold]On your files[/]        sureql check .            errors in every .sql file, with fixes
                       sureql schema show        the schema that was found
  [bold]If something is off[/]  sureql doctor             what was detected, and what to do about the rest
"""


def run(console: Console, pause: float = 0.012) -> int:
    """Give the tour; 0 if everything that it promises was shown, else 1."""
    with tempfile.TemporaryDirectory(prefix="sureql-demo-") as folder:
        root = Path(folder).resolve() / "music-store"
        with resources.as_file(resources.files("sureql.demo") / "project") as project:
            shutil.copytree(project, root)
        try:
            missing = asyncio.run(_tour(root, Screen(console), pause))
        except ServerError as problem:
            console.print(f"[red]The server does not answer:[/] {problem}")
            console.print("Run [bold]sureql doctor[/] to see what is wrong.")
            return 1
    for what in missing:
        console.print(f"[red]Not shown:[/] {what}")
    console.print(NEXT)
    return 1 if missing else 0


async def _tour(root: Path, screen: Screen, pause: float) -> list[str]:
    screen.title(root)
    client = await wire.start([sys.executable, "-m", "sureql", "lsp"], root)
    try:
        missing = await _ghosts(client, root, screen, pause)
        missing += await _popup(client, root, screen, pause)
        missing += await _mistake(client, root, screen, pause)
    finally:
        await client.close()
    return missing


async def _ghosts(client: Client, root: Path, screen: Screen, pause: float) -> list[str]:
    screen.scene("Ghost text", "proposed while you type, shown only after it was checked")
    document = Document(client, root / "queries" / "demo.sql", screen.typing)
    shown = 0
    for keys in GHOSTS:
        with screen.live(document):
            await document.type(keys, pause)
            ghost = await document.ghost()
            if ghost:
                screen.ghost(document, ghost)
                await asyncio.sleep(pause * 40)
        if ghost:
            shown += 1
            screen.verdict(document, ghost)
            document.accept(ghost)
    screen.text(document)
    missing = [] if shown >= 3 else [f"three ghost texts ({shown} came)"]

    screen.scene("Hover", "what `customer` is")
    hover = await document.hover("customer c")
    screen.markdown(hover)
    return missing if hover else [*missing, "the hover"]


async def _popup(client: Client, root: Path, screen: Screen, pause: float) -> list[str]:
    screen.scene("Popup", "joins first, along the foreign keys")
    document = Document(client, root / "queries" / "popup.sql", screen.typing)
    with screen.live(document):
        await document.type(POPUP, pause)
        items = await document.popup()
    screen.popup(document, items)
    return [] if items else ["the popup list"]


async def _mistake(client: Client, root: Path, screen: Screen, pause: float) -> list[str]:
    screen.scene("Errors", "the engine would refuse this; the fix is one key away")
    document = Document(client, root / "queries" / "mistake.sql", screen.typing)
    with screen.live(document):
        await document.type(MISTAKE, pause)
        found = await document.diagnostics()
    screen.problem(document, found[0])
    title = await document.fix(found[0])
    if not title:
        return ["the quick fix"]
    screen.fixed(document, title)
    return []
