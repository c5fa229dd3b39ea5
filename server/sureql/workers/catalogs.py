"""Catalogs opened from their cache files, kept while they are new."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from sureql.catalog.model import Catalog
from sureql.storage import catalog_cache


@lru_cache(8)
def opened(file: str) -> Catalog | None:
    """The catalog in a cache file; None for '' or if it is damaged.

    A new version of a schema is another file.
    """
    return catalog_cache.read(Path(file)) if file else None
