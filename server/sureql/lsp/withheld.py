"""Documents of which no model is told anything, by whatever name they were opened."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sureql.lsp.configuration import Configuration


def is_withheld(path: str, configuration: Configuration) -> bool:
    """True if `privacy.ignore_paths` covers the file at `path`, or the file that it is a link to."""
    from sureql.privacy import hiding

    if not path:
        return False
    globs = configuration.options(path).privacy.ignore_paths
    found = names(path, configuration.root_of(path))
    return any(hiding.is_hidden_path(name, globs) for name in found)


@lru_cache(maxsize=1024)
def names(path: str, root: str) -> tuple[str, ...]:
    """The names by which patterns may mean the file at `path`, its usual one first."""
    # Asked with every key for every open document: where a link leads is looked up once.
    real = os.path.realpath(path)
    real_root = os.path.realpath(root) if root else ""
    return tuple(dict.fromkeys((_below(path, root), _below(real, real_root))))


def _below(path: str, root: str) -> str:
    whole = PurePath(path)
    below = root and whole.is_relative_to(root)
    return (whole.relative_to(root) if below else whole).as_posix()
