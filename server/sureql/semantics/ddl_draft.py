"""A catalog under construction: DDL changes it in place, and it freezes into a Catalog.

Starting from a catalog costs nothing that grows with its size: only what changes is stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Generic, TypeVar

from sureql.catalog import builtins, overlay
from sureql.catalog import model as catalog
from sureql.semantics.ddl_reader import Name, Place
from sureql.syntax.dialects import Dialect
from sureql.text.span import Span

V = TypeVar("V")

# What pg_dump and connections without settings of their own look names up in.
_SEARCH_PATHS = {"postgres": ("public", "pg_catalog"), "duckdb": ("main", "pg_catalog")}
_TEMPORARY = {"postgres": "pg_temp", "sqlite": "temp", "duckdb": "temp"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something to be done when more is known, and what to say if it never is.

    `schema` is where the unknown relation would be ('' if nothing is missing for certain).
    """

    retry: Callable[[], None]
    place: Place
    message: str = ""
    span: Span | None = None
    schema: str = ""


class Changes(Mapping[str, V], Generic[V]):
    """A mapping on top of an unchanged one; it reads its own changes at once."""

    __slots__ = ("base", "changed", "removed")

    def __init__(self, base: Mapping[str, V]) -> None:
        self.base = base
        self.changed: dict[str, V] = {}
        self.removed: set[str] = set()

    def __getitem__(self, key: str) -> V:
        if key in self.changed:
            return self.changed[key]
        if key in self.removed:
            raise KeyError(key)
        return self.base[key]

    def __iter__(self) -> Iterator[str]:
        yield from (k for k in self.base if k not in self.changed and k not in self.removed)
        yield from self.changed

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def put(self, key: str, value: V) -> None:
        self.changed[key] = value
        self.removed.discard(key)

    def drop(self, key: str) -> None:
        self.changed.pop(key, None)
        if key in self.base:
            self.removed.add(key)

    def frozen(self) -> Mapping[str, V]:
        if not self.changed and not self.removed:
            return self.base
        if not self.base:
            return MappingProxyType(dict(self.changed))
        return overlay.Overlay(self.base, dict(self.changed), frozenset(self.removed))

    def referencing(self, schema: str, name: str) -> Iterator[str]:
        yield from (k for k in overlay.referencing(self.base, schema, name) if k in self)
        yield from tuple(self.changed)


class SchemaDraft:
    """One schema under construction."""

    __slots__ = ("base", "closed", "enums", "functions", "hidden", "name", "relations", "types")

    def __init__(self, base: catalog.Schema) -> None:
        self.base = base
        self.name = base.name
        self.closed = base.closed
        self.relations = Changes(base.relations)
        self.hidden = Changes(base.hidden)
        self.enums = Changes(base.enums)
        self.types = Changes(base.types)
        self.functions = Changes(base.functions)

    def view(self) -> catalog.Schema:
        """This schema as it is now; it changes with the draft."""
        return catalog.Schema(
            self.name,
            self.relations,
            self.enums,
            self.functions,
            self.closed,
            self.hidden,
            self.types,
        )

    def frozen(self) -> catalog.Schema:
        return catalog.Schema(
            self.name,
            self.relations.frozen(),
            self.enums.frozen(),
            self.functions.frozen(),
            self.closed,
            self.hidden.frozen(),
            self.types.frozen(),
        )


