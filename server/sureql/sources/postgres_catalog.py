"""What PostgreSQL says about a database, as a catalog."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from sureql.catalog import model as catalog
from sureql.catalog.builtins import signatures
from sureql.catalog.statistics import ColumnStatistics, Statistics

_KINDS = {"v": "view", "m": "materialized view", "f": "foreign table", "S": "sequence"}
# Types of the server's own inner workings: no statement calls a function that has them.
_UNCALLABLE = frozenset(("INTERNAL", "CSTRING", "TRIGGER", "EVENT_TRIGGER", "LANGUAGE_HANDLER"))
_COUNTED = ("sizes", "counts")
_SHORT = {
    "character varying": "VARCHAR",
    "timestamp with time zone": "TIMESTAMPTZ",
    "time with time zone": "TIMETZ",
}

Rows = Mapping[str, Sequence[tuple[Any, ...]]]
"""What the queries of `postgres_queries` answered, by name."""


def built(rows: Rows, path: tuple[str, ...], source: str) -> catalog.Catalog:
    """The catalog; `path` is the search path, `source` the database's name for people."""
    texts = _Texts(rows, path)
    columns: dict[int, dict[int, catalog.Column]] = defaultdict(dict)
    for owner, number, *column in rows["columns"]:
        columns[owner][number] = _column(column, texts)
    names = {oid: (schema, name) for oid, schema, name, _, _ in rows["relations"]}
    keys, foreign, checks = _constraints(rows["constraints"], columns, names)
    indexes: dict[int, list[catalog.Index]] = defaultdict(list)
    for owner, name, unique, width, numbers, partial, plain in rows["indexes"]:
        index = _index(name, unique, numbers[:width], columns[owner], plain)
        indexes[owner].append(index)
        if unique and index.columns and not partial:
            keys[owner].append(catalog.Key(index.columns, name=name))
    statistics = _statistics(rows)
    depends: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for owner, target in rows["dependencies"]:
        if target in names:
            depends[owner].append(names[target])

    base = catalog.empty("postgres")
    schemas = {name: _Parts() for (name,) in rows["schemas"]}
    for oid, schema, name, kind, comment in rows["relations"]:
        if kind == "c":
            continue
        relation = catalog.Relation(
            schema,
            name,
            _KINDS.get(kind, "table"),
            tuple(columns[oid].values()),
            tuple(keys[oid]),
            tuple(foreign[oid]),
            tuple(indexes[oid]),
            tuple(checks[oid]),
            comment or "",
            depends=tuple(sorted(depends[oid])),
            statistics=statistics.get(oid),
        )
        place = schemas[schema].hidden if kind == "S" else schemas[schema].relations
        # Names that differ by case only are one in a catalog: the one that needs no quotes is
        # kept, and its columns are not all there is under that name.
        key = base.key(name)
        other = place.get(key)
        place[key] = relation if other is None or name == key else other
        if other is not None:
            place[key] = replace(place[key], closed=False)
    _types(schemas, rows, texts, columns)
    built_in = signatures.postgres().lines
    for row in rows["functions"]:
        schema, name = row[:2]
        if schema == "pg_catalog":
            # What a newer or somebody's own server has beyond the usual: it is found unqualified.
            schema = path[0] if path else ""
            own = name in built_in or _UNCALLABLE & {texts.of(oid) for oid in (row[4], *row[5])}
            if own or schema not in schemas:
                continue
        found = schemas[schema].functions
        found[base.key(name)] = (*found.get(base.key(name), ()), _function(row, texts))
    # A comment may be the only thing that changed: everything that was read counts, but of the
    # amount of data only whether it is of another order.
    described = sorted((name, found) for name, found in rows.items() if name not in _COUNTED)
    sizes = sorted((oid, found.magnitude) for oid, found in statistics.items())
    digest = hashlib.blake2b(repr((source, path, described, sizes)).encode(), digest_size=12)
    return replace(
        base,
        schemas=MappingProxyType({base.key(n): parts.schema(n) for n, parts in schemas.items()}),
        search_path=(*path, "pg_catalog"),
        sources=(source,),
        version=digest.hexdigest(),
        closed=True,
    )


@dataclass(frozen=True, slots=True)
class _Type:
    """A type: its text, and which one it is an array of or is based on."""

    text: str
    schema: str
    name: str
    kind: str
    relation: int
    base: str
    own: bool  # A composite type of its own, not the row of a table.
    element: int


