"""Views and tables made from a query: their columns come from the query's output."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from sureql.catalog import model as catalog
from sureql.semantics import model as semantics
from sureql.semantics import output
from sureql.semantics.ddl_draft import Draft, Waiting
from sureql.semantics.ddl_reader import Reader
from sureql.text.span import Span

_QUERY_WORDS = frozenset({"SELECT", "WITH", "VALUES", "TABLE", "FROM", "(", "PIVOT", "DESCRIBE"})
_LARGE = 200_000  # A longer query is left unread: its relation stays open.


def create_view(
    draft: Draft, reader: Reader, kind: str, replaces: bool, temporary: bool = False
) -> None:
    """CREATE VIEW or MATERIALIZED VIEW, after VIEW."""
    # `create_table` has the rule too; here it is small enough to stand by itself.
    if_not_exists = reader.accept("IF", "NOT", "EXISTS")
    name = reader.name("a view name")
    schema = draft.temporary().name if temporary else name.schema or draft.default_schema
    relation = catalog.Relation(schema, name.last, kind, location=reader.location(name.span))
    known = draft.schema(schema)
    old = known.relations.get(draft.key(name.last)) if known else None
    own = old and old.location and draft.own_path and old.location.path == draft.own_path
    if (old and not (replaces or own)) or (old and if_not_exists and not own):
        return
    names: tuple[str, ...] = ()
    if reader.upper() == "(":
        names = _view_columns(reader)
    create_from_query(draft, reader, relation, names)


def _view_columns(reader: Reader) -> tuple[str, ...]:
    """`(a, b COMMENT 'x')`."""
    inside = reader.group()
    after = reader.position
    reader.position = inside.start
    names = []
    for item in reader.items():
        reader.position = item.start
        names.append(reader.name_part("a column name")[0])
        reader.position = item.end
    reader.position = after
    return tuple(names)


def create_from_query(
    draft: Draft, reader: Reader, relation: catalog.Relation, names: Sequence[str]
) -> None:
    """Put `relation` with the columns of the query that follows into the draft.

    If the query reads relations that are not known yet, it is tried again when more is known.
    """
    while not reader.done and not reader.at("AS"):
        if reader.upper() == "(":
            reader.group()
        else:
            reader.position += 1
    reader.accept("AS")
    token = reader.token
    if token is None or reader.upper() not in _QUERY_WORDS:
        columns = tuple(catalog.Column(name) for name in names)
        draft.put(replace(relation, columns=columns, closed=False))
        what = "a column list or a query" if relation.kind.endswith("table") else "a query"
        raise reader.unexpected(what)
    start = token.start
    body = reader.text[start : _end(reader)]
    from_query(draft, reader, relation, names, body, start)


def _end(reader: Reader) -> int:
    """Where the query ends: before WITH [NO] DATA and WITH [LOCAL] CHECK OPTION."""
    tokens = reader.tokens
    words = [token.upper for token in tokens[-4:]]
    for tail in (
        ("NO", "DATA"),
        ("DATA",),
        ("CHECK", "OPTION"),
        ("LOCAL", "CHECK", "OPTION"),
        ("CASCADED", "CHECK", "OPTION"),
        ("READ", "ONLY"),
        ("NO", "SCHEMA", "BINDING"),
    ):
        if words[-len(tail) - 1 :] == ["WITH", *tail]:
            return tokens[-len(tail) - 1].start
    return len(reader.text)


def from_query(
    draft: Draft,
    reader: Reader,
    relation: catalog.Relation,
    names: Sequence[str],
    body: str,
    start: int,
) -> None:
    """As `create_from_query`, for the query `body` that begins at `start` of the statement."""
    is_view = "view" in relation.kind
    tree = _parsed(body, draft)
    if is_view:
        relation = replace(relation, definition=body.strip())
    if tree is None:
        columns = tuple(catalog.Column(name) for name in names)
        draft.put(replace(relation, columns=columns, closed=bool(columns)))
        if not columns:
            message = f"The query of `{relation.name}` could not be read: its columns are unknown."
            draft.report(reader.place, message, relation_span(reader, relation))
        return
    tables = _tables(tree, draft)
    key = draft.key(relation.name)
    last = relation

    def compute(first: bool = False) -> None:
        nonlocal last
        schema = draft.schema(relation.schema)
        if not first and (schema is None or key not in schema.relations):
            return  # Dropped since.
        fields, closed = output.of(tree, draft.view(), draft.dialect, body)
        found = [draft.find_parts(parts) for parts in tables]
        made = replace(
            relation,
            columns=_columns(reader, fields, names, start, is_view),
            # A query that is still being typed has no columns yet: that says nothing.
            closed=(closed and bool(fields)) or (bool(names) and len(names) >= len(fields) > 0),
            depends=tuple((known.schema, known.name) for known in found if known)
            if is_view
            else (),
        )
        current = schema.relations.get(key) if schema and not first else None
        if current is None:
            draft.put(made)
        elif _names(current) == _names(last):  # Else it was altered since: that counts more.
            kept = replace(made, comment=current.comment)
            if kept != current:
                draft.put(kept)
        last = made
        here = (made.schema, made.name)
        draft.unsettled.discard(here)
        sources = [(known.schema, known.name) if known else None for known in found]
        if any(source is None or source in draft.unsettled for source in sources):
            draft.unsettled.add(here)
            unknown = next((p for p, known in zip(tables, found, strict=True) if not known), ())
            name = ".".join(unknown)
            message = f"`{relation.name}` reads `{name}`, which no schema file defines."
            span = relation_span(reader, relation)
            where = unknown[-2] if len(unknown) > 1 else ""
            waiting = Waiting(compute, reader.place, message if unknown else "", span, where)
            draft.waiting.append(waiting)

    compute(first=True)


def _parsed(body: str, draft: Draft) -> exp.Expr | None:
    """The tree of a query. Not through the cache of `parse`: schema files would flood it."""
    if len(body) > _LARGE:
        return None
    try:
        tree = sqlglot.parse_one(body, read=draft.dialect.sqlglot)
    except (SqlglotError, RecursionError, ValueError, LookupError, AttributeError, TypeError):
        # Not only refusals: sqlglot stumbles over a few texts.
        return None
    return None if isinstance(tree, exp.Command) else tree


def _names(relation: catalog.Relation) -> list[str]:
    return [column.name for column in relation.columns]


def _columns(
    reader: Reader,
    fields: Sequence[semantics.Field],
    names: Sequence[str],
    start: int,
    is_view: bool,
) -> tuple[catalog.Column, ...]:
    columns = []
    for index, found in enumerate(fields):
        name = names[index] if index < len(names) else found.name
        span = found.span.shift(start) if found.span else None
        columns.append(
            catalog.Column(
                name or "?column?",
                found.type,
                found.nullable if is_view else True,
                comment=found.column.comment if found.column else "",
                location=reader.location(span, span) if span else None,
            )
        )
    columns += [catalog.Column(name) for name in names[len(fields) :]]
    return tuple(columns)


def relation_span(reader: Reader, relation: catalog.Relation) -> Span | None:
    """The relation's name as a span of the statement."""
    if relation.location is None:
        return None
    return relation.location.name.shift(-reader.place.start)


