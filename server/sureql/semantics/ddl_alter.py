"""ALTER TABLE, VIEW, SCHEMA and what else changes relations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sureql.catalog import model as catalog
from sureql.semantics.ddl_create import inherit, settle_keys, with_body
from sureql.semantics.ddl_draft import Draft, Waiting, column_position
from sureql.semantics.ddl_reader import Name, Place, Reader, UnreadableError, words
from sureql.semantics.ddl_table import Body, read_column, read_element
from sureql.semantics.ddl_types import read_type
from sureql.text.span import Span

_CONSTRAINT_STARTS = words(
    """
    CONSTRAINT PRIMARY UNIQUE FOREIGN CHECK EXCLUDE
    """
)
_INDEX_STARTS = words(
    """
    INDEX KEY FULLTEXT SPATIAL
    """
)


def alter_table(draft: Draft, reader: Reader) -> None:
    """ALTER TABLE (VIEW, MATERIALIZED VIEW, FOREIGN TABLE) name action, …, after its kind."""
    if_exists = reader.accept("IF", "EXISTS")
    reader.accept("ONLY")
    if reader.accept("ALL", "IN", "TABLESPACE"):
        return
    name = reader.name("a table name")
    reader.accept("*")
    start = reader.position
    if draft.find(name) is not None:
        _actions(draft, reader, name)
        return

    # Another file may define the table; the tokens are read again when it has.
    message = f"`{name.last}` is altered here, but no schema file defines it."

    def later() -> None:
        if draft.find(name) is None:
            draft.waiting.append(Waiting(later, reader.place, message, name.whole, name.schema))
            return
        reader.position = start
        guarded(draft, reader.place, lambda: _actions(draft, reader, name))

    if not if_exists and not draft.own_path:
        later()


def guarded(draft: Draft, place: Place, action: Callable[[], None]) -> bool:
    """Run `action`; if the statement turns out unreadable, report it and return False."""
    try:
        action()
    except UnreadableError as problem:
        draft.report(place, problem.message, problem.span)
        return False
    return True


def _actions(draft: Draft, reader: Reader, name: Name) -> None:
    """The comma list of actions on the relation `name`."""
    while not reader.done:
        relation = draft.find(name)
        if relation is None:
            return
        try:
            name = _action(draft, reader, relation) or name
        except UnreadableError as problem:
            draft.put(replace(relation, closed=False))
            draft.report(reader.place, problem.message, problem.span)
        reader.skip_to(frozenset({","}))
        if not reader.accept(","):
            return


def _action(draft: Draft, reader: Reader, relation: catalog.Relation) -> Name | None:
    """One action. Returns the relation's new name if it gets one."""
    if reader.accept("ADD"):
        _add(draft, reader, relation)
    elif reader.accept("DROP"):
        _drop(draft, reader, relation)
    elif reader.accept_one(("ALTER", "MODIFY", "CHANGE")):
        reader.position -= 1
        _alter_column(draft, reader, relation)
    elif reader.accept("RENAME"):
        return _rename(draft, reader, relation)
    elif reader.accept("SET", "SCHEMA"):
        schema, span = reader.name_part("a schema name")
        move(draft, relation, schema, relation.name)
        return Name((schema, relation.name), span, span)
    elif reader.accept("INHERIT"):
        draft.put(inherit(draft, reader, relation, reader.name("a table name")))
    elif reader.accept("ATTACH", "PARTITION"):
        reader.name("a table name")
    elif reader.accept("SWITCH") or reader.accept("TRANSFER"):
        draft.put(replace(relation, closed=False))
    return None


def _add(draft: Draft, reader: Reader, relation: catalog.Relation) -> None:
    body = Body()
    if reader.upper() in _CONSTRAINT_STARTS:
        read_element(draft, reader, body, relation.schema, relation.name)
        required = {column for key in body.keys if key.primary for column in key.columns}
        columns = tuple(
            replace(column, nullable=False) if column.name in required else column
            for column in relation.columns
        )
        relation = replace(relation, columns=columns)
    elif reader.upper() in _INDEX_STARTS and not reader.strict:
        read_element(draft, reader, body, relation.schema, relation.name)
    elif reader.accept("PARTITION") or reader.accept("PERIOD"):
        return
    else:
        column_word = reader.accept("COLUMN")
        if reader.accept("IF", "NOT", "EXISTS"):
            pass
        several = column_word and not reader.strict and reader.upper() == "("
        if several or reader.upper() == "(":
            reader.position += 1
        _columns(
            draft, reader, body, relation, several or reader.dialect.name in ("oracle", "tsql")
        )
    put_with(draft, relation, body)


def _columns(
    draft: Draft, reader: Reader, body: Body, relation: catalog.Relation, several: bool
) -> None:
    """One column, or a list in parentheses. Columns that exist already are left out."""
    while True:
        read_column(draft, reader, body, relation.schema, relation.name)
        more = reader.upper() == "," and several and reader.upper(1) not in ("ADD", "DROP", "ALTER")
        if not more:
            break
        reader.position += 1
    known = {draft.key(column.name) for column in relation.columns}
    new = [column for column in body.columns if draft.key(column.name) not in known]
    if len(new) < len(body.columns):
        body.keys.clear()
        body.foreign_keys.clear()
    body.columns = new


