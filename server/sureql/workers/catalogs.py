"""The worker's open catalogs, by cache file."""

from __future__ import annotations

from functools import lru_cache

from sureql.catalog.model import Catalog


@lru_cache(8)
def opened(file: str) -> Catalog | None:
    """The catalog in a cache file, None for ''. A new version of a schema is another file."""
    raise NotImplementedError
