"""The index of each workspace's statements, kept open between two jobs."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from sureql.storage import statements
from sureql.storage.statements import Statements

_KEPT = 8
_open: OrderedDict[Path, Statements] = OrderedDict()


def of(cache: str, root: str) -> Statements | None:
    """The index of the workspace at `root`; None if it cannot be opened."""
    file = statements.file_of(Path(cache), root)
    kept = _open.pop(file, None)
    if kept is not None and not kept.sound:
        kept.close()
        kept = None
    if kept is None and (kept := statements.opened(file)) is None:
        return None
    _open[file] = kept
    while len(_open) > _KEPT:
        _open.popitem(last=False)[1].close()
    return kept
