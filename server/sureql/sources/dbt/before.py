"""What was found of a project the last time: of most models it is still true."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from sureql.catalog import model as catalog
from sureql.sources.dbt import relations
from sureql.sources.dbt.queries import Query

_PACKAGE = Path(__file__).parents[2]
_DECIDE = ("catalog", "semantics", "sources", "syntax", "text")


@dataclass(slots=True)
class Before:
    """A catalog and the texts that it was made of. `changed` are the models, in lower case, whose
    columns are others by now."""

    found: catalog.Catalog
    texts: Mapping[str, str]
    changed: set[str] = field(default_factory=set)

    def relation(self, query: Query, path: str, text: str) -> catalog.Relation | None:
        """The relation of a model, None if it may be another one now."""
        if self.texts.get(path) != text:
            return None
        if any(len(read) == 1 and read[0].lower() in self.changed for read in query.reads):
            return None
        return self.found.find((query.name,))

    def note(self, key: str, digest: bytes) -> None:
        """A model was read anew, and this is what tells its columns from others."""
        known = self.found.find((key,))
        if known is None or relations.digest(known) != digest:
            self.changed.add(key)


def of(
    found: catalog.Catalog, old: Mapping[str, str], new: Mapping[str, str], models: set[str]
) -> Before | None:
    """What can be used again of `found`, made of the texts `old`; None if something else than the texts
    of `models` (paths) changed."""
    if old.keys() != new.keys():
        return None
    same = all(text == old[path] for path, text in new.items() if path not in models)
    return Before(found, old) if same else None


def version(texts: Mapping[str, str], *others: object) -> str:
    """What tells the catalog of these texts, as this program reads them, from all others."""
    digest = hashlib.blake2b(repr((_program(), others)).encode(errors="replace"), digest_size=12)
    for path, text in texts.items():
        digest.update(f"\0{path}\0{text}".encode(errors="replace"))
    return digest.hexdigest()


@cache
def _program() -> tuple[tuple[str, int], ...]:
    """The files of this program that decide what a project means, with when they were changed."""
    return tuple(_files(_PACKAGE / name for name in _DECIDE))


def _files(folders: Iterable[Path]) -> Iterable[tuple[str, int]]:
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            yield str(path), path.stat().st_mtime_ns
