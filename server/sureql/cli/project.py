"""The project that a file belongs to, as the command line sees it: options, schema, snapshots."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache as once
from pathlib import Path

from sureql import app, settings
from sureql.catalog.model import Catalog
from sureql.cli import embedded
from sureql.cli.files import Text
from sureql.history.model import History
from sureql.lsp import withheld
from sureql.oracle import engines
from sureql.oracle.engine import EngineSpec
from sureql.ports.errors import CacheError, ConfigurationError
from sureql.privacy import hiding
from sureql.semantics.snapshot import Snapshot
from sureql.settings import Problem
from sureql.settings.options import Options
from sureql.sources import files
from sureql.sources.files import Group
from sureql.syntax import dialects, script
from sureql.syntax.script import Script
from sureql.workers.context import Context
from sureql.workers.jobs import index_history, load_catalog
from sureql.workers.jobs.load_catalog import Loaded

_MARKERS = ("sureql.toml", "dbt_project.yml", ".git", ".hg")

# Jobs run right here: nobody listens to their progress, nobody cancels them.
_ALONE = Context(report=lambda _: None, cancelled=lambda: False)


@dataclass(slots=True)
class Project:
    """One workspace. Schemas are loaded when a file first needs them."""

    root: Path
    options: Options
    problems: tuple[Problem, ...]
    _loaded: dict[tuple[Path, tuple[str, ...], str], Loaded] = field(default_factory=dict)
    _groups: dict[str, tuple[Group, ...]] = field(default_factory=dict)

    def loaded(self, path: Path) -> Loaded:
        """The schema for the file or folder at `path`, and what was wrong with it."""
        below = self.below(path)
        sources, dialect = self.options.schema_of(below), self.options.dialect_of(below)
        key = (self._owner(path, sources, dialect), sources, dialect)
        if key not in self._loaded:
            cache = str(settings.cache_folder(os.environ))
            request = load_catalog.Request(
                str(self.root), str(path.resolve()), sources, dialect, cache
            )
            try:
                self._loaded[key] = load_catalog.run(request, _ALONE)
            except CacheError:
                # In a container there may be no home, and one run can do without a cache.
                request = replace(request, cache=_passing_cache())
                self._loaded[key] = load_catalog.run(request, _ALONE)
        return self._loaded[key]

    def _owner(self, path: Path, sources: tuple[str, ...], dialect: str) -> Path:
        """The folder whose files have the same schema as the one at `path`."""
        if sources:
            return self.root
        if dialect not in self._groups:
            self._groups[dialect] = files.discover(self.root, dialect)
        if len(self._groups[dialect]) < 2:
            return self.root
        group = files.for_file(self._groups[dialect], str(path.resolve()), dialect)
        if group is not None and group.project:
            return Path(
                group.folder
            )  # Whatever its files look like, and however many folders hold them.
        return path if path.is_dir() else path.parent

    def catalog(self, path: Path) -> Catalog:
        """The schema for the file or folder at `path`; one that knows nothing if there is none."""
        return app.open_catalog(self.loaded(path))

    def history(self, path: Path) -> History:
        """What the project's own statements teach about the file at `path`."""
        if not self.options.history.enabled:
            return app.NO_HISTORY
        loaded = self.loaded(path)
        request = index_history.Request(str(self.root), loaded.file, loaded.dialect)
        return index_history.run(request, _ALONE)

    def snapshot(self, text: Text) -> Snapshot:
        """The file with its schema."""
        base = self.catalog(text.path)
        full, parsed = text.path.resolve(), self.script(text)
        return app.snapshot(full.as_uri(), str(full), 0, parsed, base)

    def script(self, text: Text) -> Script:
        """The statements of a file."""
        dialect = self.dialect(text, self.catalog(text.path))
        if text.parts is not None:
            return script.of_parts(text.content, text.parts, dialect)
        return script.of(text.content, dialect)

    def sql(self, text: Text) -> Text:
        """A file as it was read, as what there is to work on: its SQL."""
        wanted = self.options.programs.enabled
        return embedded.of(text, app.accepts(self.catalog(text.path)), wanted)

    def dialect(self, text: Text, base: Catalog) -> dialects.Dialect:
        """The file's dialect: as set, as its own comment says, or as detected."""
        setting = self.options.dialect_of(self.below(text.path))
        return app.dialect_of(text.content, str(text.path.resolve()), setting, base)

    def engine(self, below: str, dialect: str) -> EngineSpec | None:
        """The engine for files of `dialect`, where the settings name `below`; None if there is none here
        or engines are switched off."""
        chosen = self.options.judge
        if not chosen.enabled:
            return None
        folder = str(settings.cache_folder(os.environ))
        sources = self.options.schema_of(below)
        return engines.spec_for(dialect, sources, chosen.postgres, folder, chosen.deadline / 1000)

    def below(self, path: Path) -> str:
        """`path` from the root on, as settings name it; "" if it is elsewhere."""
        full = path.resolve()
        return full.relative_to(self.root).as_posix() if full.is_relative_to(self.root) else ""

    def told_as(self, path: Path) -> str:
        """The name of the file at `path` for what is told to models: one that hides it, if any does."""
        globs = self.options.privacy.ignore_paths
        found = withheld.names(os.path.abspath(path), str(self.root))  # noqa: PTH100
        hidden = (name for name in found if hiding.is_hidden_path(name, globs))
        return next(hidden, self.below(path))


def of(path: Path, schema: Sequence[str] | None = None, dialect: str | None = None) -> Project:
    """The project around `path`; `schema` and `dialect` come from the command line.

    Raises ConfigurationError for a dialect or schema file that does not exist.
    """
    given: dict[str, object] = {}
    if schema:
        given["schema"] = [_source(name) for name in schema]
    if dialect:
        if not dialects.known(dialect):
            names = ", ".join(one.name for one in dialects.ALL)
            raise ConfigurationError(f"There is no dialect `{dialect}`. There is {names}.")
        given["dialect"] = dialect
    root = _root(path.resolve())
    options, problems = settings.load(
        root, {}, os.environ, settings.user_file(os.environ), command_line=given
    )
    return Project(root, options, problems)


def _passing_cache() -> str:
    # A folder that is there until this process ends.
    return _passing().name


@once
def _passing() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="sureql-")


def _root(path: Path) -> Path:
    folder = path if path.is_dir() else path.parent
    for parent in (folder, *folder.parents):
        if any((parent / marker).exists() for marker in _MARKERS):
            return parent
    here = Path.cwd()
    return here if folder.is_relative_to(here) else folder


def _source(name: str) -> str:
    """A source as the settings hold it, independent of the current folder."""
    if "://" in name:
        scheme, _, rest = name.partition(":///")
        return f"{scheme}:///{Path(rest).resolve()}" if rest else name
    path = Path(name)
    if not any(mark in name for mark in "*?[") and not path.exists():
        raise ConfigurationError(f"The schema file {name} does not exist.")
    return str(path.resolve())
