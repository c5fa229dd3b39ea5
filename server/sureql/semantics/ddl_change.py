"""DROP, COMMENT, search paths, schemas and extensions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sureql.catalog import model as catalog
from sureql.semantics.ddl_alter import move
from sureql.semantics.ddl_draft import Draft, Waiting, column_position, default_search_path
from sureql.semantics.ddl_reader import Name, Reader, string_value, words
from sureql.semantics.ddl_routines import drop_function
from sureql.semantics.ddl_types import drop_type
from sureql.syntax import lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind

# Extensions that add functions and types, but no relations: they open nothing.
_WITHOUT_RELATIONS = words(
    """
    plpgsql uuid-ossp pgcrypto citext hstore pg_trgm btree_gin btree_gist unaccent intarray
    ltree fuzzystrmatch tablefunc vector cube earthdistance isn seg pg_jsonschema pgjwt
    pg_graphql dict_int dict_xsyn intagg lo moddatetime autoinc insert_username refint
    sslinfo tcn tsm_system_rows tsm_system_time xml2 bloom amcheck plpython3u plperl pltcl
    plv8 pg_uuidv7 postgres_fdw file_fdw dblink http icu json parquet httpfs fts excel
    sqlite postgres mysql
    """
)
_DROPPABLE = frozenset({"TABLE", "VIEW", "SEQUENCE", "SYNONYM"})


def drop(draft: Draft, reader: Reader) -> None:
    """DROP …, after DROP."""
    reader.accept_one(("MATERIALIZED", "FOREIGN", "TEMPORARY", "TEMP", "EXTERNAL"))
    word = reader.upper()
    reader.position += 1
    if word in ("FUNCTION", "PROCEDURE", "AGGREGATE", "MACRO", "ROUTINE"):
        reader.accept("TABLE")
        drop_function(draft, reader)
        return
    if word not in _DROPPABLE and word not in ("TYPE", "DOMAIN", "SCHEMA", "DATABASE", "INDEX"):
        return
    reader.accept("CONCURRENTLY")
    if_exists = reader.accept("IF", "EXISTS")
    names = [reader.name("a name")]
    while reader.accept(","):
        names.append(reader.name("a name"))
    cascade = "CASCADE" in reader.rest().upper()
    for name in names:
        if word in _DROPPABLE:
            _drop_relation(draft, reader, name, cascade, if_exists)
        elif word in ("TYPE", "DOMAIN"):
            drop_type(draft, name)
        elif word == "SCHEMA":
            _drop_schema(draft, name.last)
        elif word == "INDEX":
            _drop_index(draft, name)


def _drop_relation(
    draft: Draft, reader: Reader, name: Name, cascade: bool, if_exists: bool
) -> None:
    relation = draft.find(name)
    if relation is None or relation.schema in draft.base.system:
        if not if_exists and not draft.own_path and draft.complete:
            message = f"No table `{name.last}` to drop is known."
            draft.report(reader.place, message, name.whole)
        return
    drop_relation(draft, relation, cascade)


def drop_relation(draft: Draft, relation: catalog.Relation, cascade: bool) -> None:
    """Drop a relation; with CASCADE the views that read it and the foreign keys to it go too."""
    target = (relation.schema, relation.name)
    draft.unstable.add(target)
    referring = list(draft.referencing(*target))
    draft.drop(relation)
    if not cascade:
        return
    for other in referring:
        if (other.schema, other.name) != target:
            kept = tuple(key for key in other.foreign_keys if key.target != target)
            draft.put(replace(other, foreign_keys=kept))
    for view in [found for found in draft.relations_at_hand() if target in found.depends]:
        drop_relation(draft, view, cascade)


def _drop_schema(draft: Draft, name: str) -> None:
    schema = draft.schema(name)
    if schema is None:
        return
    draft.unstable.update((schema.name, found.name) for found in schema.relations.values())
    for relation in list(schema.relations.values()):
        drop_relation(draft, relation, cascade=True)
    if draft.default_schema != name:
        draft.drop_schema(name)


def _drop_index(draft: Draft, name: Name) -> None:
    for relation in draft.relations_at_hand():
        if any(index.name == name.last for index in relation.indexes):
            draft.put(
                replace(
                    relation,
                    indexes=tuple(i for i in relation.indexes if i.name != name.last),
                    keys=tuple(k for k in relation.keys if k.primary or k.name != name.last),
                )
            )
            return


def comment(draft: Draft, reader: Reader) -> None:
    """COMMENT ON TABLE t IS '…', COMMENT ON COLUMN t.c IS '…', after COMMENT."""
    reader.accept("IF", "EXISTS")
    reader.accept("ON")
    reader.accept_one(("MATERIALIZED", "FOREIGN"))
    word = reader.upper()
    reader.position += 1
    if word not in ("TABLE", "VIEW", "COLUMN"):
        return
    name = reader.name()
    if not reader.accept("IS"):
        raise reader.unexpected("`IS`")
    text = reader.string() or ""
    of_column = word == "COLUMN"
    if of_column and len(name.parts) < 2:
        raise reader.unexpected("a column name with its table")

    def note() -> None:
        relation = draft.find_parts(name.parts[:-1] if of_column else name.parts)
        if relation is None:
            draft.waiting.append(Waiting(note, reader.place))
            return
        if not of_column:
            draft.put(replace(relation, comment=text))
            return
        at = column_position(relation.columns, draft.key, name.last)
        if at >= 0:
            columns = list(relation.columns)
            columns[at] = replace(columns[at], comment=text)
            draft.put(replace(relation, columns=tuple(columns)))

    note()


def set_variable(draft: Draft, reader: Reader) -> None:
    """SET [SESSION | LOCAL] search_path = …; SET SCHEMA 'x'; DuckDB's SET schema = 'x'."""
    reader.accept_one(("SESSION", "LOCAL", "GLOBAL"))
    if reader.accept("SEARCH_PATH"):
        set_path_from(draft, reader)
    elif reader.accept("SCHEMA"):
        reader.accept_one(("=", "TO"))
        token = reader.next()
        name = string_value(token.text) if token.kind is Kind.STRING else token.text
        set_search_path(draft, [name])


