"""Builds sources: a catalog relation, a table function, VALUES, and alias column lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.semantics import rules
from sureql.semantics.model import Field, Source
from sureql.semantics.scope import Entry, Index
from sureql.syntax.dialects import Dialect
from sureql.text.span import Span

_KEEP = 2048
_fields_of: dict[tuple[int, bool], tuple[catalog.Relation, tuple[Field, ...], Index]] = {}

# Functions in FROM whose columns are known: name -> columns as `name type`.
_JSON_EACH = ("key TEXT", "value", "type TEXT", "atom", "id INTEGER", "parent INTEGER")
_POSTGRES_FUNCTIONS = {
    "json_each": ("key TEXT", "value JSON"),
    "jsonb_each": ("key TEXT", "value JSONB"),
    "json_each_text": ("key TEXT", "value TEXT"),
    "jsonb_each_text": ("key TEXT", "value TEXT"),
    "json_array_elements": ("value JSON",),
    "jsonb_array_elements": ("value JSONB",),
    "json_array_elements_text": ("value TEXT",),
    "jsonb_array_elements_text": ("value TEXT",),
    "pg_get_keywords": (
        "word TEXT",
        "catcode",
        "barelabel BOOLEAN",
        "catdesc TEXT",
        "baredesc TEXT",
    ),
}
# PostgreSQL names the one column of these after the alias, or after the function.
_POSTGRES_SCALAR = {
    "generate_series": "",
    "unnest": "",
    "generate_subscripts": "INTEGER",
    "regexp_split_to_table": "TEXT",
    "string_to_table": "TEXT",
    "regexp_matches": "TEXT[]",
    "json_object_keys": "TEXT",
    "jsonb_object_keys": "TEXT",
    "jsonb_path_query": "JSONB",
}
_SQLITE_FUNCTIONS = {
    "json_each": (*_JSON_EACH, "fullkey TEXT", "path TEXT"),
    "json_tree": (*_JSON_EACH, "fullkey TEXT", "path TEXT"),
    "generate_series": ("value INTEGER",),
}
_SQLITE_HIDDEN = {
    "json_each": ("json", "root"),
    "json_tree": ("json", "root"),
    "generate_series": ("start", "stop", "step"),
}


def name_of(identifier: exp.Expr | None, dialect: Dialect) -> str:
    """The name an identifier node denotes, folded as the engine does."""
    if not isinstance(identifier, exp.Identifier):
        return identifier.name if identifier is not None else ""
    name = identifier.this
    if not isinstance(name, str):
        return ""
    return name if identifier.args.get("quoted") else dialect.normalize(name)


def span_of(node: exp.Expr | None) -> Span | None:
    """Where an identifier, star or function name stands."""
    if node is None:
        return None
    start, end = node.meta.get("start"), node.meta.get("end")
    return Span(start, end + 1) if start is not None and end is not None else None


def whole_span(nodes: Sequence[exp.Expr]) -> Span | None:
    """From the first to the last positioned thing in `nodes`."""
    spans = [span for node in nodes for part in node.walk() if (span := span_of(part)) is not None]
    if not spans:
        return None
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def parts_of(node: exp.Expr) -> list[exp.Expr]:
    """The parts of a column or table name, outermost first."""
    return list(node.parts) if isinstance(node, (exp.Column, exp.Table)) else [node]


def key_of(name: str, dialect: Dialect) -> str:
    """The key under which a folded name is looked up inside a statement."""
    return name if dialect.case_sensitive else name.lower()


def index_of(fields: Iterable[Field], dialect: Dialect) -> Index:
    """Fields by key; a key with several fields is ambiguous where the engine minds."""
    found: dict[str, tuple[Field, ...]] = {}
    for one in fields:
        key = key_of(one.name, dialect)
        found[key] = (*found[key], one) if key in found else (one,)
    return found


def entry_of(source: Source, dialect: Dialect) -> Entry:
    """A source with its index."""
    return Entry(source, index_of(source.fields, dialect))


def find(
    parts: Sequence[str], schema: catalog.Catalog, dialect: Dialect
) -> catalog.Relation | None:
    """The catalog's relation of that name, the engine's own ones included."""
    found = schema.find(parts)
    if found is None and len(parts) == 1 and dialect.name == "postgres":
        found = schema.find(("pg_catalog", *parts))
    return found


def of_relation(
    relation: catalog.Relation,
    schema: catalog.Catalog,
    dialect: Dialect,
    alias: str = "",
    span: Span | None = None,
    definition: Span | None = None,
) -> Entry:
    """The source that a catalog relation is in FROM."""
    fields, index = _relation_fields(relation, dialect)
    system = schema.key(relation.schema) in schema.system or relation.name.startswith("sqlite_")
    # dbt writes a relation's name without quotes, so that the engine folds it.
    own = dialect.normalize(relation.name) if relation.written else relation.name
    source = Source(
        name=alias or own,
        kind="view" if "view" in relation.kind else "table",
        fields=fields,
        closed=relation.closed and not system,
        relation=relation,
        aliased=bool(alias),
        span=span,
        definition=definition,
        hidden=tuple(sorted(rules.of(dialect).hidden)),
    )
    return Entry(source, index)


def _relation_fields(
    relation: catalog.Relation, dialect: Dialect
) -> tuple[tuple[Field, ...], Index]:
    key = (id(relation), dialect.case_sensitive)
    kept = _fields_of.get(key)
    if kept is not None and kept[0] is relation:
        return kept[1], kept[2]
    fields = tuple(
        Field(
            name=column.name,
            type=column.type,
            nullable=column.nullable,
            origins=((relation.schema, relation.name, column.name),),
            column=column,
        )
        for column in relation.columns
    )
    index = index_of(fields, dialect)
    if len(_fields_of) >= _KEEP:
        _fields_of.clear()
    _fields_of[key] = (relation, fields, index)
    return fields, index


def renamed(
    source: Source, columns: Sequence[exp.Expr], dialect: Dialect, single: bool = False
) -> Source:
    """`source` with the names of an alias column list `t(a, b)` for its first columns.

    `single` says that a column may be defined rather than renamed, so that the list is complete.
    """
    if not columns:
        return source
    fields = list(source.fields)
    for position, column in enumerate(columns):
        identifier = column.this if isinstance(column, exp.ColumnDef) else column
        name, span = name_of(identifier, dialect), span_of(identifier)
        if position < len(fields):
            fields[position] = replace(
                fields[position], name=name, span=span, column=None, named=span, merged=()
            )
        else:
            fields.append(Field(name=name, span=span, named=span))
        if isinstance(column, exp.ColumnDef) and column.args.get("kind") is not None:
            fields[position] = replace(fields[position], type=column.args["kind"].sql())
    return replace(source, fields=tuple(fields), closed=source.closed or single)


def row_of(source: Source) -> Field:
    """A source's name in place of a column: the whole row."""
    relation = source.relation
    kind = f"c:{relation.schema}.{relation.name}" if relation is not None else ""
    return Field(source.name, kind=kind)


