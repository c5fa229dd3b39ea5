"""DDL for the shadow of catalog values: signatures only, no text of the user's in it.

A shadow has what decides whether a statement is accepted when it is parsed and analysed: names,
types, primary keys (GROUP BY relies on them) and generated columns (which take no values).
Defaults, checks, foreign keys, unique constraints and the bodies of views and functions have no say
in that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sureql.catalog import model as catalog
from sureql.oracle.postgres import type_names
from sureql.syntax import dialects

_RULES = dialects.get("postgres")
_LONGEST_NAME = 63  # Bytes. PostgreSQL cuts the rest off, which could make two names one.
_COUNTED = ("smallint", "int2", "integer", "int", "int4", "bigint", "int8")
_BODY = "'SELECT NULL'"


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """An object of the shadow; `kind`: schema, type, relation or function."""

    kind: str
    schema: str
    name: str


@dataclass(frozen=True, slots=True)
class Definition:
    """How an object is made and dropped.

    `needs` must be there before. `vague` are the columns whose type cannot be built; they are
    of type text instead. `whole` is False if something of the object could not be written.
    """

    key: Key
    create: tuple[str, ...]
    drop: tuple[str, ...]
    needs: tuple[Key, ...] = ()
    vague: frozenset[str] = field(default_factory=frozenset)
    whole: bool = True


FindType = Callable[[str, tuple[str, ...]], Key | None]
"""The user's type of that (schema-qualified or bare) name, as seen from a schema."""


def quoted(name: str) -> str:
    """An identifier, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string constant, whatever is in it."""
    return "'" + text.replace("'", "''") + "'"


def schema(name: str) -> Definition:
    """A namespace."""
    target = quoted(name)
    return Definition(
        Key("schema", "", name),
        (f"CREATE SCHEMA IF NOT EXISTS {target}",),
        (f"DROP SCHEMA IF EXISTS {target} CASCADE",),
        whole=is_name(name) and not name.startswith("pg_"),
    )


def enum(found: catalog.Enum) -> Definition:
    """An enumerated type with its labels."""
    key = Key("type", found.schema, found.name)
    labels = ", ".join(literal(value) for value in found.values)
    whole = is_name(found.name) and all(is_name(value) for value in found.values)
    return _type(key, f"CREATE TYPE {target_of(key)} AS ENUM ({labels})", (), whole)


def user_type(found: catalog.UserType, find: FindType) -> Definition:
    """A domain without its checks or a composite type; other kinds cannot be built."""
    key = Key("type", found.schema, found.name)
    types = Types(found.schema, find)
    if found.kind == "domain" and found.base:
        base = types.written(found.base)
        create = f"CREATE DOMAIN {target_of(key)} AS {base}"
        return _type(key, create, types.needs, base is not None and is_name(found.name))
    if found.kind == "composite":
        fields = [(column.name, types.written(column.type)) for column in found.fields]
        listed = ", ".join(f"{quoted(name)} {kind}" for name, kind in fields)
        whole = all(kind is not None for _, kind in fields) and is_name(found.name)
        return _type(key, f"CREATE TYPE {target_of(key)} AS ({listed})", types.needs, whole)
    return _type(key, "", (), False)


def relation(found: catalog.Relation, find: FindType) -> Definition:
    """A table of that signature, whatever kind of relation it is; a sequence is a sequence."""
    key = Key("relation", found.schema, found.name)
    target = target_of(key)
    drop = f"DROP TABLE IF EXISTS {target} CASCADE"
    if found.kind == "sequence":
        create = f"CREATE SEQUENCE {target}"
        drop = f"DROP SEQUENCE IF EXISTS {target} CASCADE"
        return Definition(key, (create,), (drop,), _home(key), whole=is_name(found.name))
    types = Types(found.schema, find)
    parts: list[str] = []
    vague: list[str] = []
    for column in found.columns:
        kind = types.written(column.type)
        if kind is None:
            vague.append(column.name)
        generated = ""
        if column.generated and found.kind == "table":
            generated = " GENERATED ALWAYS AS (NULL) STORED"
        elif column.default == "identity always" and kind in _COUNTED:
            generated = " GENERATED ALWAYS AS IDENTITY"
        parts.append(f"{quoted(column.name)} {kind or 'text'}{generated}")
    names = {column.name for column in found.columns}
    if found.primary_key and names.issuperset(found.primary_key):
        parts.append(f"PRIMARY KEY ({', '.join(map(quoted, found.primary_key))})")
    return Definition(
        key,
        (f"CREATE TABLE {target} ({', '.join(parts)})",),
        (drop,),
        (*_home(key), *types.needs),
        frozenset(vague),
        is_name(found.name) and all(map(is_name, names)),
    )