def put_with(draft: Draft, relation: catalog.Relation, body: Body) -> None:
    """Put `relation` with what `body` adds to it, without adding a named constraint twice."""
    names = {key.name for key in relation.keys} | {key.name for key in relation.foreign_keys}
    body.keys = [key for key in body.keys if not key.name or key.name not in names]
    body.foreign_keys = [key for key in body.foreign_keys if not key.name or key.name not in names]
    relation = with_body(relation, body)
    draft.put(relation)
    settle_keys(draft, relation)


def _drop(draft: Draft, reader: Reader, relation: catalog.Relation) -> None:
    if reader.accept("CONSTRAINT"):
        reader.accept("IF", "EXISTS")
        name, _ = reader.name_part("a constraint name")
        _drop_constraint(draft, relation, name)
        return
    if reader.accept("PRIMARY", "KEY"):
        draft.put(replace(relation, keys=tuple(k for k in relation.keys if not k.primary)))
        return
    if reader.accept("FOREIGN", "KEY"):
        name, _ = reader.name_part("a constraint name")
        _drop_constraint(draft, relation, name)
        return
    if not reader.strict and reader.accept_one(("INDEX", "KEY", "PARTITION", "PERIOD")):
        return
    reader.accept("COLUMN")
    reader.accept("IF", "EXISTS")
    grouped = reader.accept("(")
    while True:
        name, _ = reader.name_part("a column name")
        relation = without_column(draft, relation, name)
        if not (grouped and reader.accept(",")):
            break


def _drop_constraint(draft: Draft, relation: catalog.Relation, name: str) -> None:
    """Drop a constraint by its own name or by the name PostgreSQL gives one without."""
    table = relation.name
    draft.put(
        replace(
            relation,
            keys=tuple(
                key
                for key in relation.keys
                if name
                != (
                    key.name
                    or (f"{table}_pkey" if key.primary else "_".join((table, *key.columns, "key")))
                )
            ),
            foreign_keys=tuple(
                key
                for key in relation.foreign_keys
                if name != (key.name or "_".join((table, *key.columns, "fkey")))
            ),
        )
    )


def without_column(draft: Draft, relation: catalog.Relation, name: str) -> catalog.Relation:
    """Take a column away, with the keys and indexes that hold it."""
    key = draft.key(name)
    if column_position(relation.columns, draft.key, name) < 0:
        return relation

    def holds(columns: tuple[str, ...]) -> bool:
        return any(draft.key(column) == key for column in columns)

    draft.unstable.add((relation.schema, relation.name))
    for other in list(draft.referencing(relation.schema, relation.name)):
        kept = tuple(
            foreign
            for foreign in other.foreign_keys
            if foreign.target != (relation.schema, relation.name)
            or not holds(foreign.target_columns)
        )
        if kept != other.foreign_keys and other.name != relation.name:
            draft.put(replace(other, foreign_keys=kept))
    relation = replace(
        relation,
        columns=tuple(column for column in relation.columns if draft.key(column.name) != key),
        keys=tuple(found for found in relation.keys if not holds(found.columns)),
        foreign_keys=tuple(found for found in relation.foreign_keys if not holds(found.columns)),
        indexes=tuple(found for found in relation.indexes if not holds(found.columns)),
    )
    draft.put(relation)
    return relation


def _alter_column(draft: Draft, reader: Reader, relation: catalog.Relation) -> None:
    """ALTER [COLUMN] c …, MySQL's MODIFY and CHANGE, Oracle's MODIFY."""
    word = reader.next().upper
    if word == "ALTER" and reader.accept_one(("CONSTRAINT", "INDEX")):
        return
    reader.accept("COLUMN")
    position = reader.position
    name, _ = reader.name_part("a column name")
    at = column_position(relation.columns, draft.key, name)
    redefined = word != "ALTER" or (
        reader.dialect.name == "tsql" and reader.upper() not in ("ADD", "DROP")
    )
    if redefined:
        body = Body()
        if word != "CHANGE":
            reader.position = position
        read_column(draft, reader, body, relation.schema, relation.name)
        if at >= 0:
            relation = renamed_column(draft, relation, name, body.columns[0].name)
            columns = list(relation.columns)
            columns[at] = body.columns[0]
            draft.put(replace(relation, columns=tuple(columns)))
        return
    if at < 0:
        return
    column = relation.columns[at]
    if reader.accept("SET", "NOT", "NULL"):
        column = replace(column, nullable=False)
    elif reader.accept("DROP", "NOT", "NULL"):
        column = replace(column, nullable=True)
    elif reader.accept("SET", "DEFAULT"):
        start = reader.position
        reader.skip_to(frozenset({","}))
        column = replace(column, default=reader.text_of(Span(start, reader.position)))
    elif reader.accept("DROP", "DEFAULT") or reader.accept("DROP", "IDENTITY"):
        column = replace(column, default=None)
    elif reader.accept("DROP", "EXPRESSION"):
        column = replace(column, default=None, generated=False)
    elif reader.accept("ADD", "GENERATED") or reader.accept("SET", "GENERATED"):
        kind = "identity always" if reader.at("ALWAYS") else "identity"
        column = replace(column, default=kind, nullable=False)
    elif reader.accept("SET", "DATA", "TYPE") or reader.accept("TYPE"):
        column = replace(column, type=read_type(reader))
    columns = list(relation.columns)
    columns[at] = column
    draft.put(replace(relation, columns=tuple(columns)))


