"""CREATE TABLE in all its forms, virtual tables, and putting the result into the draft."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from sureql.catalog import model as catalog
from sureql.semantics import ddl_view
from sureql.semantics.ddl_draft import Draft, Waiting
from sureql.semantics.ddl_reader import Name, Place, Reader, UnreadableError
from sureql.semantics.ddl_table import Body, read_body, target_of
from sureql.syntax.tokens import Kind

# FTS5 options look like columns; the rest of a virtual table's modules have columns of their own.
_FTS_SHADOWS = ("data", "idx", "content", "docsize", "config")
_TABLE_COMMENT = re.compile(r"COMMENT\s*=?\s*'((?:[^']|'')*)'", re.IGNORECASE)


def create_table(
    draft: Draft, reader: Reader, kind: str, replaces: bool, temporary: bool = False
) -> None:
    """CREATE TABLE, after TABLE."""
    if_not_exists = reader.accept("IF", "NOT", "EXISTS")
    name = reader.name("a table name")
    temporary = temporary or name.last.startswith("#")
    schema = draft.temporary().name if temporary else name.schema or draft.default_schema
    relation = catalog.Relation(
        schema,
        name.last,
        "temporary table" if temporary else kind,
        location=reader.location(name.span),
    )
    if not may_create(draft, relation, replaces, if_not_exists):
        return
    if reader.upper() == "(" and not reader.at("(", "SELECT") and not reader.at("(", "WITH"):
        if _is_name_list(reader):
            columns = reader.names_in_group()
            ddl_view.create_from_query(draft, reader, relation, columns)
            return
        reader.position += 1
        relation = with_body(relation, read_body(draft, reader, schema, name.last))
        relation = _options(draft, reader, relation)
    elif reader.accept("PARTITION", "OF"):
        relation = _copy_of(draft, reader, relation)
    elif reader.accept("OF"):
        relation = _of_type(draft, reader, relation)
    elif reader.accept_one(("LIKE", "CLONE")):
        relation = _copy_of(draft, reader, relation)
    else:
        if reader.dialect.name not in ("postgres", "sqlite"):
            relation = _options(draft, reader, relation)
        ddl_view.create_from_query(draft, reader, relation, ())
        return
    draft.put(relation)
    settle_keys(draft, relation)


def may_create(
    draft: Draft, relation: catalog.Relation, replaces: bool, if_not_exists: bool
) -> bool:
    """False if that relation exists and stays. The first definition wins, as in the engine.

    A file that is itself a schema source finds its own tables in the catalog: it replaces them.
    """
    schema = draft.schema(relation.schema)
    old = schema.relations.get(draft.key(relation.name)) if schema else None
    if old is None:
        return True
    if draft.own_path and old.location and old.location.path == draft.own_path:
        return True
    del if_not_exists
    return replaces


def with_body(relation: catalog.Relation, body: Body) -> catalog.Relation:
    return replace(
        relation,
        columns=relation.columns + tuple(body.columns),
        keys=relation.keys + tuple(body.keys),
        foreign_keys=relation.foreign_keys + tuple(body.foreign_keys),
        indexes=relation.indexes + tuple(body.indexes),
        checks=relation.checks + tuple(body.checks),
        closed=relation.closed and body.closed,
    )


def settle_keys(draft: Draft, relation: catalog.Relation) -> None:
    """Fill in what foreign keys left out, once their targets are known."""
    key = draft.key(relation.name)

    def settle() -> None:
        schema = draft.schema(relation.schema)
        current = schema.relations.get(key) if schema else None
        if current is None:
            return
        settled = tuple(_settled(draft, current, foreign) for foreign in current.foreign_keys)
        if settled != current.foreign_keys:
            draft.put(replace(current, foreign_keys=settled))
        if any(not _is_known(draft, foreign) for foreign in settled):
            draft.waiting.append(Waiting(settle, Place()))

    settle()


def _settled(
    draft: Draft, relation: catalog.Relation, foreign: catalog.ForeignKey
) -> catalog.ForeignKey:
    schema_name, name = foreign.target
    schema = draft.schema(schema_name)
    target = schema.relations.get(draft.key(name)) if schema else None
    if target is None:
        return foreign
    return replace(
        foreign,
        target=(target.schema, target.name),
        target_columns=foreign.target_columns or target.primary_key,
    )


def _is_known(draft: Draft, foreign: catalog.ForeignKey) -> bool:
    schema = draft.schema(foreign.target[0])
    return bool(
        foreign.target_columns and schema and draft.key(foreign.target[1]) in schema.relations
    )


def _is_name_list(reader: Reader) -> bool:
    """True for `(a, b) AS SELECT …`: names only."""
    position = reader.position
    try:
        inside = reader.group()
    except UnreadableError:
        reader.position = position
        return False
    after = reader.upper()
    reader.position = position
    tokens = reader.tokens[inside.start : inside.end]
    names = all(t.kind in (Kind.WORD, Kind.QUOTED) or t.text == "," for t in tokens)
    return (
        names
        and after == "AS"
        and not any(a.text != "," and b.text != "," for a, b in pairwise(tokens))
    )


def _options(draft: Draft, reader: Reader, relation: catalog.Relation) -> catalog.Relation:
    """What follows the column list: INHERITS, a comment, AS query of some dialects."""
    while not reader.done and not reader.at("AS"):
        if reader.accept("INHERITS"):
            inside = reader.group()
            after = reader.position
            reader.position = inside.start
            parents = []
            while reader.position < inside.end:
                parents.append(reader.name("a table name"))
                reader.accept(",")
            reader.position = after
            for parent in parents:
                relation = inherit(draft, reader, relation, parent)
        elif reader.accept("WITHOUT", "ROWID") or reader.accept("STRICT"):
            # Only in such tables do SQLite's primary keys never hold NULL.
            required = set(relation.primary_key)
            columns = (
                replace(column, nullable=column.nullable and column.name not in required)
                for column in relation.columns
            )
            relation = replace(relation, columns=tuple(columns))
        elif reader.at("COMMENT"):
            if match := _TABLE_COMMENT.match(reader.rest()):
                relation = replace(relation, comment=match[1].replace("''", "'"))
            reader.position += 1
        else:
            reader.position += 1
    return relation


def inherit(
    draft: Draft, reader: Reader, relation: catalog.Relation, parent: Name
) -> catalog.Relation:
    """`relation` with the columns of `parent` before its own."""
    known = draft.find(parent)
    if known is None:
        draft.report(reader.place, f"No table `{parent.last}` to inherit from.", parent.whole)
        return replace(relation, closed=False)
    own = {draft.key(column.name) for column in relation.columns}
    inherited = tuple(column for column in known.columns if draft.key(column.name) not in own)
    return replace(
        relation, columns=inherited + relation.columns, closed=relation.closed and known.closed
    )


def _copy_of(draft: Draft, reader: Reader, relation: catalog.Relation) -> catalog.Relation:
    """PARTITION OF parent, LIKE parent, CLONE parent: the parent's columns and keys."""
    parent = reader.name("a table name")
    known = draft.find(parent)
    if known is None:
        draft.report(reader.place, f"No table `{parent.last}` is known.", parent.whole)
        return replace(relation, closed=False)
    return replace(
        relation,
        columns=known.columns,
        keys=known.keys,
        foreign_keys=known.foreign_keys,
        checks=known.checks,
        closed=known.closed,
    )


