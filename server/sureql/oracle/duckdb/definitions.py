"""CREATE statements for the shadow in DuckDB, made of catalog values that are checked one by one.

No text of a schema file gets into them but names, quoted, and types that were read token by token.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.syntax import dialects, lexer
from sureql.syntax.tokens import Kind, Token

_RULES = dialects.get("duckdb")
_LONGEST_TYPE = 5_000
_LONGEST_EXPANDED = 10_000
_MOST_COLUMNS = 5_000
_DEEPEST = 12
_TWO_WORDS = {"DOUBLE": ("PRECISION",), "CHARACTER": ("VARYING",), "CHAR": ("VARYING",)}


class Unbuildable(Exception):
    """A type that this engine does not have or that is not understood."""


@dataclass(frozen=True, slots=True)
class Definition:
    """How to make something. `vague` says that the types of some of its columns are not known."""

    sql: str
    drop: str
    vague: bool = False


def quoted(name: str) -> str:
    """The name as a quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """The text as a string literal."""
    return "'" + text.replace("'", "''") + "'"


def of_relation(
    relation: catalog.Relation, schema: catalog.Catalog, types: frozenset[str]
) -> Definition:
    """CREATE for a relation's signature; `types` are the engine's own type names, in lower case.

    Views are views of nothing: their bodies never reach the engine. Raises Unbuildable.
    """
    temporary = relation.kind == "temporary table" or relation.schema == "temp"
    target = f"{quoted('temp' if temporary else relation.schema or 'main')}.{quoted(relation.name)}"
    if relation.kind == "sequence":
        return Definition(f"CREATE SEQUENCE {target}", f"DROP SEQUENCE IF EXISTS {target}")
    if not 0 < len(relation.columns) <= _MOST_COLUMNS:
        raise Unbuildable("No columns are known, or too many.")
    named = [(column, type_of(column.type, schema, types)) for column in relation.columns]
    vague = any(not kind for _, kind in named)
    if "view" in relation.kind:
        values = ", ".join(f"CAST(NULL AS {kind})" if kind else "NULL" for _, kind in named)
        heads = ", ".join(quoted(column.name) for column, _ in named)
        sql = f"CREATE VIEW {target} ({heads}) AS SELECT {values}"
        return Definition(sql, f"DROP VIEW IF EXISTS {target}", vague)
    parts = [_column(column, kind) for column, kind in named] + _keys(relation)
    sql = f"CREATE {'TEMP ' if temporary else ''}TABLE {target} ({', '.join(parts)})"
    return Definition(sql, f"DROP TABLE IF EXISTS {target}", vague)


def of_type(
    schema_name: str, name: str, schema: catalog.Catalog, types: frozenset[str]
) -> Definition:
    """CREATE TYPE for the user's type of that name. Raises Unbuildable."""
    target = f"{quoted(schema_name or 'main')}.{quoted(name)}"
    kind = _users([schema_name, name] if schema_name else [name], schema, types, 0)
    return Definition(f"CREATE TYPE {target} AS {kind}", f"DROP TYPE IF EXISTS {target}")


def named_again(kind: str, schema: catalog.Catalog) -> str:
    """A type that the engine names, with the user's enums by their names instead of their values."""
    if "ENUM(" in kind:
        for part in schema.schemas.values():
            for enum in part.enums.values():
                kind = kind.replace(_enum(enum), enum.name)
    return kind


def type_of(text: str, schema: catalog.Catalog, types: frozenset[str]) -> str:
    """A type as the engine may be given it, with the user's own types spelt out; '' for ''.

    Raises Unbuildable for what is no type, whatever else it is.
    """
    return _type_of(text, schema, types, 0)


def _type_of(text: str, schema: catalog.Catalog, types: frozenset[str], depth: int) -> str:
    if not text:
        return ""
    if len(text) > _LONGEST_TYPE or depth > _DEEPEST or "\0" in text:
        raise Unbuildable(text[:40])
    reader = _Reader(list(lexer.code(text, _RULES)), schema, types, depth)
    kind = reader.type()
    if reader.tokens:
        raise Unbuildable(text[:40])
    return kind


