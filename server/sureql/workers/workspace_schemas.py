"""The schemas of files that are not open, each loaded once as long as its sources stay the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sureql.ports.errors import SourceError
from sureql.sources import files
from sureql.sources.files import Group
from sureql.workers.context import Context
from sureql.workers.jobs import load_catalog
from sureql.workers.requests import LoadCatalog, Loaded, Place

_Key = tuple[str, tuple[str, ...], str, str]
_Stamp = tuple[tuple[str, int, int], ...]

_KEPT = 50
_loaded: OrderedDict[_Key, tuple[_Stamp, Loaded]] = OrderedDict()
_grouped: dict[tuple[str, str], tuple[_Stamp, tuple[Group, ...]]] = {}

# Nobody listens to the progress of these.
_ALONE = Context(report=lambda _: None, cancelled=lambda: False)


@dataclass(slots=True)
class Schemas:
    """One look at the workspace: what was looked at is taken to stay as it is meanwhile."""

    _groups: dict[tuple[str, str], tuple[Group, ...]] = field(default_factory=dict)
    _files: dict[_Key, str] = field(default_factory=dict)

    def of(self, folder: str, place: Place) -> str:
        """The cache file of the schema for the files in `folder`, '' if there is none."""
        if not place.root and not place.sources:
            return ""
        owner, sources = folder, place.sources
        if not sources:
            group = files.for_file(self._discovered(place), folder, place.dialect)
            if group is None:
                return ""
            owner = group.folder
        key = (place.root, sources, place.dialect, "" if sources else owner)
        if key not in self._files:
            self._files[key] = _load(key, folder, place)
        return self._files[key]

    def _discovered(self, place: Place) -> tuple[Group, ...]:
        key = (place.root, place.dialect)
        if key not in self._groups:
            root = Path(place.root)
            stamp = _stamp(str(path) for path in files.walk(root))
            before = _grouped.get(key)
            if before is None or before[0] != stamp:
                _grouped[key] = stamp, files.discover(root, place.dialect)
            self._groups[key] = _grouped[key][1]
        return self._groups[key]


def _load(key: _Key, folder: str, place: Place) -> str:
    before = _loaded.get(key)
    if before is not None and before[0] == _stamp(before[1].files):
        return before[1].file
    path = place.root if place.sources else folder
    request = LoadCatalog(place.root, path, place.sources, place.dialect, place.cache)
    try:
        loaded = load_catalog.run(request, _ALONE)
    except SourceError:
        return before[1].file if before else ""
    _loaded[key] = _stamp(loaded.files), loaded
    _loaded.move_to_end(key)
    while len(_loaded) > _KEPT:
        _loaded.popitem(last=False)
    return loaded.file


def _stamp(paths: Iterable[str]) -> _Stamp:
    return tuple(_state(path) for path in paths)


def _state(path: str) -> tuple[str, int, int]:
    try:
        status = Path(path).stat()
    except OSError:
        return path, 0, 0
    return path, status.st_mtime_ns, status.st_size