def _of_type(draft: Draft, reader: Reader, relation: catalog.Relation) -> catalog.Relation:
    """CREATE TABLE name OF composite_type."""
    name = reader.name("a type name")
    for path in draft.lookup_path(name):
        schema = draft.schema(path)
        if schema and (known := schema.types.get(draft.key(name.last))):
            return replace(relation, columns=known.fields)
    return replace(relation, closed=False)


def create_virtual_table(draft: Draft, reader: Reader) -> None:
    """CREATE VIRTUAL TABLE name USING module(…), after TABLE (SQLite)."""
    if_not_exists = reader.accept("IF", "NOT", "EXISTS")
    name = reader.name("a table name")
    if not reader.accept("USING"):
        raise reader.unexpected("`USING`")
    module, _ = reader.name_part("a module name")
    schema = name.schema or draft.default_schema
    relation = catalog.Relation(
        schema,
        name.last,
        "virtual table",
        closed=False,
        definition=f"USING {module}",
        location=reader.location(name.span),
    )
    if not may_create(draft, relation, False, if_not_exists):
        return
    if module.lower() in ("fts5", "fts4", "fts3", "rtree") and reader.upper() == "(":
        # It stays open: `rank` and the table's own name are columns too, but not of `*`.
        relation = replace(relation, columns=_module_columns(reader))
        for suffix in _FTS_SHADOWS:
            shadow = f"{name.last}_{suffix}"
            draft.put(catalog.Relation(schema, shadow, closed=False), hidden=True)
    draft.put(relation)


