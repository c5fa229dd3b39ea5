"""The demo's last scene: ghost text of the model that the user has named, or how to name one."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sureql import settings
from sureql.demo import client as wire
from sureql.demo.client import Client
from sureql.demo.document import Document
from sureql.demo.screen import Screen
from sureql.providers import address
from sureql.settings.options import Options

# What the comments want is in no foreign key: sureql's own engine has little to say here.
TYPED = (
    "-- customers of Brazil and Canada, by name\n"
    "SELECT c.first_name, c.last_name, c.country\nFROM customer c\nWHERE ",
    "-- tracks longer than five minutes\nSELECT t.name, t.milliseconds\nFROM track t\nWHERE ",
    "-- invoices above ten dollars, the highest first\n"
    "SELECT i.invoice_id, i.total\nFROM invoice i\nWHERE ",
)
PATIENCE = 20.0
"""Seconds that an answer may take: here nobody types on. A local model reads its first prompt slowly."""
OPENAI = "api.openai.com"

NONE_NAMED = """\
No model is named, so all of the above is sureql's own work, and nothing has
left this machine. To see ghost text of a model here, name one in
{file}:

    [model]                     # at OpenAI, with the key in OPENAI_API_KEY
    name = "gpt-4.1-mini"

    [model]                     # or at any endpoint that speaks its protocol
    name = "qwen2.5-coder:1.5b-base"
    base_url = "http://localhost:11434/v1"

README.md has more under Models, also one that sureql runs itself."""


async def scene(root: Path, screen: Screen, pause: float) -> None:
    """Show ghost text of the user's model, or say why there is none."""
    options = _options(root)
    model = options.model
    if not model.configured:
        screen.scene("Ghost text of a model", "checked in the same way")
        screen.plain(NONE_NAMED.format(file=settings.user_file(os.environ)))
        return
    host = "" if model.local else f" at {address.host(model.base_url) or OPENAI}"
    name = f"{model.local or model.name}{host}"
    screen.scene("Ghost text of a model", f"from {name}, checked in the same way")
    waits = {"SUREQL_INLINE_WAIT": str(round(PATIENCE * 1000))}
    client = await wire.start([sys.executable, "-m", "sureql", "lsp"], root, waits)
    try:
        await _shown(client, root, screen, pause, name)
    finally:
        await client.close()


async def _shown(client: Client, root: Path, screen: Screen, pause: float, name: str) -> None:
    shown = 0
    for number, keys in enumerate(TYPED, start=1):
        document = Document(client, root / "queries" / f"model{number}.sql", screen.typing)
        await document.prompt()  # Answers when the model is ready to be asked.
        with screen.live(document):
            await document.type(keys, pause)
        with screen.waiting(f"asking {name} ..."):
            ghost = await document.ghost_of_model(PATIENCE + 10)
        if ghost:
            shown += 1
            screen.verdict(document, ghost)
        status = client.last("didChangeStatus")
        if not ghost and status.get("kind") in ("Warning", "Error", "Inactive"):
            screen.trouble(str(status["message"]), "sureql doctor says what to do.")
            return
    if shown:
        screen.note("Only the sample project was sent; `sureql log` shows each request.")
    else:
        screen.trouble(
            f"{name} was asked {len(TYPED)} times, and nothing that it said passed the checks.",
            "sureql doctor says what it can do; a larger model does better.",
        )


def _options(root: Path) -> Options:
    return settings.load(root, {}, os.environ, settings.user_file(os.environ))[0]
