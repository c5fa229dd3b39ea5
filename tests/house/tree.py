"""What belongs to the project, as files and as syntax trees."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "server" / "sureql"
OTHERS = ROOT / "tests" / "fixtures" / "hosts"
"""Programs to find SQL in, written as anybody writes them."""

_LEFT_OUT = {"node_modules", "dist", "build", "artifacts"}


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project, without hidden, built and installed ones."""
    return tuple(sorted(_walk(ROOT)))


def with_suffix(*suffixes: str) -> tuple[Path, ...]:
    """The files of ours that end in one of `suffixes`."""
    found = (path for path in files() if path.suffix in suffixes)
    return tuple(path for path in found if not path.is_relative_to(OTHERS))


def product() -> tuple[Path, ...]:
    """The Python modules that users run."""
    return tuple(path for path in with_suffix(".py") if path.is_relative_to(PACKAGE))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def shown(path: Path) -> str:
    """A path as it stands in messages."""
    return path.relative_to(ROOT).as_posix()


def lines(path: Path) -> int:
    """How many lines a file has."""
    return len(path.read_text(encoding="utf-8").splitlines())


def _walk(folder: Path) -> Iterator[Path]:
    for entry in os.scandir(folder):
        if entry.name in _LEFT_OUT or entry.name == "__pycache__" or entry.is_symlink():
            continue
        if entry.name.startswith(".") and entry.name not in {".ci", ".gitignore"}:
            continue
        if entry.is_dir():
            if not entry.name.endswith(".egg-info"):
                yield from _walk(Path(entry.path))
        else:
            yield Path(entry.path)
