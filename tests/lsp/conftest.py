"""Servers in small workspaces."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from lsp import wire
from lsp.wire import Wire

SCHEMA = """CREATE TABLE artist (
    artist_id integer PRIMARY KEY,
    name text NOT NULL,
    country text
);
CREATE TABLE album (
    album_id integer PRIMARY KEY,
    artist_id integer NOT NULL REFERENCES artist,
    title text NOT NULL
);
"""

Start = Callable[..., Awaitable[Wire]]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A folder with a schema of two tables."""
    folder = tmp_path / "work space é"
    folder.mkdir()
    (folder / "schema.sql").write_text(SCHEMA)
    return folder


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts servers that are killed after the test if they have not ended."""
    running: list[Wire] = []

    async def one(root: Path | None = None, **more: Any) -> Wire:
        running.append(await wire.start(root, tmp_path / "cache", **more))
        return running[-1]

    async def bare(cwd: Path | None = None) -> Wire:
        running.append(await wire.spawn(tmp_path / "cache", cwd))
        return running[-1]

    one.bare = bare  # type: ignore[attr-defined]
    yield one
    for left in running:
        with contextlib.suppress(ProcessLookupError):
            left.process.kill()
        await left.process.wait()
        await left.reading  # type: ignore[attr-defined]
        left.process._transport.close()  # type: ignore[attr-defined]
