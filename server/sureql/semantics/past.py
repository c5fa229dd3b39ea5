"""Which files speak of the schema as it once was: those that make it, and those beside them."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

_MIGRATIONS = re.compile(
    r"(?:^|[/\\])(?:\w*migrat\w*|versions|alembic|changelogs?|flyway|liquibase|sqitch)[/\\]"
    r"|(?:^|[/\\])(?:up|down)\.sql\Z",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"V?\d+[\d._-]*[^/\\]*\Z", re.IGNORECASE)
_WHOLE = re.compile(
    r"(?:create_)?(?:schema|structure|dump|init|setup|ddl|tables|bootstrap)(?:[._-][^/\\]*)?\Z",
    re.IGNORECASE,
)


@lru_cache(maxsize=256)
def speaks_of_it(path: str, sources: tuple[str, ...]) -> bool:
    """True for a file that makes the schema read from `sources`, or made or unmade an earlier one:
    a migration, also one that takes another back. What it names may rightly be gone by now."""
    if not path or path in sources:
        return bool(path)
    name = _name(path)
    if _MIGRATIONS.search(path) or _WHOLE.match(name):
        return True
    # A number says nothing by itself; among numbered files that make the schema it does.
    return _NUMBERED.match(name) is not None and path[: -len(name)] in _numbered(sources)


def is_migration(path: str) -> bool:
    """True for a file in a folder of migrations, whatever its language."""
    return _MIGRATIONS.search(path) is not None


@lru_cache(maxsize=16)
def _numbered(sources: tuple[str, ...]) -> Collection[str]:
    """The folders that hold numbered sources."""
    names = ((source, _name(source)) for source in sources)
    return frozenset(source[: -len(name)] for source, name in names if _NUMBERED.match(name))


def _name(path: str) -> str:
    return re.split(r"[/\\]", path)[-1]
