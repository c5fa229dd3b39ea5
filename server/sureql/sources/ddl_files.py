"""Texts of DDL and migration files, in order, to a catalog."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from sureql.catalog import model as catalog
from sureql.semantics import ddl
from sureql.semantics.ddl_draft import Draft, default_search_path
from sureql.semantics.ddl_reader import Place
from sureql.syntax import dialects, script

Progress = Callable[[int, int, str], None]

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class SchemaText:
    """One file's text. `path` is absolute; offsets in it become locations."""

    path: str
    text: str


def load(
    texts: Iterable[SchemaText],
    dialect: dialects.Dialect,
    progress: Progress | None = None,
    complete: bool = True,
) -> catalog.Catalog:
    """The catalog that the files' statements make, one after the other.

    `complete` says that together they hold the whole schema. `progress` is told (done, all, path).
    """
    files = tuple(texts)
    base = replace(catalog.empty(dialect.name), closed=complete)
    draft = Draft(base, dialect, complete)
    for number, file in enumerate(files):
        if progress:
            progress(number, len(files), file.path)
        apply_file(draft, file)
    draft.settle()
    report_gaps(draft)
    _finish(draft)
    draft.problems.sort(key=lambda problem: (problem.path, problem.line))
    result = draft.frozen()
    return replace(result, sources=tuple(file.path for file in files))


def apply_file(draft: Draft, file: SchemaText) -> None:
    """Let every statement of a file change the draft. It starts with the default search path."""
    draft.search_path = default_search_path(draft.dialect)
    line_ends = [match.end() for match in _LINE_END.finditer(file.text)]
    for statement in script.of(file.text, draft.dialect).statements:
        if not ddl.may_change(statement.masked, statement.kind):
            continue
        line = bisect_right(line_ends, statement.start)
        place = Place(file.path, statement.start, line, statement.holes)
        ddl.apply_to(draft, statement.masked, place)


def report_gaps(draft: Draft) -> None:
    """Say what the files refer to and do not define: the schema is then known in part only."""
    missing: dict[tuple[str, str], catalog.Relation] = {}
    for relation in draft.relations():
        for foreign in relation.foreign_keys:
            if draft.find_parts(foreign.target) is None:
                missing.setdefault(foreign.target, relation)
    for (schema, name), relation in missing.items():
        message = f"`{relation.name}` refers to `{name}`, which no schema file defines."
        location = relation.location
        draft.problems.append(
            catalog.LoadProblem(
                location.path if location else "",
                message,
                location.name if location else None,
                location.line if location else 0,
            )
        )
        draft.open(schema)
    for waiting in (item for item in draft.waiting if item.message):
        draft.report(waiting.place, waiting.message, waiting.span)
        draft.open(waiting.schema or draft.default_schema)


def _finish(draft: Draft) -> None:
    """Settle the search path and whether the default schema is really all there is."""
    default, *system = default_search_path(draft.dialect)
    if draft.dialect.name != "postgres":
        # ATTACH may add a database at any time.
        draft.closed = False
    named = [name for path in draft.paths_set for name in path]
    first = [] if len({tuple(path) for path in draft.paths_set}) > 1 else named
    draft.search_path = tuple(dict.fromkeys((*first, default, *named, *system)))
    for name in [name for name in draft.schemas if draft.is_temporary(name)]:
        draft.drop_schema(name)  # It was gone when the session that ran the file ended.
    schema = draft.make_schema(default)
    if not schema.relations:
        # Everything stands in other schemas, and a search path that we do not know may be in use,
        # or the tables are made by something else.
        schema.closed = False
