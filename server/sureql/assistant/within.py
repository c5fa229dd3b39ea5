"""A limit of time for what may be left out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any

log = logging.getLogger(__name__)


async def within(work: Awaitable[Any], seconds: float) -> Any:
    """The result of `work`, None when it took longer or failed."""
    try:
        return await asyncio.wait_for(work, seconds)
    except TimeoutError:
        return None
    except Exception:
        # It costs only itself.
        log.exception("A source of context failed.")
        return None
