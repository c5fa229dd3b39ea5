"""The problems that name resolution reports, in plain words, with names to use instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.semantics import similar
from sureql.semantics.model import Field, Problem, Source
from sureql.semantics.scope import Entry, Scope
from sureql.syntax.dialects import Dialect
from sureql.text.span import Span

# The clauses that come before the select list when a query is computed, by sqlglot's names.
_CLAUSES = {"where": "WHERE", "having": "HAVING", "joins": "ON", "expressions": "SELECT"}

# Those in which a name that SELECT gives may stand alone.
_BY_NAME = ("order", "group")


def unknown_column(
    span: Span, name: str, scope: Scope, entry: Entry | None, dialect: Dialect
) -> Problem:
    """A column that no source (or not the source `entry` before it) has."""
    if entry is not None:
        label = _label(entry.source)
        known = [field.name for field in entry.source.fields]
        names = tuple(dialect.write(one) for one in similar.names(name, known))
        return Problem(span, "unknown-column", f"{label} has no column `{name}`.", names)
    candidates, doubled = _candidates(scope)
    names = tuple(
        form
        for one in similar.names(name, candidates)
        for form in _forms(one, scope, one in doubled, dialect)
    )
    return Problem(span, "unknown-column", _missing(name, scope), names[:4])


def unknown_bare(
    node: exp.Column, span: Span, name: str, scope: Scope, dialect: Dialect
) -> Problem:
    """An unknown column without a qualifier, told as what it is if the same SELECT gives its name
    to an item."""
    problem = unknown_column(span, name, scope, None, dialect)
    child: exp.Expr = node
    while child.parent is not None and not isinstance(child.parent, exp.Select):
        child = child.parent
    select, clause = child.parent, _CLAUSES.get(child.arg_key or "")
    if not isinstance(select, exp.Select):
        return problem
    given = [item.alias for item in select.expressions if isinstance(item, exp.Alias)]
    if child.arg_key in _BY_NAME and node.parent in (child, *child.expressions):
        near = [dialect.write(one) for one in similar.names(name, given)]
        others = [one for one in problem.names if one not in near]
        return replace(problem, names=(*near, *others)[:4])
    if clause is None or name.lower() not in (one.lower() for one in given):
        return problem
    if clause == "SELECT":
        message = f"`{name}` is a name that this SELECT gives: its other items can't use it."
    else:
        message = f"{clause} can't use `{name}`: SELECT gives that name only afterwards."
    return replace(problem, message=message)


def elsewhere(
    span: Span, name: str, scope: Scope, entry: Entry, dialect: Dialect
) -> tuple[tuple[Span, str], ...]:
    """The same column of another source at the entry's level."""
    level = next((one for one in scope.levels() if entry in one.entries), scope)
    owners = [
        one.source.name
        for one in level.entries
        if one is not entry and one.source.name and any(f.name == name for f in one.source.fields)
    ]
    return tuple((span, f"{dialect.write(one)}.{dialect.write(name)}") for one in owners[:2])


def _missing(name: str, scope: Scope) -> str:
    entries = [entry for level in scope.levels() for entry in level.entries if entry.source.name]
    if len(entries) == 1:
        return f"{_label(entries[0].source)} has no column `{name}`."
    if not entries and scope.aliases:
        return f"The first query has no output column `{name}`."
    if not entries:
        return f"No column `{name}`: there is no table in FROM."
    labels = list(dict.fromkeys(_label(entry.source) for entry in entries))
    if len(labels) <= 3:
        return (
            f"No column `{name}` in {', '.join(labels[:-1])} or {labels[-1]}."
            if len(labels) > 1
            else f"{labels[0]} has no column `{name}`."
        )
    return f"None of the {len(labels)} tables in FROM has a column `{name}`."


def _label(source: Source) -> str:
    if source.relation is not None:
        return f"`{source.relation.name}`"
    return f"`{source.name}`" if source.name else "The sub-query"


def _candidates(scope: Scope) -> tuple[list[str], set[str]]:
    """Names of every column and select alias in sight, and those that several sources have."""
    names: list[str] = []
    doubled: set[str] = set()
    for level in scope.levels():
        owner: dict[str, Entry] = {}
        for entry in level.entries:
            for field in entry.source.fields:
                first = owner.get(field.name)
                merged = field.name in level.merged or field.name.lower() in level.merged
                if first is not None and first is not entry and not merged:
                    doubled.add(field.name)
                owner[field.name] = entry
        names += owner
    return names, doubled


