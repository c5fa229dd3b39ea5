"""Which judge answers for a catalog."""

from __future__ import annotations

from collections import OrderedDict

from sureql.catalog import model as catalog
from sureql.oracle.sqlite_memory import SqliteMemoryJudge
from sureql.ports.judge import Judge

MOST_KEPT = 4

_kept: OrderedDict[str, SqliteMemoryJudge] = OrderedDict()


def for_catalog(schema: catalog.Catalog) -> Judge | None:
    """The judge for `schema`, None if its dialect has no engine here. Kept by catalog version."""
    if schema.dialect != SqliteMemoryJudge.dialect:
        return None
    if not schema.version:
        return SqliteMemoryJudge(schema)
    if schema.version in _kept:
        _kept.move_to_end(schema.version)
        return _kept[schema.version]
    judge = _kept[schema.version] = SqliteMemoryJudge(schema)
    while len(_kept) > MOST_KEPT:
        # Not closed: whoever still holds it may finish with it.
        _kept.popitem(last=False)
    return judge