@dataclass(slots=True)
class _Reader:
    tokens: list[Token]
    schema: catalog.Catalog
    types: frozenset[str]
    depth: int

    def type(self) -> str:
        if self.depth > _DEEPEST:
            raise Unbuildable("The type is nested too deeply.")
        word = self._next()
        upper = word.upper if word.kind is Kind.WORD else ""
        if upper in ("STRUCT", "ROW", "UNION") and self._at("("):
            kind = f"{upper}({self._list(self._field)})"
        elif upper == "MAP" and self._at("("):
            kind = f"MAP({self._list(self._inner)})"
        elif upper == "ENUM" and self._at("("):
            kind = f"ENUM({self._list(self._string)})"
        else:
            kind = self._named(word)
        while self._at("["):
            self._next()
            size = "" if self._at("]") else self._number()
            self._expect("]")
            kind += f"[{size}]"
        return kind

    def _named(self, word: Token) -> str:
        if word.kind not in (Kind.WORD, Kind.QUOTED):
            raise Unbuildable(word.text)
        path = [_RULES.normalize(word.text)]
        while self._at("."):
            self._next()
            path.append(_RULES.normalize(self._next().text))
        upper = word.upper
        if len(path) == 1 and self._at_word(*_TWO_WORDS.get(upper, ())):
            self._next()
            upper = path[0] = "DOUBLE" if upper == "DOUBLE" else "VARCHAR"
        size = f"({self._list(self._number)})" if self._at("(") else ""
        if upper in ("TIME", "TIMESTAMP") and self._at_word("WITH", "WITHOUT"):
            zone = self._next().upper == "WITH"
            for expected in ("TIME", "ZONE"):
                if not self._next().is_word(expected):
                    raise Unbuildable(upper)
            return f"{upper} WITH TIME ZONE" if zone else upper
        if len(path) == 1 and path[0].lower() in self.types:
            return path[0].upper() + size
        return _users(path, self.schema, self.types, self.depth)

    def _field(self) -> str:
        name = self._next()
        if name.kind not in (Kind.WORD, Kind.QUOTED):
            raise Unbuildable(name.text)
        return f"{quoted(_RULES.normalize(name.text))} {self._inner()}"

    def _inner(self) -> str:
        self.depth += 1
        kind = self.type()
        self.depth -= 1
        return kind

    def _string(self) -> str:
        token = self._next()
        text = token.text
        if token.kind is not Kind.STRING or not (text.startswith("'") and text.endswith("'")):
            raise Unbuildable(text)
        return literal(text[1:-1].replace("''", "'"))

    def _number(self) -> str:
        token = self._next()
        if token.kind is not Kind.NUMBER or not token.text.isdecimal():
            raise Unbuildable(token.text)
        return token.text

    def _list(self, item: Callable[[], str]) -> str:
        self._expect("(")
        items = [item()]
        while self._at(","):
            self._next()
            items.append(item())
        self._expect(")")
        return ", ".join(items)

    def _at(self, text: str) -> bool:
        return bool(self.tokens) and self.tokens[0].text == text

    def _at_word(self, *words: str) -> bool:
        return bool(self.tokens) and self.tokens[0].is_word(*words)

    def _expect(self, text: str) -> None:
        if self._next().text != text:
            raise Unbuildable(text)

    def _next(self) -> Token:
        if not self.tokens:
            raise Unbuildable("The type is not complete.")
        return self.tokens.pop(0)


def _users(path: list[str], schema: catalog.Catalog, types: frozenset[str], depth: int) -> str:
    # An enum, domain or composite type of the user's, spelt out.
    key = schema.key(path[-1])
    names = (path[-2],) if len(path) > 1 else (*schema.search_path, *schema.schema_names())
    for name in names:
        found = schema.schema(name)
        if found is None:
            continue
        if enum := found.enums.get(key):
            return _short(_enum(enum))
        if kind := found.types.get(key):
            if kind.fields:
                fields = [
                    f"{quoted(field.name)} {_known(field.type, schema, types, depth + 1)}"
                    for field in kind.fields
                ]
                return _short(f"STRUCT({', '.join(fields)})")
            return _short(_known(kind.base, schema, types, depth + 1))
    raise Unbuildable(".".join(path))


def _short(kind: str) -> str:
    # Types that use others twice at each level grow beyond all bounds.
    if len(kind) > _LONGEST_EXPANDED:
        raise Unbuildable("The type is too large.")
    return kind


def _enum(enum: catalog.Enum) -> str:
    return f"ENUM({', '.join(literal(value) for value in enum.values)})"


def _known(text: str, schema: catalog.Catalog, types: frozenset[str], depth: int) -> str:
    if kind := _type_of(text, schema, types, depth):
        return kind
    raise Unbuildable(text)


def _column(column: catalog.Column, kind: str) -> str:
    kind = kind or '"NULL"'
    if column.generated:
        return f"{quoted(column.name)} {kind} GENERATED ALWAYS AS (CAST(NULL AS {kind})) VIRTUAL"
    return f"{quoted(column.name)} {kind}"


def _keys(relation: catalog.Relation) -> list[str]:
    plain = {column.name.lower() for column in relation.columns if not column.generated}
    parts = []
    if relation.primary_key and plain.issuperset(map(str.lower, relation.primary_key)):
        parts.append(f"PRIMARY KEY ({', '.join(map(quoted, relation.primary_key))})")
    uniques = [key.columns for key in relation.keys if not key.primary]
    uniques += [index.columns for index in relation.indexes if index.unique]
    for columns in uniques:
        if columns and plain.issuperset(map(str.lower, columns)):
            parts.append(f"UNIQUE ({', '.join(map(quoted, columns))})")
    return parts
