"""Waiting for what no message tells of, for as long as a busy machine may need."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

PATIENCE = 60.0
"""Seconds until something that must happen has happened. What takes this long is broken."""


async def eventually(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait in an event loop until a condition holds."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


def wait_until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait in a blocking test until a condition holds."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)
