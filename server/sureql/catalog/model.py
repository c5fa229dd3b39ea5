"""Catalog values. All frozen; a changed schema is a new catalog.

Names are stored as the engine stores them (PostgreSQL folds unquoted names to lower case before
they get here; SQLite and DuckDB keep their case). Lookups go through `Catalog.key`, which is
case-insensitive where the engine is. A namespace is *closed* when its source is complete and
*open* when unknown names may exist in it; an unknown name is an error only in a closed namespace.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from sureql.catalog.project import Project
from sureql.catalog.statistics import Statistics
from sureql.text import stand_in
from sureql.text.span import Span


@dataclass(frozen=True, slots=True)
class Location:
    """Where something is defined: `span` in code points of the file at `path`.

    `name` is the span of the defined name, `span` that of the whole definition. `line` is 0-based
    (for display without reading the file). `path` is absolute, or a URI for unsaved documents.
    """

    path: str
    span: Span
    name: Span
    line: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `type` is SQL text in the catalog's dialect, upper case built-ins ('' if unknown)."""

    name: str
    type: str = ""
    nullable: bool = True
    default: str | None = None
    generated: bool = False
    comment: str = ""
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A primary key or unique constraint over `columns`, in order."""

    columns: tuple[str, ...]
    primary: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`columns` refer to `target_columns` of the relation `target` (schema, name)."""

    columns: tuple[str, ...]
    target: tuple[str, str]
    target_columns: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Index:
    """An index; `columns` are plain column names, expressions are left out.

    `plain` is False where `columns` and `unique` do not tell all: it has an expression, a condition,
    included columns, another method, collation or mixed order.
    """

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Relation:
    """A table, view, materialized view, foreign or temporary table.

    `kind`: table, view, materialized view, virtual table, foreign table, temporary table, sequence.
    `closed` says that `columns` is the complete list. `depends` are the relations (schema, name)
    that a view reads. `definition` is a view's query as written. `statistics` are counts that a
    connected engine told, None if unknown. `written` is how a query of a dbt project names it, with
    `ref` or `source`, '' if by its name.
    """

    schema: str
    name: str
    kind: str = "table"
    columns: tuple[Column, ...] = ()
    keys: tuple[Key, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    indexes: tuple[Index, ...] = ()
    checks: tuple[str, ...] = ()
    comment: str = ""
    closed: bool = True
    definition: str = ""
    location: Location | None = None
    depends: tuple[tuple[str, str], ...] = ()
    statistics: Statistics | None = None
    written: str = ""

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The primary key's columns, () if there is none."""
        return next((key.columns for key in self.keys if key.primary), ())


@dataclass(frozen=True, slots=True)
class Function:
    """A function's overload. `arguments` are type texts; `kind`: scalar, aggregate, window, table.

    `required` is the least number of arguments; `variadic` lets the last one repeat.
    `signature` is the text shown to users, `returns` the result type ('' if it depends).
    `columns` are the columns of the rows it returns, where they are declared.
    """

    name: str
    arguments: tuple[str, ...] = ()
    returns: str = ""
    kind: str = "scalar"
    required: int = 0
    variadic: bool = False
    signature: str = ""
    doc: str = ""
    schema: str = ""
    location: Location | None = None
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class UserType:
    """A domain (`base` is its type), composite type (`fields`) or other named type of the user's."""

    schema: str
    name: str
    kind: str
    base: str = ""
    fields: tuple[Column, ...] = ()
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Enum:
    """An enumerated type and its values in order."""

    schema: str
    name: str
    values: tuple[str, ...]
    location: Location | None = None


_NO_RELATIONS: Mapping[str, Relation] = MappingProxyType({})
_NO_ENUMS: Mapping[str, Enum] = MappingProxyType({})
_NO_FUNCTIONS: Mapping[str, tuple[Function, ...]] = MappingProxyType({})
_NO_TYPES: Mapping[str, UserType] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Schema:
    """One namespace of relations, types and functions; mappings are keyed by `Catalog.key`.

    `relations` may be a lazy mapping that decodes a relation when it is asked for. `hidden` are
    relations that resolve but are never offered: sequences, sqlite_master, shadow tables.
    """

    name: str
    relations: Mapping[str, Relation] = field(default_factory=lambda: _NO_RELATIONS)
    enums: Mapping[str, Enum] = field(default_factory=lambda: _NO_ENUMS)
    functions: Mapping[str, tuple[Function, ...]] = field(default_factory=lambda: _NO_FUNCTIONS)
    closed: bool = False
    hidden: Mapping[str, Relation] = field(default_factory=lambda: _NO_RELATIONS)
    types: Mapping[str, UserType] = field(default_factory=lambda: _NO_TYPES)

    def find(self, key: str) -> Relation | None:
        """The relation of that key, offered or hidden."""
        return self.relations.get(key) or self.hidden.get(key)


class _Enforced(Mapping[str, Relation]):
    """Relations without keys and checks, each made when it is asked for."""

    def __init__(self, base: Mapping[str, Relation]) -> None:
        self._base = base
        self._made: dict[str, Relation] = {}

    def __getitem__(self, key: str) -> Relation:
        if key not in self._made:
            found = self._base[key]
            self._made[key] = replace(found, keys=(), foreign_keys=(), checks=())
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self._base

    def __iter__(self) -> Iterator[str]:
        return iter(self._base)

    def __len__(self) -> int:
        return len(self._base)


_NO_SCHEMAS: Mapping[str, Schema] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class LoadProblem:
    """Something in a schema source that could not be loaded; the rest was."""

    path: str
    message: str
    span: Span | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything known about one database.

    `search_path` lists the schemas that unqualified names are looked up in, in order.
    `version` changes whenever the content does: caches are keyed by it.
    `sources` names the files or databases it came from, for people.
    `closed` says that no further schema exists. `system` holds the engine's own schemas
    (information_schema, pg_catalog …): they resolve, but whoever lists `schemas` lists the user's.
    `unstable` are relations (schema, name) that a source dropped, renamed or took columns from
    after making them: the text of a source file may rightly use what is gone by now.
    `operators` are those that the schema adds to the engine's own, `cast` stands for any cast and
    `*` for what an unknown extension may bring: types are not certain there.
    `any_dialect` says that nothing in its files shows one: `dialect` is a guess, others may be meant.
    `project` is the dbt project that it was read from. Its keys and checks are what somebody tests now
    and then, and no engine enforces: nothing may rest on them, see `enforced`.
    """

    dialect: str
    schemas: Mapping[str, Schema]
    search_path: tuple[str, ...]
    version: str = ""
    sources: tuple[str, ...] = ()
    problems: tuple[LoadProblem, ...] = ()
    case_sensitive: bool = False
    closed: bool = False
    system: Mapping[str, Schema] = field(default_factory=lambda: _NO_SCHEMAS)
    unstable: frozenset[tuple[str, str]] = frozenset()
    operators: frozenset[str] = frozenset()
    any_dialect: bool = False
    project: Project | None = None

    def key(self, name: str) -> str:
        """The lookup key of a name that has already been folded by its dialect."""
        return name if self.case_sensitive else name.lower()

    def schema(self, name: str) -> Schema | None:
        key = self.key(name)
        return self.schemas.get(key) or self.system.get(key)

    def find(self, parts: Sequence[str]) -> Relation | None:
        """The relation that `name`, `schema.name` or `database.schema.name` means, if known."""
        if not parts:
            return None
        if told := stand_in.parts(parts[-1]):
            # Without a project nobody knows which relation a template's name will be.
            return self.find(told) if self.project is not None else None
        key = self.key(parts[-1])
        if len(parts) > 1:
            schema = self.schema(parts[-2])
            return schema.find(key) if schema else None
        for name in self.search_path:
            schema = self.schema(name)
            if schema and (relation := schema.find(key)):
                return relation
        return None

    def closed_for(self, parts: Sequence[str]) -> bool:
        """True if a relation of that name, not found, certainly does not exist."""
        if parts and stand_in.parts(parts[-1]):
            return False
        if len(parts) > 1:
            schema = self.schema(parts[-2])
            # PostgreSQL makes pg_temp, pg_toast … as it goes.
            return schema.closed if schema else self.closed and not parts[-2].startswith("pg_")
        found = [self.schema(name) for name in self.search_path]
        return bool(found) and all(schema is not None and schema.closed for schema in found)

    def functions(self, parts: Sequence[str]) -> tuple[Function, ...]:
        """The overloads of the user's function `name` or `schema.name`; built-in ones are in
        `builtins.functions(dialect)`."""
        key = self.key(parts[-1]) if parts else ""
        names = (parts[-2],) if len(parts) > 1 else self.search_path
        found: tuple[Function, ...] = ()
        for name in names:
            schema = self.schema(name)
            found += schema.functions.get(key, ()) if schema else ()
        return found

    def enforced(self) -> Catalog:
        """The catalog without what no engine enforces: for whoever proves something."""
        if self.project is None:
            return self
        schemas = {
            key: replace(schema, relations=_Enforced(schema.relations))
            for key, schema in self.schemas.items()
        }
        return replace(self, schemas=schemas, version=self.version and f"{self.version}-enforced")

    def relations(self) -> Iterator[Relation]:
        """Every relation of the user's, schema by schema, search path first. Decodes lazy ones: not on 10,000."""
        for name in self.schema_names():
            yield from self.schemas[name].relations.values()

    def schema_names(self) -> tuple[str, ...]:
        """Schema keys, search path first."""
        first = [key for name in self.search_path if (key := self.key(name)) in self.schemas]
        return tuple(first + [name for name in self.schemas if name not in first])

    def column(self, relation: Relation, name: str) -> Column | None:
        """The column of that (already folded) name."""
        key = self.key(name)
        return next((column for column in relation.columns if self.key(column.name) == key), None)

    def enum_of(self, column: Column) -> Enum | None:
        """The enumerated type of a column, if it has one."""
        bare = column.type.replace('"', "")
        parts = bare.split(".")
        key = self.key(parts[-1].lower() if not self.case_sensitive else parts[-1])
        names = (parts[-2],) if len(parts) > 1 else self.schema_names()
        for name in names:
            schema = self.schema(name)
            if schema and (enum := schema.enums.get(key) or schema.enums.get(key.lower())):
                return enum
        return None


def empty(dialect: str) -> Catalog:
    """A catalog that knows nothing of the user's: every namespace in it is open."""
    # The built-in relations are values of this module's types, so it can't be imported above.
    from sureql.catalog import builtins

    return Catalog(dialect, schemas={}, search_path=(), system=builtins.schemas(dialect))
