"""What a dbt project's files say of one relation, put together: query, descriptions, the warehouse."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace

from sureql.catalog import model as catalog
from sureql.semantics.model import Field
from sureql.sources.dbt import described


def column(
    found: Field, told: described.Column | None, inherited: str, text: str, path: str
) -> catalog.Column:
    """A column of the query in `text` at `path`, as it is described; `inherited` is the comment of the
    column that it is."""
    where = None
    if told is not None and told.location is not None:
        where = told.location
    elif found.span is not None:
        where = catalog.Location(
            path, found.span, found.span, text.count("\n", 0, found.span.start)
        )
    comment = (told.comment if told else "") or _untested(inherited)
    if told is not None and told.tested:
        words = ", ".join(name.replace("_", " ") for name in told.tested)
        comment = f"{comment} Tested by dbt: {words}.".strip()
    type_ = (told.type.upper() if told else "") or found.type
    return catalog.Column(found.name, type_, comment=comment, location=where)


def _untested(comment: str) -> str:
    """A comment without what was tested of the column that it was written for."""
    return comment.partition("Tested by dbt:")[0].strip()


def checks(columns: Iterable[described.Column]) -> Iterator[str]:
    """Accepted values as conditions."""
    for one in columns:
        if one.values:
            values = ", ".join("'" + value.replace("'", "''") + "'" for value in one.values)
            yield f"{one.name} IN ({values})"


def foreign_keys(columns: Iterable[described.Column]) -> Iterator[catalog.ForeignKey]:
    """Tested relationships as foreign keys."""
    for one in columns:
        if one.refers is not None:
            parts, column = one.refers
            target = (parts[0], parts[1]) if len(parts) > 1 else ("", parts[0])
            yield catalog.ForeignKey((one.name,), target, (column,))


def with_artifact(
    relation: catalog.Relation, columns: tuple[tuple[str, str], ...]
) -> catalog.Relation:
    """The relation with what the warehouse said of it: the types, and columns not known before."""
    if not columns:
        return relation
    types = {name.lower(): type_.upper() for name, type_ in columns}
    known = {one.name.lower() for one in relation.columns}
    own = tuple(
        replace(one, type=one.type or types.get(one.name.lower(), "")) for one in relation.columns
    )
    more = tuple(
        catalog.Column(name, type_.upper()) for name, type_ in columns if name.lower() not in known
    )
    return replace(relation, columns=own if relation.closed else own + more)


def digest(relation: catalog.Relation) -> bytes:
    """What tells a relation's columns from those that it had before."""
    shape = repr([(one.name, one.type, one.comment) for one in relation.columns])
    shape += str(relation.closed)
    return hashlib.blake2b(shape.encode(), digest_size=16).digest()


def copies(
    told: Iterable[described.Described], files: set[str]
) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Names that no file has, with the relations whose columns they stand for: versions of models, and
    snapshots that are only described. `files` are the names that have one, in lower case."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for one in told:
        named = [(f"{one.name}_v{version}", file) for version, file in one.versions]
        if named:
            named.append((one.name, named[-1][0]))
        for name, file in named:
            if name.lower() not in files:
                found[name.lower()] = name, (file,)
        if one.copies and one.name.lower() not in files:
            found[one.name.lower()] = one.name, one.copies
    return found


def written(told: Iterable[described.Described]) -> dict[str, str]:
    """How models with versions are written in a query, by the names of their files in lower case."""
    found: dict[str, str] = {}
    for one in told:
        for version, file in one.versions:
            number = version if version.isdecimal() else f"'{version}'"
            text = f"{{{{ ref('{one.name}', v={number}) }}}}"
            found[file.lower()] = found[f"{one.name}_v{version}".lower()] = text
    return found
