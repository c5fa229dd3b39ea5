"""Where a dbt project keeps what: `dbt_project.yml` and the files that it leads to."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sureql.catalog.model import LoadProblem
from sureql.sources.dbt.nodes import MAX_BYTES, BrokenYamlError, Document

FILE = "dbt_project.yml"
_MOST_FILES = 20_000
_MOST_FOLDERS = 50
_PACKAGES = ("packages.yml", "dependencies.yml")
_ENGINES = {
    "athena": "trino",
    "fabric": "tsql",
    "materialize": "postgres",
    "singlestore": "mysql",
    "sparksql": "spark",
    "sqlserver": "tsql",
    "starburst": "trino",
    "synapse": "tsql",
}


@dataclass(slots=True)
class Files:
    """A project's files by what they are. `described` are YAML, `docs` Markdown."""

    models: list[Path] = field(default_factory=list)
    seeds: list[Path] = field(default_factory=list)
    snapshots: list[Path] = field(default_factory=list)
    macros: list[Path] = field(default_factory=list)
    described: list[Path] = field(default_factory=list)
    docs: list[Path] = field(default_factory=list)

    def all(self) -> Iterator[Path]:
        """Every file, of each kind in order."""
        for kind in (self.models, self.seeds, self.snapshots, self.macros, self.described):
            yield from kind
        yield from self.docs


@dataclass(slots=True)
class Layout:
    """A project: `adapter` is the dialect that its profile names, '' if that is not known.

    `whole` says that everything that belongs to it can be found here.
    """

    root: Path
    name: str
    files: Files
    variables: tuple[tuple[str, str], ...] = ()
    adapter: str = ""
    target: str = "target"
    packages: tuple[Path, ...] = ()
    whole: bool = True
    problems: list[LoadProblem] = field(default_factory=list)


def read(root: Path, bound: Path) -> Layout:
    """The project in `root`. No file outside `bound` is read, wherever links lead to."""
    path = root / FILE
    found = Layout(root, root.name, Files())
    document = document_of(path, found.problems) if is_inside(path, bound) else None
    node = document.root if document else None
    if document is None:
        found.whole = False
        return found
    found.name = document.text(node, "name") or root.name
    found.target = document.text(node, "target-path") or "target"
    found.variables = tuple(_variables(document, found.name))
    found.adapter = _adapter(root, document.text(node, "profile"))
    installed = document.text(node, "packages-install-path") or "dbt_packages"
    found.packages, complete = _packages(root, installed, bound)
    found.whole = complete

    def folders(*keys: str, default: str) -> list[Path]:
        for key in keys:
            if names := document.texts(document.get(node, key)):
                # Nobody has so many, and each is searched.
                return [root / name for name in dict.fromkeys(names[:_MOST_FOLDERS])]
        return [root / default]

    files = found.files
    kinds = {
        "models": folders("model-paths", "source-paths", default="models"),
        "seeds": folders("seed-paths", "data-paths", default="seeds"),
        "snapshots": folders("snapshot-paths", default="snapshots"),
        "macros": folders("macro-paths", default="macros"),
    }
    seen: set[Path] = set()
    for kind, places in kinds.items():
        for place in places:
            for file in _below(place, bound):
                if file in seen:
                    continue
                if len(seen) >= _MOST_FILES:
                    found.whole = False
                    break
                seen.add(file)
                _sort(file, kind, files)
    return found


def document_of(path: Path, problems: list[LoadProblem]) -> Document | None:
    """A YAML file's nodes; what is wrong with it goes to `problems`."""
    text = text_of(path)
    if text is None:
        problems.append(LoadProblem(str(path), "This file can't be read."))
        return None
    try:
        return Document(str(path), text)
    except BrokenYamlError as error:
        problems.append(LoadProblem(str(path), str(error), line=error.line))
        return None


def text_of(path: Path) -> str | None:
    """A file's text, None if it is too large, gone or not ours to read."""
    try:
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            return None
        return path.read_text(encoding="utf-8", errors="replace").removeprefix("\ufeff")
    except OSError:
        return None


def _sort(file: Path, kind: str, files: Files) -> None:
    suffix = file.suffix.lower()
    if suffix in (".yml", ".yaml"):
        files.described.append(file)
    elif suffix == ".md":
        files.docs.append(file)
    elif kind == "models" and suffix in (".sql", ".py"):
        files.models.append(file)
    elif kind == "seeds" and suffix == ".csv":
        files.seeds.append(file)
    elif kind == "snapshots" and suffix == ".sql":
        files.snapshots.append(file)
    elif kind == "macros" and suffix == ".sql":
        files.macros.append(file)


def _below(folder: Path, bound: Path) -> Iterator[Path]:
    """Files below a folder in a fixed order. Links are followed to files inside `bound` only."""
    if not is_inside(folder, bound):
        return
    for place, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if not path.is_symlink() or is_inside(path, bound):
                yield path


def is_inside(path: Path, bound: Path) -> bool:
    """Whether a path, with all links followed, lies in `bound`."""
    try:
        return path.resolve().is_relative_to(bound.resolve())
    except (OSError, RuntimeError):
        return False


def _variables(document: Document, name: str) -> Iterator[tuple[str, str]]:
    """The project's variables; those in a mapping under its own name are its own, too."""
    known = document.get(document.root, "vars")
    for key, value in document.pairs(known):
        if key == name:
            for own, held in document.pairs(value):
                yield own, document.text(held)
        elif not any(True for _ in document.pairs(value)):
            yield key, document.text(value)


def _packages(root: Path, folder: str, bound: Path) -> tuple[tuple[Path, ...], bool]:
    """The installed packages, and whether they are all that the project names."""
    wanted = 0
    for name in _PACKAGES:
        if (root / name).is_file():
            document = document_of(root / name, [])
            if document is None:
                return (), False
            for key in ("packages", "projects"):
                wanted += sum(1 for _ in document.items(document.get(document.root, key)))
    place = root / folder
    installed: tuple[Path, ...] = ()
    if place.is_dir() and is_inside(place, bound):
        installed = tuple(
            one
            for one in sorted(place.iterdir())
            if is_inside(one, bound) and (one / FILE).is_file()
        )
    return installed, len(installed) >= wanted


def _adapter(root: Path, profile: str) -> str:
    """The dialect of the profile in the project's own folder.

    A profile holds passwords: nothing but the words after `type:` is looked at, and the one in the
    user's home is not opened at all.
    """
    path = root / "profiles.yml"
    # It may be a link to the one in the user's home.
    document = document_of(path, []) if path.is_file() and not path.is_symlink() else None
    if document is None or not profile:
        return ""
    outputs = document.get(document.root, profile, "outputs")
    # With several the models are written for each of them, whichever is the one to begin with.
    named = {engine(document.text(value, "type")) for _, value in document.pairs(outputs)}
    return named.pop() if len(named) == 1 else ""


def engine(adapter: str) -> str:
    """The dialect that an adapter's name stands for, as `dialects` may know it."""
    plain = re.sub(r"\W", "", adapter.lower())
    return _ENGINES.get(plain, plain)
