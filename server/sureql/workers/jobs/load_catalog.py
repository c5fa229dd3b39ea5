"""Finds and loads the schema for a file, and leaves it in a cache file that others open lazily."""

from __future__ import annotations

from pathlib import Path, PurePath

from sureql.sources import load
from sureql.storage import catalog_cache
from sureql.workers.context import Context
from sureql.workers.requests import LoadCatalog as Request
from sureql.workers.requests import Loaded, Progress

__all__ = ["Loaded", "Progress", "Request", "run"]


def run(request: Request, context: Context) -> Loaded:
    """Load the schema; parts that cannot be read are among `problems`.

    Raises SourceBusy or SourceError if nothing can be read now: keep what was loaded before.
    Raises CacheError if the cache folder cannot be written to.
    """
    if not request.root and not request.sources:
        # A lone file: its folder may be anybody's, it is not searched.
        return Loaded("", request.dialect)

    def report(done: int, total: int, path: str) -> None:
        context.report(Progress(done, total, PurePath(path).name))

    root = request.root or request.path
    spec = load.Spec(root, request.sources, request.dialect, request.path)
    place = Path(request.cache) / "catalogs"
    found = load.load(spec, report, lambda version: catalog_cache.stored(version, place))
    if not found.sources:
        return Loaded("", found.dialect, problems=found.problems)
    file = catalog_cache.write(found, place)
    relations = sum(len(schema.relations) for schema in found.schemas.values())
    return Loaded(str(file), found.dialect, found.sources, found.problems, relations)