def _tables(tree: exp.Expr, draft: Draft) -> tuple[tuple[str, ...], ...]:
    """The names of the relations a query reads, normalised; CTEs and functions left out."""
    ctes = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    names: dict[tuple[str, ...], None] = {}
    for table in tree.find_all(exp.Table):
        parts = tuple(
            _normalized(draft, part) for part in table.parts if isinstance(part, exp.Identifier)
        )
        if parts and not (len(parts) == 1 and parts[0].lower() in ctes):
            names[parts] = None
    return tuple(names)


def _normalized(draft: Draft, identifier: exp.Identifier) -> str:
    name = str(identifier.this)
    return name if identifier.args.get("quoted") else draft.dialect.normalize(name)


def select_into(draft: Draft, reader: Reader) -> None:
    """SELECT … INTO [TEMP] [TABLE] name FROM …: makes a table."""
    reader.skip_to(frozenset({"INTO"}))
    index = reader.position
    if not reader.accept("INTO"):
        return
    temporary = bool(reader.accept_one(("TEMP", "TEMPORARY")))
    reader.accept("UNLOGGED")
    reader.accept("TABLE")
    name = reader.name("a table name")
    temporary = temporary or name.last.startswith("#")
    schema = draft.temporary().name if temporary else name.schema or draft.default_schema
    kind = "temporary table" if temporary else "table"
    relation = catalog.Relation(schema, name.last, kind, location=reader.location(name.span))
    body_start = reader.tokens[index].start
    end = name.whole.end
    body = reader.text[:body_start] + " " * (end - body_start) + reader.text[end:]
    known = draft.schema(schema)
    if known is None or draft.key(name.last) not in known.relations:
        from_query(draft, reader, relation, (), body, 0)
