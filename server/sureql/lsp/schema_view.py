"""`sureql.schema`: what is known of the database, as a tree that a client shows in parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcInvalidParams

from sureql.lsp import inserting, uris

if TYPE_CHECKING:
    from sureql.catalog.model import Catalog, LoadProblem, Location
    from sureql.ide.schema_tree import ColumnEntry, Page, RelationEntry
    from sureql.lsp.schemas import Scope
    from sureql.lsp.session import Session
    from sureql.syntax.dialects import Dialect

WANTS = "sureql.schema takes {uri?, schema?, relation?, search?, from?}, or {uri, insert, range}."
NOTHING = (
    "No schema was found here. Name one in the setting `sureql.schema`: a file of CREATE TABLE "
    "statements, a database file or an address. Files such as schema.sql, migrations and database "
    "files in the folder are found without it."
)
MOST_SOURCES = 200
MOST_PROBLEMS = 200


async def schema(session: Session, arguments: Sequence[Any]) -> dict[str, Any]:
    """The sources and schemas; with `schema` its tables and views, with `relation` the columns of
    one; with `search` what is called like that; with `insert` the edits that write a name."""
    given = _given(arguments)
    if (name := given.get("insert")) is not None:
        between = inserting.range_of(given.get("range"))
        if between is None:
            raise JsonRpcInvalidParams(WANTS)
        return await inserting.edits(session, given.get("uri") or "", between, name)
    await session.ready.wait()
    scope = _scope(session, given.get("uri"))
    if scope is None:
        return {"version": "", "loading": False, "sources": [], "schemas": [], "message": NOTHING}
    known, dialect = _known(scope)
    search, name, relation = (given.get(one) or "" for one in ("search", "schema", "relation"))
    if not search.strip() and not name:
        return _top(scope, known, dialect)
    if relation:
        from sureql.ide import schema_tree

        columns = schema_tree.columns(known, dialect, name, relation)
        return {"version": known.version, "columns": [_column(one) for one in columns]}
    from sureql.workers import requests

    file = scope.loaded.file if scope.loaded is not None else ""
    request = requests.ListSchema(file, dialect.name, name, search, given.get("from") or 0)
    page: Page = await session.worker.call("list_schema", request, priority=0)
    relations = [_relation(one) for one in page.relations]
    return {"version": known.version, "relations": relations, "next": page.next}


def _given(arguments: Sequence[Any]) -> Mapping[str, Any]:
    given = arguments[0] if arguments else {}
    if len(arguments) > 1 or not isinstance(given, Mapping):
        raise JsonRpcInvalidParams(WANTS)
    for name in ("uri", "schema", "relation", "search", "insert"):
        if given.get(name) is not None and not isinstance(given[name], str):
            raise JsonRpcInvalidParams(WANTS)
    start = given.get("from")
    if start is not None and (not isinstance(start, int) or start < 0):
        raise JsonRpcInvalidParams(WANTS)
    return given


def _scope(session: Session, uri: Any) -> Scope | None:
    """The schema of a document, or of the one that was looked at last; None before there was one."""
    document = session.documents.get(str(uri)) or next(reversed(session.documents.values()), None)
    if document is None:
        return session.schemas.latest
    session.schemas.ensure(document)
    return session.schemas.scope(document)


def _known(scope: Scope) -> tuple[Catalog, Dialect]:
    from sureql import app
    from sureql.syntax import dialects

    known = scope.schema if scope.schema is not None else app.no_catalog(scope.request.dialect)
    return known, dialects.get(known.dialect)


def _top(scope: Scope, known: Catalog, dialect: Dialect) -> dict[str, Any]:
    from sureql.ide import schema_tree

    schemas = schema_tree.schemas(known)
    # Once there is a schema it serves until the next one is there, whatever goes on behind it.
    loading = scope.task is not None and scope.loaded is None
    return {
        "version": known.version,
        "dialect": dialect.name,
        "loading": loading,
        "sources": _sources(scope, known),
        "schemas": [
            {"name": one.name, "relations": one.relations, "default": one.default}
            for one in schemas
        ],
        "message": "" if schemas or loading else NOTHING,
    }


def _sources(scope: Scope, known: Catalog) -> list[dict[str, Any]]:
    """Each source with what could not be read of it. Problems of none in particular come first."""
    problems = list(scope.loaded.problems if scope.loaded is not None else ())[:MOST_PROBLEMS]
    found = [
        _source(scope, name, [one for one in problems if one.path == name])
        for name in known.sources[:MOST_SOURCES]
    ]
    listed = set(known.sources)
    for name in dict.fromkeys(one.path for one in problems if one.path not in listed):
        found.append(_source(scope, name, [one for one in problems if one.path == name]))
    if scope.failed:
        # The old schema serves on, if there is one.
        told = {"message": scope.failed, "location": None}
        found.insert(0, {"name": "schema", "status": "error", "uri": "", "problems": [told]})
    return found


def _source(scope: Scope, name: str, problems: Sequence[LoadProblem]) -> dict[str, Any]:
    path, root = PurePath(name), scope.request.root
    below = bool(root) and path.is_relative_to(root)
    is_file = path.is_absolute()
    return {
        "name": path.relative_to(root).as_posix() if below else name or "schema",
        "status": "warning" if problems else "ok",
        "uri": uris.from_path(name) if is_file else "",
        "problems": [
            {"message": one.message, "location": _line(one.path, one.line) if is_file else None}
            for one in problems
        ],
    }


def _relation(one: RelationEntry) -> dict[str, Any]:
    return {
        "schema": one.schema,
        "name": one.name,
        "kind": one.kind,
        "insert": one.insert,
        "columns": one.columns,
        "complete": one.complete,
        "comment": one.comment,
        "rows": one.rows,
        "location": _location(one.location),
        "found": [_column(column) for column in one.found],
    }


def _column(one: ColumnEntry) -> dict[str, Any]:
    return {
        "name": one.name,
        "insert": one.insert,
        "type": one.type,
        "nullable": one.nullable,
        "key": one.key,
        "references": one.references,
        "default": one.default,
        "comment": one.comment,
        "location": _location(one.location),
    }


def _location(place: Location | None) -> dict[str, Any] | None:
    return _line(place.path, place.line) if place is not None else None


def _line(path: str, line: int) -> dict[str, Any]:
    """A line: no file is read to find the column."""
    return {"uri": uris.from_path(path), "line": line}
