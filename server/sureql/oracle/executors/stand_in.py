"""Another engine in the place of one that is not here, for what means the same in both."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from sureql.catalog import model as catalog
from sureql.equivalence import families
from sureql.equivalence.families import Family
from sureql.oracle.executors import checks, limits, same_meaning
from sureql.oracle.executors.same_meaning import Doubtful, Translation
from sureql.ports.executor import Database, Executor, Outcome, Row, Table, Trial, Value

NAMES = MappingProxyType(
    {
        "postgres": "PostgreSQL",
        "mysql": "MySQL",
        "tsql": "SQL Server",
        "bigquery": "BigQuery",
        "snowflake": "Snowflake",
        "oracle": "Oracle",
        "redshift": "Redshift",
        "spark": "Spark",
        "databricks": "Databricks",
    }
)
"""The dialects that another engine can stand in for. ClickHouse's outer joins fill in no NULLs."""

Open = Callable[[catalog.Catalog, Sequence[catalog.Relation]], Executor]

_MOST_KEPT = 500
_SIZES = re.compile(r"\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)")
_WIDEST = 38
_FIXED = re.compile(r"\s*(bpchar|n?char(acter)?\s*(\(|$))", re.IGNORECASE)
_EXACT = {
    "mysql": (10, 0),
    "tsql": (18, 0),
    "redshift": (18, 0),
    "snowflake": (38, 0),
    "spark": (10, 0),
    "databricks": (10, 0),
    "bigquery": (38, 9),
    "oracle": (38, 10),
    "postgres": (38, 10),
}
_TYPES = {
    "duckdb": {
        Family.INTEGER: "BIGINT",
        Family.FLOAT: "DOUBLE",
        Family.TEXT: "VARCHAR",
        Family.BOOLEAN: "BOOLEAN",
        Family.DATE: "DATE",
        Family.TIMESTAMP: "TIMESTAMP",
        Family.TIME: "TIME",
    },
    # There values of any type go into any column: the others are left to comparisons that are refused.
    "sqlite": {
        Family.INTEGER: "INTEGER",
        Family.FLOAT: "REAL",
        Family.TEXT: "TEXT",
        Family.DATE: "TEXT",
    },
}


class StandIn:
    """Runs queries of one dialect in an engine of another. Used by one thread."""

    def __init__(
        self,
        schema: catalog.Catalog,
        relations: Sequence[catalog.Relation],
        dialect: str,
        target: str,
        open_: Open,
    ) -> None:
        """`target` is the dialect of the engine that `open_` opens. Raises JudgeError."""
        self.dialect = dialect
        self._target = target
        self._columns = _kinds(schema, relations, dialect)
        self._padded = _padded(relations)
        there = tuple(_there(relation, schema, dialect, target) for relation in relations)
        self._engine = open_(_catalog(schema, there, target), there)
        self.engine = f"{self._engine.engine} standing in for {NAMES[dialect]}"
        self._translations: dict[str, Translation | Outcome] = {}

    def run(self, database: Database, queries: Sequence[str], seconds: float) -> Trial:
        """See `Executor`."""
        if len(self._translations) > _MOST_KEPT:
            self._translations.clear()
        found = [self._translation(query) for query in queries]
        ready = [one for one in found if isinstance(one, Translation)]
        literals = (text for one in ready for text in one.literals)
        if refusal := _doubt(database, literals, self.dialect):
            return Trial(refusal)
        given = tuple(_table(table, self.dialect) for table in database)
        trial = self._engine.run(given, [one.text for one in ready], seconds)
        if trial.refusal:
            return trial
        answers = iter(trial.outcomes)
        return Trial(
            outcomes=tuple(
                self._said(next(answers)) if isinstance(one, Translation) else one for one in found
            )
        )

    def close(self) -> None:
        """Forget tables and rows."""
        self._engine.close()

    def _translation(self, query: str) -> Translation | Outcome:
        if query not in self._translations:
            try:
                made: Translation | Outcome = same_meaning.translated(
                    query, self.dialect, self._target, self._columns, self._padded
                )
            except Doubtful as doubt:
                made = limits.unasked(
                    f"{self.engine} cannot run this: {doubt} may mean something else."
                )
            self._translations[query] = made
        return self._translations[query]

    def _said(self, outcome: Outcome) -> Outcome:
        # Its errors are its own: the other engine may make something of the same values.
        if not outcome.error:
            return outcome
        return limits.unasked(f"{self.engine} cannot run this: {outcome.error}")


