"""Type names: the dialect's common ones and the catalog's enumerated types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sureql.candidates import ask as asking
from sureql.candidates import schema_index
from sureql.candidates.ask import Ask
from sureql.candidates.model import Candidate
from sureql.catalog import model as catalog

_POSTGRES = """integer text numeric boolean date timestamptz bigint timestamp varchar jsonb uuid
    double_precision interval time smallint real json bytea char serial bigserial inet cidr
    timetz money xml tsvector tsquery point name regclass oid int int4 int8 float8 float4 decimal
    text[] integer[] bigint[] uuid[] numeric[] bit varbit hstore citext"""
_SQLITE = "integer text real blob numeric varchar boolean date datetime timestamp int bigint"
_DUCKDB = """integer varchar bigint double date timestamp boolean decimal text timestamptz real
    hugeint json uuid interval time blob smallint tinyint ubigint uinteger usmallint utinyint
    float list struct map union integer[] varchar[]"""
_OTHERS = """integer varchar text bigint decimal numeric date timestamp boolean double_precision
    real smallint char time interval float int datetime blob json"""
_BY_DIALECT = {"postgres": _POSTGRES, "redshift": _POSTGRES, "sqlite": _SQLITE, "duckdb": _DUCKDB}


def at(ask: Ask) -> Iterator[Candidate]:
    """Types in the user's letter case, likeliest first."""
    if not ask.context.quote:
        upper = _upper(ask)
        names = _BY_DIALECT.get(ask.place.dialect.name, _OTHERS).split()
        for order, name in enumerate(names):
            text = name.replace("_", " ")
            if ask.tier(text):
                text = text.upper() if upper else text
                yield asking.plain(ask, "type", text, 3.0 - 0.02 * order)
    yield from own(ask)


def own(ask: Ask) -> Iterator[Candidate]:
    """The catalog's enumerated types."""
    path = {ask.place.catalog.key(one) for one in ask.place.catalog.search_path}
    for key in ask.place.catalog.schema_names():
        if schema_index.is_system(key):
            continue
        for enum in ask.place.catalog.schemas[key].enums.values():
            if ask.tier(enum.name):
                yield _enum(ask, enum, "" if key in path else key)


def in_schema(ask: Ask, name: str) -> Iterator[Candidate]:
    """The enumerated types of one schema, without its name."""
    schema = ask.place.catalog.schema(name)
    for enum in schema.enums.values() if schema else ():
        if ask.tier(enum.name):
            yield _enum(ask, enum, "")


def _enum(ask: Ask, enum: catalog.Enum, schema: str) -> Candidate:
    write = ask.place.dialect.write
    qualifier = f"{write(schema)}." if schema else ""
    made = asking.name(ask, "type", write(enum.name), enum.name, 2.75, qualifier)
    return replace(made, detail="enum: " + ", ".join(enum.values[:5]))


def _upper(ask: Ask) -> bool:
    """Types are written in lower case unless the half-typed one or its neighbours are not."""
    if ask.context.typed:
        return ask.context.typed.isupper()
    known = {"INTEGER", "TEXT", "VARCHAR", "BIGINT", "BOOLEAN", "NUMERIC", "DATE", "TIMESTAMP"}
    seen = [token.text.isupper() for token in ask.tokens if token.upper in known]
    return bool(seen) and sum(seen) * 2 > len(seen)
