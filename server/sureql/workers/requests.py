"""What each job takes and gives. Importing this is cheap; the jobs themselves load the parser."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.catalog.model import LoadProblem
from sureql.ide.model import Diagnostic


@dataclass(frozen=True, slots=True)
class LoadCatalog:
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


@dataclass(frozen=True, slots=True)
class IndexHistory:
    """The workspace's folder, and the cache file and dialect of its schema."""

    root: str
    catalog: str
    dialect: str


@dataclass(frozen=True, slots=True)
class Sent:
    """One version of a document, and the cache file of its catalog ('' if it has none)."""

    uri: str
    path: str
    version: int
    text: str
    dialect: str
    catalog: str


@dataclass(frozen=True, slots=True)
class DiagnoseFile:
    """The document to check, and where the cursor is."""

    document: Sent
    cursor: int


@dataclass(frozen=True, slots=True)
class Checked:
    """Diagnostics by the index of their statement, with offsets from its start."""

    diagnostics: tuple[tuple[int, tuple[Diagnostic, ...]], ...]


@dataclass(frozen=True, slots=True)
class FixFile:
    """The document to fix."""

    document: Sent
