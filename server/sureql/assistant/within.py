"""A limit of time for what may be left out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any

log = logging.getLogger(__name__)


async def within(work: Awaitable[Any], seconds: float) -> Any:
    """The result of `work`, None when it took longer or failed."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait([task], timeout=seconds)
    finally:
        if not task.done():
            task.cancel()
    if not task.done() or task.cancelled():
        return None
    if (problem := task.exception()) is not None:
        # It costs only itself.
        log.warning("A source of context failed.", exc_info=problem)
        return None
    return task.result()