def of_function(name: str, alias: str, dialect: Dialect, arguments: int = 1) -> Source:
    """The source that the table function `name` is; open if its columns are not known."""
    name = name.lower()
    label = alias or name
    known: tuple[str, ...] | None = None
    hidden: tuple[str, ...] = ()
    if dialect.name == "postgres":
        known = _POSTGRES_FUNCTIONS.get(name)
        if name == "unnest" and arguments > 1:
            known = ("unnest",) * arguments
        elif name in _POSTGRES_SCALAR:
            known = (f"{label} {_POSTGRES_SCALAR[name]}".strip(),)
            return _function(label, (_typed(label, _POSTGRES_SCALAR[name]),), True, bool(alias))
    elif dialect.name == "sqlite":
        known, hidden = _SQLITE_FUNCTIONS.get(name), _SQLITE_HIDDEN.get(name, ())
    elif dialect.name == "duckdb" and name in ("generate_series", "range", "unnest"):
        # The alias names the column as well, and the function's name still does.
        source = _function(
            label, (_typed(label, "BIGINT" if name != "unnest" else ""),), True, bool(alias)
        )
        return replace(source, hidden=(name,))
    if known is None:
        return _function(label, (), False, bool(alias))
    fields = tuple(_typed(*([*text.split(" ", 1), ""])[:2]) for text in known)
    return replace(_function(label, fields, True, bool(alias)), hidden=hidden)


def _typed(name: str, type_: str) -> Field:
    return Field(name=name, type=type_)


def _function(name: str, fields: tuple[Field, ...], closed: bool, aliased: bool) -> Source:
    return Source(name=name, kind="function", fields=fields, closed=closed, aliased=aliased)


def value_fields(types: Sequence[tuple[str, bool]], dialect: Dialect) -> tuple[Field, ...]:
    """The columns of VALUES whose first row has these types."""
    found = rules.of(dialect)
    named = dialect.normalize(found.default_columns)
    return tuple(
        Field(named.format(position + found.first_column), type_, nullable)
        for position, (type_, nullable) in enumerate(types)
    )