def _rename(draft: Draft, reader: Reader, relation: catalog.Relation) -> Name | None:
    if reader.accept("CONSTRAINT") or (not reader.strict and reader.accept_one(("INDEX", "KEY"))):
        old, _ = reader.name_part("a constraint name")
        reader.accept("TO")
        new, _ = reader.name_part("a constraint name")
        draft.put(
            replace(
                relation,
                keys=tuple(replace(k, name=new) if k.name == old else k for k in relation.keys),
                foreign_keys=tuple(
                    replace(k, name=new) if k.name == old else k for k in relation.foreign_keys
                ),
            )
        )
        return None
    if reader.accept_one(("TO", "AS")):
        name = reader.name("a table name")
        move(draft, relation, name.schema or relation.schema, name.last)
        return Name((name.schema or relation.schema, name.last), name.span, name.whole)
    reader.accept("COLUMN")
    old, _ = reader.name_part("a column name")
    if not reader.accept("TO"):
        raise reader.unexpected("`TO`")
    new, span = reader.name_part("a column name")
    at = column_position(relation.columns, draft.key, old)
    if at < 0:
        return None
    relation = renamed_column(draft, relation, old, new)
    columns = list(relation.columns)
    columns[at] = replace(columns[at], location=reader.location(span, span))
    draft.put(replace(relation, columns=tuple(columns)))
    return None


def renamed_column(
    draft: Draft, relation: catalog.Relation, old: str, new: str
) -> catalog.Relation:
    """Rename a column here, in this relation's keys and in the foreign keys that refer to it."""
    key = draft.key(old)
    if old == new:
        return relation
    target = (relation.schema, relation.name)
    draft.unstable.add(target)

    def names(columns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(new if draft.key(column) == key else column for column in columns)

    for other in list(draft.referencing(*target)):
        foreign_keys = tuple(
            replace(f, target_columns=names(f.target_columns)) if f.target == target else f
            for f in other.foreign_keys
        )
        draft.put(replace(other, foreign_keys=foreign_keys))
    schema = draft.schema(relation.schema)
    relation = (schema.relations.get(draft.key(relation.name)) if schema else None) or relation
    relation = replace(
        relation,
        columns=tuple(
            replace(column, name=new) if draft.key(column.name) == key else column
            for column in relation.columns
        ),
        keys=tuple(replace(found, columns=names(found.columns)) for found in relation.keys),
        foreign_keys=tuple(
            replace(found, columns=names(found.columns)) for found in relation.foreign_keys
        ),
        indexes=tuple(replace(found, columns=names(found.columns)) for found in relation.indexes),
    )
    draft.put(relation)
    return relation


def move(draft: Draft, relation: catalog.Relation, schema: str, name: str) -> None:
    """Give a relation another name or schema; foreign keys and views follow."""
    old = (relation.schema, relation.name)
    draft.unstable.add(old)
    referring = list(draft.referencing(*old))
    hidden_in = draft.schema(relation.schema)
    hidden = bool(hidden_in and draft.key(relation.name) in hidden_in.hidden)
    draft.drop(relation)
    draft.put(replace(relation, schema=schema, name=name), hidden=hidden)
    for other in referring:
        if (other.schema, other.name) == old:
            other = replace(other, schema=schema, name=name)
        foreign_keys = tuple(
            replace(foreign, target=(schema, name)) if foreign.target == old else foreign
            for foreign in other.foreign_keys
        )
        draft.put(replace(other, foreign_keys=foreign_keys))


def rename_schema(draft: Draft, old: str, new: str) -> None:
    """ALTER SCHEMA old RENAME TO new."""
    schema = draft.schema(old)
    if schema is None:
        return
    for relation in list(schema.relations.values()):
        move(draft, relation, new, relation.name)
    target = draft.make_schema(new)
    target.closed = schema.closed
    for key, enum in schema.enums.items():
        target.enums.put(key, replace(enum, schema=new))
    for key, kind in schema.types.items():
        target.types.put(key, replace(kind, schema=new))
    for key, functions in schema.functions.items():
        target.functions.put(key, tuple(replace(found, schema=new) for found in functions))
    draft.drop_schema(old)