class _Parts:
    """The content of one schema, while it is collected."""

    def __init__(self) -> None:
        self.relations: dict[str, catalog.Relation] = {}
        self.hidden: dict[str, catalog.Relation] = {}
        self.enums: dict[str, catalog.Enum] = {}
        self.types: dict[str, catalog.UserType] = {}
        self.functions: dict[str, tuple[catalog.Function, ...]] = {}

    def schema(self, name: str) -> catalog.Schema:
        return catalog.Schema(
            name,
            MappingProxyType(self.relations),
            MappingProxyType(self.enums),
            MappingProxyType(self.functions),
            closed=True,
            hidden=MappingProxyType(self.hidden),
            types=MappingProxyType(self.types),
        )


class _Texts:
    """The text of each type, as a statement with this search path would write it."""

    def __init__(self, rows: Rows, path: tuple[str, ...]) -> None:
        self.types = {
            oid: _Type(text, schema, name, kind, relation, base or "", relkind == "c", element)
            for oid, text, schema, name, kind, relation, element, _, base, _, relkind in rows[
                "types"
            ]
        }
        self._array = {row[0] for row in rows["types"] if row[7] == "A"}
        self._base = {row[0]: row[9] for row in rows["types"]}
        self._seen: dict[str, str] = {}
        for found in self.types.values():
            if found.schema in path:
                known = self._seen.get(found.name)
                if known is None or path.index(found.schema) < path.index(known):
                    self._seen[found.name] = found.schema

    def of(self, oid: int, written: str | None = None) -> str:
        """The text of a type; `written` is its text with a length or precision, if it has one."""
        found = self.types.get(oid)
        if found is None:
            return ""
        text = written or found.text
        named = self.types.get(found.element, found) if oid in self._array else found
        if named.schema == "pg_catalog":
            # Without a length it holds any text: `CHARACTER` would mean one character.
            return _built_in(text if written or named.name != "bpchar" else "bpchar" + text[9:])
        if self._seen.get(named.name) == named.schema:
            # Found without its schema: `public.mood` or `"My schema".mood`.
            head, rest = _split(text)
            return rest if head else text
        return text

    def base(self, oid: int) -> str:
        """What a domain is based on."""
        return self.of(self._base[oid], self.types[oid].base)


def _split(text: str) -> tuple[str, str]:
    """A qualified type's schema, as written, and the rest."""
    if text.startswith('"'):
        end = text.replace('""', "  ").find('"', 1)
        return (text[: end + 1], text[end + 2 :]) if text[end + 1 : end + 2] == "." else ("", text)
    head, separator, rest = text.partition(".")
    return (head, rest) if separator and '"' not in head else ("", text)


def _built_in(text: str) -> str:
    """`character varying(10)[]` as it is usually written."""
    for long, short in _SHORT.items():
        if text.startswith(long):
            return short + text[len(long) :].upper()
        # The precision of a moment stands in the middle.
        head, _, tail = long.partition(" ")
        start, _, rest = text.partition("(")
        if start == head and rest.partition(") ")[2].startswith(tail):
            size, _, after = rest.partition(") ")
            return f"{short}({size}){after[len(tail) :]}"
    return text.replace(" without time zone", "").upper()


def _column(row: Sequence[Any], texts: _Texts) -> catalog.Column:
    name, kind, written, required, identity, generated, default, comment = row
    return catalog.Column(
        name,
        texts.of(kind, written),
        not required,
        {"a": "identity always", "d": "identity"}.get(identity or "", default),
        bool(generated),
        comment or "",
    )


def _constraints(
    rows: Sequence[tuple[Any, ...]],
    columns: Mapping[int, Mapping[int, catalog.Column]],
    names: Mapping[int, tuple[str, str]],
) -> tuple[
    dict[int, list[catalog.Key]],
    dict[int, list[catalog.ForeignKey]],
    dict[int, list[str]],
]:
    keys: dict[int, list[catalog.Key]] = defaultdict(list)
    foreign: dict[int, list[catalog.ForeignKey]] = defaultdict(list)
    checks: dict[int, list[str]] = defaultdict(list)

    def named(owner: int, numbers: Sequence[int] | None) -> tuple[str, ...]:
        mine = columns.get(owner, {})
        return tuple(mine[number].name for number in numbers or () if number in mine)

    for owner, kind, name, numbers, target, target_numbers, check in rows:
        mine = named(owner, numbers)
        if kind == "c":
            checks[owner].append(check or "")
        elif kind != "f":
            keys[owner].append(catalog.Key(mine, kind == "p", name))
        elif target in names:
            theirs = named(target, target_numbers)
            foreign[owner].append(catalog.ForeignKey(mine, names[target], theirs, name))
    return keys, foreign, checks


