"""Where the server keeps its caches: in the usual place, or for this session only where that cannot be
written to, as in a home that is read-only or somebody else's. Schemas travel through them."""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

from sureql import settings

log = logging.getLogger(__name__)


def folder() -> Path:
    """The folder for caches of this process and those that it starts."""
    usual = settings.cache_folder(os.environ)
    return usual if _writable(usual) else _temporary(usual)


@cache
def _writable(place: Path) -> bool:
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(place, os.W_OK | os.X_OK)


@cache
def _temporary(usual: Path) -> Path:
    """A new folder that nobody else can read and that is gone afterwards; the usual one if there is no
    room for it either."""
    try:
        made = tempfile.mkdtemp(prefix="sureql-")
    except OSError:
        return usual
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    os.environ["SUREQL_CACHE"] = made
    log.warning(
        "%s cannot be written to: caches of this session are in %s and go with it. "
        "Name a folder in SUREQL_CACHE to keep them.",
        usual,
        made,
    )
    return Path(made)