def functions(
    where: str, name: str, found: tuple[catalog.Function, ...], find: FindType
) -> Definition:
    """All overloads of a function, each with a body of ours that nobody ever runs."""
    key = Key("function", where, name)
    create: list[str] = []
    drop: list[str] = []
    needs: list[Key] = []
    whole = is_name(name)
    for function in found:
        types = Types(where, find)
        inputs = [types.written(kind, pseudo=True) for kind in function.arguments]
        result = _returned(function, types)
        if (
            None in inputs
            or result is None
            or function.kind in ("aggregate", "procedure")
            or any(kind in type_names.PSEUDO for kind in inputs[function.required :])
        ):
            # An optional argument of any type: its default, which is not known here, decides.
            whole = False
            continue
        last = len(inputs) - 1
        arguments = [
            ("VARIADIC " if function.variadic and index == last else "")
            + f"{kind}"
            + (" DEFAULT NULL" if index >= function.required else "")
            for index, kind in enumerate(inputs)
        ]
        outputs, returns = result
        create.append(
            f"CREATE FUNCTION {target_of(key)}({', '.join((*arguments, *outputs))})"
            f"{returns} LANGUAGE sql AS {_BODY}"
        )
        listed = ", ".join(f"{kind}" for kind in inputs)
        drop.append(f"DROP FUNCTION IF EXISTS {target_of(key)}({listed}) CASCADE")
        needs.extend(types.needs)
    return Definition(key, tuple(create), tuple(drop), (*_home(key), *needs), whole=whole)


class Types:
    """Writes type texts and notes which of the user's types they need."""

    def __init__(self, where: str, find: FindType) -> None:
        self._where = where
        self._find = find
        self._needs: dict[Key, None] = {}

    @property
    def needs(self) -> tuple[Key, ...]:
        """The user's types that were written so far."""
        return tuple(self._needs)

    def written(self, text: str, pseudo: bool = False) -> str | None:
        """The type as SQL, None if it cannot be built."""
        return type_names.written(text, _RULES, self._lookup, pseudo)

    def _lookup(self, parts: tuple[str, ...]) -> str | None:
        key = self._find(self._where, parts)
        if key is None:
            return None
        self._needs[key] = None
        return target_of(key)


def _returned(function: catalog.Function, types: Types) -> tuple[tuple[str, ...], str] | None:
    # The OUT arguments and the RETURNS clause; None if they cannot be written.
    columns = [(column.name, types.written(column.type)) for column in function.columns]
    if any(kind is None for _, kind in columns):
        return None
    rows = function.kind == "table"
    listed = tuple(f"{quoted(name) if name else ''} {kind}".strip() for name, kind in columns)
    if rows and columns and not function.returns:
        return (), f" RETURNS TABLE ({', '.join(listed)})"
    if columns:
        one = f"{columns[0][1]}" if len(columns) == 1 else "record"
        return tuple(f"OUT {part}" for part in listed), f" RETURNS {'SETOF ' * rows}{one}"
    kind = types.written(function.returns, pseudo=True) if function.returns else None
    return None if kind is None else ((), f" RETURNS {'SETOF ' * rows}{kind}")


def _type(key: Key, create: str, needs: tuple[Key, ...], whole: bool) -> Definition:
    drop = f"DROP TYPE IF EXISTS {target_of(key)} CASCADE"
    return Definition(key, (create,), (drop,), (*_home(key), *needs), whole=whole)


def _home(key: Key) -> tuple[Key, ...]:
    return (Key("schema", "", key.schema),) if key.schema and key.schema != TEMPORARY else ()


TEMPORARY = "pg_temp"
"""The schema of temporary tables: each session has its own, nobody can make it."""


def target_of(key: Key) -> str:
    """The object's name, quoted, with its schema."""
    return f"{quoted(key.schema)}.{quoted(key.name)}" if key.schema else quoted(key.name)


def is_name(name: str) -> bool:
    """True if PostgreSQL stores this name as it is."""
    return 0 < len(name.encode(errors="replace")) <= _LONGEST_NAME and "\0" not in name