def _kinds(
    schema: catalog.Catalog, relations: Sequence[catalog.Relation], dialect: str
) -> Mapping[str, frozenset[Family]]:
    found: dict[str, frozenset[Family]] = {}
    for relation in relations:
        for column in relation.columns:
            kind = frozenset((_family(column, schema, dialect),))
            name = column.name.lower()
            found[name] = found.get(name, frozenset()) | kind
    return found


def _padded(relations: Sequence[catalog.Relation]) -> frozenset[str]:
    return frozenset(
        column.name.lower()
        for relation in relations
        for column in relation.columns
        if _FIXED.match(column.type)
    )


def _family(column: catalog.Column, schema: catalog.Catalog, dialect: str) -> Family:
    family = families.of(column.type, schema)
    if family is Family.BOOLEAN and dialect in same_meaning.NO_BOOLEANS:
        return Family.INTEGER
    # Oracle's dates have a time.
    if family is Family.DATE and dialect == "oracle":
        return Family.TIMESTAMP
    return family


def _there(
    relation: catalog.Relation, schema: catalog.Catalog, dialect: str, target: str
) -> catalog.Relation:
    # The relation with types of the other engine; '' for one that it has nothing like.
    columns = tuple(
        replace(column, type=_type(column, schema, dialect, target), default=None, generated=False)
        for column in relation.columns
    )
    return replace(
        relation,
        kind="table",
        columns=columns,
        checks=checks.written(relation, dialect, target),
        definition="",
    )


def _type(column: catalog.Column, schema: catalog.Catalog, dialect: str, target: str) -> str:
    family = _family(column, schema, dialect)
    if "zone" in column.type.lower() or re.search(r"tz\b|offset", column.type.lower()):
        return ""
    if family is Family.ENUM and (dialect, target) == ("postgres", "duckdb"):
        values = families.enum_values(column.type, schema)
        return f"ENUM({', '.join(_literal(value) for value in values)})"
    if family is Family.DECIMAL and target == "duckdb":
        sizes = _SIZES.search(column.type)
        width, scale = _EXACT[dialect]
        if "money" in column.type.lower():
            width, scale = 19, 4
        elif sizes:
            width, scale = int(sizes[1]), int(sizes[2] or 0)
        return f"DECIMAL({width}, {scale})" if scale <= width <= _WIDEST else ""
    return _TYPES[target].get(family, "")


def _catalog(
    schema: catalog.Catalog, relations: Sequence[catalog.Relation], target: str
) -> catalog.Catalog:
    schemas: dict[str, dict[str, catalog.Relation]] = {}
    for relation in relations:
        schemas.setdefault(relation.schema, {})[relation.name.lower()] = relation
    return catalog.Catalog(
        target,
        {
            name.lower(): catalog.Schema(name, MappingProxyType(named))
            for name, named in schemas.items()
        },
        tuple(name.lower() for name in schema.search_path),
    )


def _doubt(database: Database, literals: Iterable[str], dialect: str) -> str:
    """Why the engines may disagree on the texts in a database, '' if they cannot."""
    texts = {
        value for table in database for row in table.rows for value in row if isinstance(value, str)
    }
    if any(text != text.rstrip(" ") for text in texts):
        return "Engines compare texts with spaces at the end in different ways."
    if dialect in same_meaning.EMPTY_IS_NULL and "" in texts:
        return "An empty text is NULL there."
    if dialect not in same_meaning.FOLDING:
        return ""
    texts.update(literals)
    folded = {text: _folded(text) for text in texts}
    # In whichever collation: no two are equal in one but not in the other, and they have one order.
    if len(set(folded.values())) < len(texts):
        return "Whether these texts are equal depends on their collation."
    if sorted(texts) != sorted(texts, key=folded.__getitem__):
        return "The order of these texts depends on their collation."
    return ""


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in apart if not unicodedata.combining(one)).strip()


def _table(table: Table, dialect: str) -> Table:
    if dialect not in same_meaning.NO_BOOLEANS:
        return table
    return replace(table, rows=tuple(_row(row) for row in table.rows))


def _row(row: Row) -> Row:
    return tuple(_number(value) for value in row)


def _number(value: Value) -> Value:
    return int(value) if isinstance(value, bool) else value


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