def set_path_from(draft: Draft, reader: Reader) -> None:
    """The value after `search_path`: `= a, "$user", 'b'` or `TO …`."""
    reader.accept_one(("=", "TO"))
    if reader.accept("DEFAULT"):
        draft.search_path = default_search_path(draft.dialect)
        return
    names: list[str] = []
    while (token := reader.token) is not None:
        if token.kind is Kind.STRING:
            value = string_value(token.text)
            # DuckDB takes the whole list in one string.
            names += value.split(",") if reader.dialect.name == "duckdb" else [value]
        elif token.kind in (Kind.WORD, Kind.QUOTED):
            names.append(reader.dialect.normalize(token.text))
        elif token.text != ",":
            break
        reader.position += 1
    set_search_path(draft, names)


def set_search_path(draft: Draft, names: Sequence[str]) -> None:
    """Look unqualified names up in `names` from now on."""
    kept = [name.strip().strip('"') for name in names]
    schemas = tuple(name for name in kept if name not in ("", "$user", "pg_catalog"))
    temporary = tuple(name for name in draft.search_path if draft.is_temporary(name))
    system = tuple(n for n in default_search_path(draft.dialect)[1:] if n in draft.base.system)
    # pg_dump empties the path and qualifies every name.
    known = schemas or default_search_path(draft.dialect)[:1]
    draft.search_path = tuple(dict.fromkeys((*temporary, *known, *system)))
    if schemas:
        draft.paths_set.append(schemas)


def use(draft: Draft, reader: Reader) -> None:
    """USE schema; USE database.schema."""
    reader.accept_one(("DATABASE", "SCHEMA", "CATALOG"))
    if not reader.done:
        set_search_path(draft, [reader.name("a schema name").last])


def create_schema(draft: Draft, reader: Reader, word: str) -> None:
    """CREATE SCHEMA [IF NOT EXISTS] name [AUTHORIZATION role]."""
    if word == "DATABASE" and draft.dialect.name not in (
        "mysql",
        "clickhouse",
        "spark",
        "databricks",
    ):
        return
    reader.accept("IF", "NOT", "EXISTS")
    if not reader.accept("AUTHORIZATION"):
        name = reader.name("a schema name")
        draft.make_schema(name.last)
        if reader.accept("AUTHORIZATION"):
            reader.name_part()
    else:
        draft.make_schema(reader.name_part()[0])
    if not reader.done and reader.upper() in ("CREATE", "GRANT"):
        draft.open_all()  # Tables in the same statement are rare: known to exist, but not read.


def create_extension(draft: Draft, reader: Reader) -> None:
    """CREATE EXTENSION: unless it is known to bring functions only, it may bring relations."""
    reader.accept("IF", "NOT", "EXISTS")
    name, _ = reader.name_part("an extension name")
    if name.lower() in _WITHOUT_RELATIONS:
        return
    draft.closed = False
    draft.operators.add("*")
    reader.accept("WITH")
    if reader.accept("SCHEMA"):
        draft.open(reader.name_part("a schema name")[0])
    else:
        draft.open(draft.default_schema)


def rename_tables(draft: Draft, reader: Reader) -> None:
    """MySQL's RENAME TABLE a TO b, c TO d."""
    if not reader.accept("TABLE"):
        return
    while not reader.done:
        old = reader.name("a table name")
        if not reader.accept("TO"):
            raise reader.unexpected("`TO`")
        new = reader.name("a table name")
        if relation := draft.find(old):
            move(draft, relation, new.schema or relation.schema, new.last)
        if not reader.accept(","):
            return


_STARTS = frozenset({"CREATE", "ALTER", "DROP", "COMMENT"})
_BEFORE = frozenset({"BEGIN", "THEN", "ELSE", "LOOP", ";"})
_NOT_HERE = re.compile(r"\b(CREATE|ALTER|DROP|COMMENT)\b", re.IGNORECASE)


def statements_of_body(body: str, dialect: Dialect) -> Iterator[tuple[str, int]]:
    """The DDL statements of a procedural body, each with its offset."""
    if not _NOT_HERE.search(body):
        return
    tokens = lexer.code(body, dialect)
    before = "BEGIN"
    start: int | None = None
    for token in tokens:
        if start is None:
            if token.kind is Kind.WORD and token.upper in _STARTS and before in _BEFORE:
                start = token.start
        elif token.text == ";":
            yield body[start : token.start], start
            start = None
        before = token.upper