def _module_columns(reader: Reader) -> tuple[catalog.Column, ...]:
    """The arguments that are columns: all but `option = value`."""
    inside = reader.group()
    end = reader.position
    reader.position = inside.start
    columns = []
    for item in reader.items():
        reader.position = item.start
        token = reader.token
        is_option = item.end > item.start + 1 and reader.tokens[item.start + 1].text == "="
        if token is not None and item.end > item.start and not is_option:
            column, span = reader.name_part("a column name")
            columns.append(catalog.Column(column, location=reader.location(span)))
        reader.position = item.end
    reader.position = end
    return tuple(columns)


def create_index(draft: Draft, reader: Reader, unique: bool) -> None:
    """CREATE [UNIQUE] INDEX …, after INDEX."""
    reader.accept("CONCURRENTLY")
    reader.accept("IF", "NOT", "EXISTS")
    name = "" if reader.at("ON") else reader.name("an index name").last
    if not reader.accept("ON"):
        raise reader.unexpected("`ON`")
    reader.accept("ONLY")
    table = reader.name("a table name")
    method = reader.next().upper if reader.accept("USING") else "BTREE"
    if reader.upper() != "(":
        raise reader.unexpected("`(`")
    whole = reader.is_plain_group()
    plain = method == "BTREE" and whole
    columns = reader.names_in_group()
    partial = "WHERE" in reader.rest().upper()
    plain = plain and not partial and not reader.at("INCLUDE")

    def add() -> None:
        relation = draft.find(table)
        if relation is None:
            draft.waiting.append(_waiting_for(reader, table, add))
            return
        index = catalog.Index(name, columns, unique, plain)
        if any(old.name and old.name == name for old in relation.indexes):
            return
        relation = replace(relation, indexes=(*relation.indexes, index))
        keys = {key.columns for key in relation.keys}
        if unique and whole and columns and not partial and columns not in keys:
            key = catalog.Key(columns, False, name)
            relation = replace(relation, keys=(*relation.keys, key))
        draft.put(relation)

    add()


def _waiting_for(reader: Reader, table: Name, retry: Callable[[], None]) -> Waiting:
    message = f"`{table.last}` is indexed here, but no schema file defines it."
    return Waiting(retry, reader.place, message, table.whole, table.schema)


def create_sequence(draft: Draft, reader: Reader) -> None:
    """CREATE SEQUENCE: a relation that resolves but is not offered."""
    reader.accept("IF", "NOT", "EXISTS")
    name = reader.name("a sequence name")
    columns = tuple(catalog.Column(column) for column in ("last_value", "log_cnt", "is_called"))
    draft.put(
        catalog.Relation(
            name.schema or draft.default_schema,
            name.last,
            "sequence",
            columns,
            location=reader.location(name.span),
        ),
        hidden=True,
    )


def open_named(draft: Draft, reader: Reader) -> bool:
    """After a table statement failed: make the table it names known but open, if it has a name."""
    reader.position = 0
    while not reader.done and not reader.accept_one(("TABLE", "VIEW")):
        reader.position += 1
    reader.accept("IF", "NOT", "EXISTS")
    try:
        name = reader.name("a table name")
    except UnreadableError:
        return False
    schema, table = target_of(draft, name, "")
    known = draft.find(name)
    relation = known or catalog.Relation(schema, table, location=reader.location(name.span))
    draft.put(replace(relation, closed=False))
    return True
