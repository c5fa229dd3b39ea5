"""Which judge answers for a catalog of SQLite, and SQLite as an engine."""

from __future__ import annotations

from collections import OrderedDict

from sureql.catalog import model as catalog
from sureql.oracle.sqlite_memory import SqliteMemoryJudge
from sureql.ports.judge import Judge

MOST_KEPT = 4


class SqliteEngine:
    """SQLite in memory: one small database for each catalog, the last few are kept."""

    dialect = SqliteMemoryJudge.dialect

    def __init__(self) -> None:
        self._kept: OrderedDict[str, SqliteMemoryJudge] = OrderedDict()

    def judge_for(self, schema: catalog.Catalog) -> SqliteMemoryJudge:
        """The judge for that catalog, kept by its version."""
        if not schema.version:
            return SqliteMemoryJudge(schema)
        judge = self._kept.get(schema.version)
        if judge is None:
            judge = self._kept[schema.version] = SqliteMemoryJudge(schema)
        self._kept.move_to_end(schema.version)
        while len(self._kept) > MOST_KEPT:
            # Not closed: whoever still holds it may finish with it.
            self._kept.popitem(last=False)
        return judge

    def close(self) -> None:
        """Forget what is kept."""
        self._kept.clear()


_engine = SqliteEngine()


def for_catalog(schema: catalog.Catalog) -> Judge | None:
    """The judge for `schema` in this process, None if its engine must not run here, or if it is a
    dbt project's, whose types are seldom known."""
    judged = schema.dialect == _engine.dialect and schema.project is None
    return _engine.judge_for(schema) if judged else None