class Draft:
    """A catalog that DDL statements change.

    `complete` says that the sources are meant to hold the whole schema: new schemas are closed.
    `waiting` are statements that wait for relations that other files may define.
    """

    def __init__(self, base: catalog.Catalog, dialect: Dialect, complete: bool = False) -> None:
        if not base.schemas:
            base = replace(base, case_sensitive=dialect.case_sensitive)
        self.base = base
        self.dialect = dialect
        self.complete = complete
        self.schemas: dict[str, SchemaDraft] = {}
        self.dropped_schemas: set[str] = set()
        self.search_path: tuple[str, ...] = base.search_path or default_search_path(dialect)
        self.unsettled: set[tuple[str, str]] = set()  # Views that wait for what they read.
        self.paths_set: list[tuple[str, ...]] = []
        self.problems: list[catalog.LoadProblem] = []
        self.waiting: list[Waiting] = []
        self.closed = base.closed
        self.unstable: set[tuple[str, str]] = set(base.unstable)
        self.operators: set[str] = set(base.operators)
        self.own_path = ""
        # The same text makes another catalog in another dialect.
        known = f"{base.version}\0{dialect.name}\0{complete}"
        self.digest = hashlib.blake2b(known.encode(), digest_size=12)
        self._changes = 0

    # Looking up

    def key(self, name: str) -> str:
        return self.base.key(name)

    @property
    def default_schema(self) -> str:
        """The schema that unqualified new names go to."""
        names = [name for name in self.search_path if not self.is_temporary(name)]
        return names[0] if names else default_search_path(self.dialect)[0]

    def schema(self, name: str) -> SchemaDraft | None:
        """The schema of that name, ready to be changed; None if there is none."""
        key = self.key(name)
        if key not in self.schemas and key not in self.dropped_schemas:
            known = self.base.schemas.get(key)
            if known is not None:
                self.schemas[key] = SchemaDraft(known)
        return self.schemas.get(key)

    def make_schema(self, name: str) -> SchemaDraft:
        """The schema of that name, made if needed."""
        found = self.schema(name)
        if found is None:
            key = self.key(name)
            hidden: Mapping[str, catalog.Relation] = {}
            if name == default_search_path(self.dialect)[0]:
                hidden = builtins.hidden(self.dialect.name)
            found = SchemaDraft(catalog.Schema(name, closed=self.complete, hidden=hidden))
            self.schemas[key] = found
            self.dropped_schemas.discard(key)
        return found

    def drop_schema(self, name: str) -> None:
        key = self.key(name)
        self.schemas.pop(key, None)
        self.dropped_schemas.add(key)

    def temporary(self) -> SchemaDraft:
        """The schema of temporary relations, which hides all others."""
        name = _TEMPORARY.get(self.dialect.name, self.default_schema)
        if name in self.search_path:
            return self.make_schema(name)
        # What the session's other tables are is known as well as what the default schema holds.
        default = self.schema(self.default_schema)
        made = self.make_schema(name)
        made.closed = default is not None and default.closed
        self.search_path = (name, *self.search_path)
        return made

    def is_temporary(self, name: str) -> bool:
        return name == _TEMPORARY.get(self.dialect.name)

    def lookup_path(self, name: Name) -> tuple[str, ...]:
        return (name.schema,) if name.schema else self.search_path

    def find(self, name: Name) -> catalog.Relation | None:
        """The relation that a written name means."""
        return self.find_parts(name.parts)

    def find_parts(self, parts: Sequence[str]) -> catalog.Relation | None:
        """The relation that `name`, `schema.name` or `database.schema.name` means."""
        key = self.key(parts[-1])
        for schema_name in parts[-2:-1] or self.search_path:
            if schema := self.schema(schema_name):
                found = schema.relations.get(key) or schema.hidden.get(key)
            else:
                system = self.base.system.get(self.key(schema_name))
                found = system.find(key) if system else None
            if found:
                return found
        return None

    def relations(self) -> Iterator[catalog.Relation]:
        for key in dict.fromkeys((*self.base.schemas, *self.schemas)):
            if schema := self.schema(key):
                yield from schema.relations.values()

    def relations_at_hand(self) -> Iterator[catalog.Relation]:
        """Every relation that can be read at once: of a large cached schema the changed ones."""
        for key in dict.fromkeys((*self.base.schemas, *self.schemas)):
            if schema := self.schema(key):
                lazy = getattr(schema.relations.base, "lazy", False)
                found = schema.relations.changed if lazy else schema.relations
                yield from list(found.values())

    def referencing(self, schema: str, name: str) -> Iterator[catalog.Relation]:
        """Relations with a foreign key to that one."""
        for key in dict.fromkeys((*self.base.schemas, *self.schemas)):
            if draft := self.schema(key):
                for found in tuple(draft.relations.referencing(schema, name)):
                    relation = draft.relations.get(found)
                    if relation and any(
                        foreign.target == (schema, name) for foreign in relation.foreign_keys
                    ):
                        yield relation

    # Changing

    def put(self, relation: catalog.Relation, hidden: bool = False) -> None:
        self._changes += 1
        schema = self.make_schema(relation.schema)
        (schema.hidden if hidden else schema.relations).put(self.key(relation.name), relation)

    def drop(self, relation: catalog.Relation) -> None:
        self._changes += 1
        if schema := self.schema(relation.schema):
            schema.relations.drop(self.key(relation.name))
            schema.hidden.drop(self.key(relation.name))

    def open(self, name: str) -> None:
        """Say that the schema may hold more than is known."""
        self.make_schema(name).closed = False

    def open_all(self) -> None:
        """Say that anything may exist."""
        self.closed = False
        for key in (*self.base.schemas, *self.search_path[:1]):
            if key not in self.base.system:
                self.open(key)
        for schema in self.schemas.values():
            schema.closed = False

    def report(self, place: Place, message: str, span: Span | None = None, line: int = 0) -> None:
        where = span.shift(place.start) if span else None
        self.problems.append(catalog.LoadProblem(place.path, message, where, place.line + line))

    def settle(self) -> None:
        """Try again what had to wait for other statements, until nothing changes."""
        while self.waiting:
            waiting, self.waiting = self.waiting, []
            before = self._changes
            for item in waiting:
                item.retry()
            if self._changes == before:
                return

    # Results

    def view(self) -> catalog.Catalog:
        """The catalog as it is now, for reading at once: it changes with the draft."""
        schemas = dict(self.base.schemas)
        schemas.update((key, schema.view()) for key, schema in self.schemas.items())
        return replace(
            self.base,
            schemas=schemas,
            search_path=self.search_path,
            version=f"{self.digest.hexdigest()}+{self._changes}",
        )

    def frozen(self) -> catalog.Catalog:
        """The finished catalog."""
        schemas = {k: v for k, v in self.base.schemas.items() if k not in self.dropped_schemas}
        schemas.update((key, schema.frozen()) for key, schema in self.schemas.items())
        return replace(
            self.base,
            schemas=MappingProxyType(schemas),
            search_path=self.search_path,
            version=self.digest.hexdigest(),
            problems=self.base.problems + tuple(self.problems),
            closed=self.closed,
            unstable=frozenset(self.unstable),
            operators=frozenset(self.operators),
        )


def default_search_path(dialect: Dialect) -> tuple[str, ...]:
    """Where unqualified names are looked up unless something says otherwise."""
    default = dialect.default_schema or "main"
    return _SEARCH_PATHS.get(dialect.name, (default,))


def column_position(columns: Sequence[catalog.Column], key: Callable[[str], str], name: str) -> int:
    """The position of the column `name`, -1 if there is none."""
    wanted = key(name)
    return next((i for i, column in enumerate(columns) if key(column.name) == wanted), -1)