def _index(
    name: str,
    unique: bool,
    numbers: Sequence[int],
    columns: Mapping[int, catalog.Column],
    plain: bool,
) -> catalog.Index:
    found = tuple(columns[number].name for number in numbers if number in columns)
    # Unique over an expression is not unique over the columns beside it.
    whole = len(found) == len(numbers)
    return catalog.Index(name, found if whole or not unique else (), unique, plain)


def _statistics(rows: Rows) -> dict[int, Statistics]:
    """What the server knows of the amount of data, by the relation's oid."""
    sizes = {oid: (count, pages) for oid, count, pages in rows.get("sizes", ())}
    columns: dict[int, dict[str, ColumnStatistics]] = defaultdict(dict)
    for oid, name, distinct, nulls, width, correlation in rows.get("counts", ()):
        if oid in sizes:
            # A negative number is a share of the rows, zero means unknown.
            known = -distinct * sizes[oid][0] if distinct < 0 else distinct
            columns[oid][name] = ColumnStatistics(known or None, nulls, width, correlation)
    return {
        oid: Statistics(count, pages, MappingProxyType(columns[oid]))
        for oid, (count, pages) in sizes.items()
    }


def _types(
    schemas: Mapping[str, _Parts],
    rows: Rows,
    texts: _Texts,
    columns: Mapping[int, Mapping[int, catalog.Column]],
) -> None:
    """Adds the enums, domains, composite and other types of the user's to `schemas`."""
    values: dict[int, list[str]] = dict(rows["enums"])
    arrays = {row[0] for row in rows["types"] if row[7] == "A"}
    for oid, found in texts.types.items():
        place = schemas.get(found.schema)
        if place is None or oid in arrays or (found.relation and not found.own):
            continue
        key = found.name.lower()
        schema, name = found.schema, found.name
        if found.kind == "e":
            place.enums[key] = catalog.Enum(schema, name, tuple(values.get(oid, ())))
        elif found.kind == "d":
            place.types[key] = catalog.UserType(schema, name, "domain", texts.base(oid))
        elif found.own:
            fields = tuple(columns.get(found.relation, {}).values())
            place.types[key] = catalog.UserType(schema, name, "composite", "", fields)
        else:
            kind = {"r": "range", "m": "range"}.get(found.kind, "base")
            place.types[key] = catalog.UserType(schema, name, kind)


def _function(row: Sequence[Any], texts: _Texts) -> catalog.Function:
    schema, name, kind, several, result, inputs, defaults, variadic = row[:8]
    all_types, modes, names, aggregate, comment = row[8:]
    arguments = tuple(texts.of(oid) for oid in inputs)
    modes = modes or ["i"] * len(inputs)
    types = all_types or inputs
    named = [*(names or ()), *[""] * (len(types) - len(names or ()))]
    every = [
        (mode, label, texts.of(oid)) for mode, label, oid in zip(modes, named, types, strict=False)
    ]
    columns = tuple(
        catalog.Column(label, text) for mode, label, text in every if mode in ("o", "b", "t")
    )
    shown_arguments = ", ".join(
        " ".join(filter(None, ("variadic" if mode == "v" else "", label, text)))
        for mode, label, text in every
        if mode in ("i", "b", "v")
    )
    returns = "" if len(columns) > 1 or kind == "p" else texts.of(result)
    # The direct arguments of percentile_cont and the like stand apart in a call.
    ordered = aggregate in ("o", "h")
    return catalog.Function(
        name,
        arguments,
        returns,
        "table"
        if several
        else {"a": "aggregate", "w": "window", "p": "procedure"}.get(kind, "scalar"),
        0 if ordered else len(arguments) - defaults,
        bool(variadic) or ordered,
        f"{name}({shown_arguments})" + (f" -> {returns}" if returns else ""),
        comment or "",
        schema,
        columns=columns if len(columns) > 1 or several else (),
    )
