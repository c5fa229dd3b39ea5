"""Which engines know a phrase, where not all do."""

from __future__ import annotations

from sureql.syntax.dialects import Dialect

_KNOWN = ("postgres", "sqlite", "duckdb", "mysql")

# Phrases that only some engines know. An engine that isn't in `_KNOWN` gets them all but those
# that belong to a single one.
_ONLY: dict[str, str] = {
    phrase: engines
    for engines, phrases in {
        "postgres": "CONCURRENTLY|ONLY|UNLOGGED TABLE|EXCLUDE|OWNER TO|SET SCHEMA|NULLS NOT DISTINCT|"
        "VALIDATE CONSTRAINT|ENABLE ROW LEVEL SECURITY|DISABLE ROW LEVEL SECURITY|ENABLE TRIGGER|"
        "DISABLE TRIGGER|ATTACH PARTITION|DETACH PARTITION|REPLICA IDENTITY|CLUSTER ON|INHERIT|"
        "ADD GENERATED|SET STATISTICS|SET STORAGE|DROP IDENTITY|POLICY|EXTENSION|DOMAIN|INHERITS|"
        "TABLESPACE|PARTITION OF|NOT VALID|RULE|AGGREGATE|STATISTICS|OWNED BY|RESTART IDENTITY|"
        "CONTINUE IDENTITY|DEFAULT PRIVILEGES|RECURSIVE VIEW|INITIALLY IMMEDIATE|NO INHERIT|INCLUDE|"
        "ON CONSTRAINT|FREEZE|FULL|SIMILAR TO|GROUPING",
        "mysql": "AUTO_INCREMENT|MODIFY COLUMN|CHANGE COLUMN|MODIFY|CHARACTER SET|COMMENT|ENGINE|"
        "DEFAULT CHARSET|DUPLICATE KEY UPDATE|KEY UPDATE|ON UPDATE CURRENT_TIMESTAMP",
        "sqlite": "AUTOINCREMENT|TEMP TRIGGER|WITHOUT ROWID|STRICT|VIRTUAL|QUERY PLAN|ON CONFLICT FAIL",
        "duckdb": "MACRO|OR REPLACE MACRO|OR REPLACE TABLE",
        "tsql": "IDENTITY",
        "oracle": "GLOBAL|LOCAL",
        "snowflake": "EXTERNAL|TRANSIENT",
        "postgres duckdb": "TYPE|SCHEMA|SEQUENCE|MATERIALIZED|NOT MATERIALIZED|USING TYPE|SET DATA TYPE|"
        "ILIKE|NOT ILIKE|ALTER COLUMN|SET NOT NULL|DROP NOT NULL|LATERAL|LEFT JOIN LATERAL|"
        "CROSS JOIN LATERAL|FETCH FIRST|GROUPS BETWEEN|OR REPLACE VIEW",
        "postgres mysql": "PROCEDURE|OR REPLACE FUNCTION|OR REPLACE PROCEDURE|OR REPLACE TRIGGER|ROLE|"
        "USER|DATABASE|FOR UPDATE|FOR SHARE|ADD CONSTRAINT|ADD FOREIGN KEY|DROP CONSTRAINT|"
        "ADD UNIQUE|ADD CHECK|RENAME CONSTRAINT|FOR EACH STATEMENT|TRUNCATE|ANY|ROLLUP|CUBE",
        "postgres sqlite": "INSTEAD OF|DEFERRABLE|INITIALLY DEFERRED|NOT DEFERRABLE",
        "postgres duckdb mysql": "ADD PRIMARY KEY|FUNCTION|TRUNCATE",
    }.items()
    for phrase in phrases.split("|")
}
_ONLY |= {
    "MATERIALIZED VIEW": "postgres",
    "GROUPING SETS": "postgres duckdb",
    "ROLLUP": "postgres duckdb mysql",
    "CUBE": "postgres duckdb",
    "ANY": "postgres duckdb mysql",
    "FUNCTION": "postgres duckdb mysql",
    "TRUNCATE": "postgres duckdb mysql",
    "MATERIALIZED": "postgres duckdb sqlite",
    "NOT MATERIALIZED": "postgres duckdb sqlite",
    "RETURNS TRIGGER": "postgres",
    "MERGE INTO": "postgres duckdb",
}


def legal(phrases: tuple[str, ...], dialect: Dialect) -> tuple[str, ...]:
    """Those of `phrases` that `dialect` knows."""
    return tuple(phrase for phrase in phrases if _knows(phrase, dialect.name))


def _knows(phrase: str, name: str) -> bool:
    engines = _ONLY.get(phrase)
    if engines is None:
        return True
    if name in _KNOWN or " " not in engines:
        return name in engines.split()
    return True
