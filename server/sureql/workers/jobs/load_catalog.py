"""Finds and loads the schema for a file, and leaves it in a cache file that others open lazily."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath

from sureql.catalog.model import LoadProblem
from sureql.sources import load
from sureql.storage import catalog_cache
from sureql.workers.context import Context


@dataclass(frozen=True, slots=True)
class Request:
    """`sources` are the configured ones, () to look for them under `root` from `path`'s folder up.

    `dialect` is the configured one ('' to find out). `cache` is the folder for cache files.
    """

    root: str
    path: str
    sources: tuple[str, ...]
    dialect: str
    cache: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """`file` is the cache file, '' if there is no schema. `files` are what it was read from."""

    file: str
    dialect: str
    files: tuple[str, ...] = ()
    problems: tuple[LoadProblem, ...] = ()
    relations: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far loading is: `done` of `total` files, and what is being read."""

    done: int
    total: int
    message: str


def run(request: Request, context: Context) -> Loaded:
    """Load the schema; parts that cannot be read are among `problems`.

    Raises SourceBusy or SourceError if nothing can be read now: keep what was loaded before.
    """
    if not request.root and not request.sources:
        # A lone file: its folder may be anybody's, it is not searched.
        return Loaded("", request.dialect)

    def report(done: int, total: int, path: str) -> None:
        context.report(Progress(done, total, PurePath(path).name))

    root = request.root or request.path
    spec = load.Spec(root, request.sources, request.dialect, request.path)
    found = load.load(spec, report)
    if not found.sources:
        return Loaded("", found.dialect, problems=found.problems)
    file = catalog_cache.write(found, Path(request.cache) / "catalogs")
    relations = sum(len(schema.relations) for schema in found.schemas.values())
    return Loaded(str(file), found.dialect, found.sources, found.problems, relations)
