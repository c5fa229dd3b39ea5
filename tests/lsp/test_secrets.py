"""Secrets in a workspace stay in it, whatever the server tells a model."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lsp.conftest import Start
from lsp.test_model import asked, settings
from privacy import planted
from support.fault_server import FaultServer
from support.spoken import Answer

URI = "untitled:a"
NEIGHBOUR = "untitled:b"


@pytest.fixture
async def endpoint() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        server.script(Answer(pieces=("name ", "= 'x'")))
        yield server


def _plant(folder: Path) -> list[tuple[str, str]]:
    """Secrets in the comments of a schema, in statements written before, and in notes; which ones."""
    dice = random.Random(5)
    secrets, schema, history = [], [], []
    for at, (kind, make) in enumerate(planted.TOKENS.items()):
        for place in ("column", "table", "line"):
            text, secret = make(dice)
            secrets.append((f"{kind} {place}", secret))
            table = f"artist_{place}_{at}"
            told = text.replace("'", "''")
            column = f" -- {text}" if place == "line" else ""
            schema.append(
                f"CREATE TABLE {table} (artist_id int REFERENCES artist,{column}\n  name text);\n"
            )
            if place != "line":
                on = f"TABLE {table}" if place == "table" else f"COLUMN {table}.name"
                schema.append(f"COMMENT ON {on} IS 'artist {told}';\n")
            text, secret = make(dice)
            secrets.append((f"{kind} in history", secret))
            history.append(
                f"SELECT name FROM {table} JOIN artist USING (artist_id) WHERE name = '{text}';\n"
            )
    for kind, make in planted.STATEMENTS.items():
        for _ in range(2):
            text, secret = make(dice)
            secrets.append((kind, secret))
            history.append(f"{text}\n;\nSELECT name FROM artist;\n")
    known = (folder / "schema.sql").read_text(encoding="utf-8")
    (folder / "schema.sql").write_text("".join([known, *schema]), encoding="utf-8")
    (folder / "queries.sql").write_text("".join(history), encoding="utf-8")
    return secrets


async def test_no_secret_of_a_workspace_is_sent(
    start: Start, workspace: Path, endpoint: FaultServer
) -> None:
    secrets = _plant(workspace)
    assert len(secrets) >= 200
    wire = await start(workspace, configuration=settings(endpoint))
    queries = (workspace / "queries.sql").read_text(encoding="utf-8")
    wire.open(URI, "")
    wire.open(NEIGHBOUR, queries)
    await wire.loaded()
    await endpoint.arrival()
    lines = queries.splitlines(keepends=True)
    for at in range(5):
        # A piece of what was written before, cut anywhere, and the question below it.
        start_line = at * len(lines) // 5
        before = "".join(lines[start_line : start_line + 25])[at % 7 :]
        text = (
            f"{before}\n;\nSELECT name FROM artist_table_{at} JOIN artist USING (artist_id) WHERE "
        )
        wire.change(URI, at + 2, {"text": text})
        await asked(wire, text, 1)
    await asyncio.sleep(0)
    received = b"\n".join(request.raw for request in endpoint.requests).decode()
    assert "artist_table_3" in received
    assert "…" in received or "\\u2026" in received
    leaks = [
        (kind, piece)
        for kind, secret in secrets
        for piece in (secret[at : at + 8] for at in range(len(secret) - 7))
        if piece in received
    ]
    assert leaks == []
    assert await wire.end() == 0
