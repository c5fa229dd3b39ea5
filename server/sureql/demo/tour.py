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
from sureql.demo import queries, with_model
from sureql.demo.client import Client, ServerError
from sureql.demo.document import Document
from sureql.demo.screen import Screen

# Each is typed; then ghost text is asked for.
GHOSTS = (
    "SELECT c.country, sum(i.total) AS revenue\nFROM customer c\nJOIN inv",
    "SELECT t.name, g.name\nFROM track t\nJOIN gen",
    "SELECT country, count(*)\nFROM customer\nGROUP BY ",
    "INSERT INTO playlist (",
)
HOVERED = "SELECT a.title\nFROM album a"
POPUP = "SELECT a.title, count(*)\nFROM album a\nJOIN "
MISTAKE = "SELECT a.titel FROM album a;"
JUDGED = "SELECT a.title FROM album a WHERE count(*) > 1 GROUP BY a.title;"
SAVED = """\
SELECT a.titel,, ar.naem
FORM album a
JOIN artist ar ON ar.artist_id = a.artist_id;
"""

PROGRAM = '''\
def tracks(connection, genre):
    return connection.execute("""
        SELECT t.name, g.name
        FROM track t
        JOIN gen'''

WITHOUT_MODEL = {"SUREQL_MODEL_ENABLED": "false"}
"""The model that the user may have named has a scene of its own."""

NEXT = """\
[bold]What next[/]

  [cyan]In your editor[/]     open a .sql file or a program; README.md says how
                     for VS Code, Neovim, Emacs and any other client
  [cyan]On your files[/]      sureql check .         errors, with fixes
                     sureql optimize q.sql  faster queries, with evidence
                     sureql explain q.sql   what a query does
                     sureql schema show     the schema that was found
  [cyan]If it is not right[/] sureql doctor          what was detected, what to do
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
    console.print()
    console.print(NEXT)
    return 1 if missing else 0


async def _tour(root: Path, screen: Screen, pause: float) -> list[str]:
    screen.title(root)
    client = await wire.start([sys.executable, "-m", "sureql", "lsp"], root, WITHOUT_MODEL)
    try:
        missing = await _ghosts(client, root, screen, pause)
        missing += await _popup(client, root, screen, pause)
        missing += await _mistakes(client, root, screen, pause)
        missing += await _saving(client, root, screen, pause)
        missing += await _hover(client, root, screen, pause)
        missing += await _program(client, root, screen, pause)
        missing += await queries.optimised(client, root, screen)
        missing += await queries.explained(client, root, screen)
    finally:
        await client.close()
    await with_model.scene(root, screen, pause)
    return missing


async def _ghosts(client: Client, root: Path, screen: Screen, pause: float) -> list[str]:
    screen.scene("Ghost text", "proposed while you type, shown only after it was checked")
    shown = 0
    for number, keys in enumerate(GHOSTS, start=1):
        document = Document(client, root / "queries" / f"ghost{number}.sql", screen.typing)
        with screen.live(document):
            await document.type(keys, pause)
            ghost = await document.ghost()
            if ghost:
                screen.ghost(document, ghost)
                await asyncio.sleep(pause * 50)
        if ghost:
            shown += 1
            screen.verdict(document, ghost)
            document.accept(ghost)
    return [] if shown >= 3 else [f"three ghost texts ({shown} came)"]


async def _program(client: Client, root: Path, screen: Screen, pause: float) -> list[str]:
    screen.scene("SQL in programs", "the same in the strings of Python, TypeScript, Go, Java …")
    document = Document(client, root / "tracks.py", screen.typing, "python")
    with screen.live(document):
        await document.type(PROGRAM, pause)
        ghost = await document.ghost()
        if ghost:
            screen.ghost(document, ghost)
            await asyncio.sleep(pause * 50)
    if ghost:
        screen.verdict(document, ghost)
    return [] if ghost else ["the ghost text in Python"]


async def _hover(client: Client, root: Path, screen: Screen, pause: float) -> list[str]:
    screen.scene("Hover", "what `album` is")
    document = Document(client, root / "queries" / "hover.sql", screen.typing)
    await document.type(HOVERED, 0)
    hover = await document.hover("album")
    screen.markdown(hover)
    return [] if hover else ["the hover"]


async def _popup(client: Client, root: Path, screen: Screen, pause: float) -> list[str]:
    screen.scene("Popup", "tables, and whole joins along the foreign keys")
    document = Document(client, root / "queries" / "popup.sql", screen.typing)
    with screen.live(document):
        await document.type(POPUP, pause)
        items = await document.popup()
    screen.popup(document, items)
    return [] if items else ["the popup list"]


async def _mistakes(client: Client, root: Path, screen: Screen, pause: float) -> list[str]:
    screen.scene("Errors", "what the engine itself would refuse, and nothing else")
    missing = []
    for name, text in (("mistake", MISTAKE), ("judged", JUDGED)):
        document = Document(client, root / "queries" / f"{name}.sql", screen.typing)
        with screen.live(document):
            await document.type(text, pause)
            found = await document.diagnostics()
        screen.problem(document, found[0])
        title = await document.fix(found[0])
        if title:
            screen.fixed(document, title)
        else:
            missing.append(f"the quick fix of {name}.sql")
    status = await client.heard("didChangeStatus", lambda told: "judges" in told["message"])
    screen.note(str(status["message"]))
    return missing


async def _saving(client: Client, root: Path, screen: Screen, pause: float) -> list[str]:
    screen.scene("Fix on save", "every safe fix at once, comments and layout untouched")
    document = Document(client, root / "queries" / "saved.sql", screen.typing)
    with screen.live(document):
        await document.type(SAVED, pause)
        await document.diagnostics()
    screen.text(document)
    changed = await document.fix_all()
    screen.note("saved:")
    screen.text(document)
    return [] if changed else ["the fixes on save"]