def _forms(name: str, scope: Scope, doubled: bool, dialect: Dialect) -> Iterable[str]:
    if not doubled:
        yield dialect.write(name)
        return
    for level in scope.levels():
        for entry in level.entries:
            if entry.source.name and any(field.name == name for field in entry.source.fields):
                yield f"{dialect.write(entry.source.name)}.{dialect.write(name)}"


def ambiguous(
    span: Span, name: str, candidates: Sequence[tuple[Entry, Field]], dialect: Dialect
) -> Problem:
    """A name that several sources have."""
    found = {entry.source.name: (entry.source, field) for entry, field in candidates}
    names = tuple(
        f"{dialect.write(source.name)}.{dialect.write(field.name)}"
        for source, field in found.values()
        if source.name
    )
    labels = [f"`{label}`" for label in found if label]
    where = f"{', '.join(labels[:-1])} and {labels[-1]}" if len(labels) > 1 else "several columns"
    related = tuple(
        (place, f"`{source.name}` has `{field.name}`.")
        for source, field in found.values()
        if (place := source.span or source.definition) is not None
    )
    message = f"`{name}` is ambiguous: it is in {where}."
    return Problem(span, "ambiguous-column", message, names, related=related)


def ambiguous_qualifier(span: Span, name: str, source: Source) -> Problem:
    """A column of one of two sources that have the same name."""
    message = f"`{source.name}.{name}` is ambiguous: `{source.name}` is used twice in FROM."
    return Problem(span, "ambiguous-column", message)


def unknown_alias(
    span: Span,
    name: str,
    column: str,
    scope: Scope,
    dialect: Dialect,
    schema: catalog.Catalog,
    beside: str = "",
) -> Problem:
    """A qualifier, before `column`, that no source in FROM has.

    `beside` is the source on the other side of the comparison: seldom compared with itself.
    """
    entries = [entry for level in scope.levels() for entry in level.entries if entry.source.name]
    for entry in entries:
        relation = entry.source.relation
        if relation is not None and schema.key(relation.name) == schema.key(name):
            alias = dialect.write(entry.source.name)
            message = f"`{name}` is called `{entry.source.name}` here."
            return Problem(span, "unknown-alias", message, (alias,))
    known = [entry.source.name for entry in entries]
    owners = [
        entry.source.name
        for entry in entries
        if any(field.name == column for field in entry.source.fields)
    ]
    if len(owners) > 1:
        owners = [owner for owner in owners if owner.lower() != beside.lower()]
    # Of short aliases nearly all are alike: there it counts which source has the column.
    close = similar.names(name, owners or known) if len(name) > 2 or not owners else ()
    names = tuple(dialect.write(one) for one in dict.fromkeys((*close, *owners)))
    return Problem(span, "unknown-alias", f"`{name}` is not in FROM.", names[:4])


def joined_later(span: Span, source: Source) -> Problem:
    """A source in FROM that is not part of the join whose ON names it."""
    message = f"`{source.name}` is not joined yet here."
    related = ((source.definition or source.span, f"`{source.name}` is joined here."),)
    places = tuple((place, note) for place, note in related if place is not None)
    return Problem(span, "unknown-alias", message, related=places)


def string_fallback(span: Span, name: str, scope: Scope, dialect: Dialect) -> Problem:
    """A double-quoted name that SQLite silently reads as a string."""
    candidates, _ = _candidates(scope)
    names = [dialect.write(one) for one in similar.names(name, candidates)]
    literal = "'" + name.replace("'", "''") + "'"
    message = f'No column "{name}": SQLite reads it as the string {literal}.'
    severity = "warning" if names else "hint"
    return Problem(span, "quoted-string", message, (*names, literal), severity=severity)


def unknown_table(
    span: Span, name: str, parts: Sequence[str], known: Iterable[str], dialect: Dialect
) -> Problem:
    """A relation that certainly does not exist."""
    names = tuple(dialect.write(one) for one in similar.names(name, known))
    if len(parts) > 1:
        message = f"No table `{name}` in the schema `{parts[-2]}`."
    else:
        message = f"No table `{name}` in the schema."
    return Problem(span, "unknown-table", message, names)


def unknown_key_column(span: Span, name: str, known: Iterable[str], dialect: Dialect) -> Problem:
    """A key over a column that its CREATE TABLE does not define."""
    names = tuple(dialect.write(one) for one in similar.names(name, known))
    return Problem(span, "unknown-column", f"The table has no column `{name}`.", names)


def duplicate_alias(span: Span, name: str, first: Span | None, where: str = "FROM") -> Problem:
    """Two sources of the same name in one FROM, or two CTEs in one WITH."""
    related = ((first, f"The first `{name}`."),) if first else ()
    message = f"`{name}` is used twice in {where}."
    return Problem(span, "duplicate-alias", message, related=related)
