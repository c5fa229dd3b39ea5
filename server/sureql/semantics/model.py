"""What analysis yields: sources, scopes, references and problems. Offsets are the statement's."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.text.span import Span


@dataclass(frozen=True, slots=True)
class Field:
    """One output column of a source or projection.

    `type` is SQL text ('' if unknown). `origins` are the base columns it derives from
    (schema, relation, column). `span` is where the statement defines it (None for a table's).
    `column` is the catalog column it passes through unchanged, if any. `kind` is the exact type
    that type checks use, see `semantics.kinds`; '' if it is not certain. `named` is where the
    statement gave it its name, which a `*` passes on; None for a table's. `merged` are the fields
    that USING or NATURAL made it of.
    """

    name: str
    type: str = ""
    nullable: bool = True
    origins: tuple[tuple[str, str, str], ...] = ()
    span: Span | None = None
    column: catalog.Column | None = None
    kind: str = ""
    named: Span | None = None
    merged: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Something columns can be taken from: table, view, CTE, derived table, table function.

    `name` is what qualifies its columns (alias or table name). `closed` says that `fields` is the
    complete list. `hidden` are names that may be used but are not offered or expanded by `*`
    (rowid, ctid, xmin; columns merged by USING). `definition` is where the statement defines it
    (alias or CTE name); `relation` is set for catalog relations.
    """

    name: str
    kind: str  # table | view | cte | derived | function | values | unknown
    fields: tuple[Field, ...] = ()
    closed: bool = False
    relation: catalog.Relation | None = None
    aliased: bool = False
    span: Span | None = None
    definition: Span | None = None
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Visible:
    """What can be named at one place: the innermost query level's sources first.

    `sources` of this level, `outer` those of enclosing levels (correlation) nearest first,
    `ctes` in scope, `projection` the select list's output (for ORDER BY, GROUP BY where the dialect
    allows). `exact` is True if it came from a full parse, False from the token scan.
    `merged` are columns merged by USING/NATURAL: they need no qualifier.
    """

    sources: tuple[Source, ...] = ()
    outer: tuple[Source, ...] = ()
    ctes: tuple[Source, ...] = ()
    projection: tuple[Field, ...] = ()
    merged: tuple[str, ...] = ()
    target: Source | None = None  # The table an INSERT/UPDATE/DELETE/MERGE changes.
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """A name in the statement and what it means.

    `kind`: relation, cte, alias, column, function, projection (a select alias used elsewhere).
    `span` is the last part only. `definition` is a span in the statement for local things.
    """

    span: Span
    name: str
    kind: str
    source: Source | None = None
    field: Field | None = None
    relation: catalog.Relation | None = None
    function: catalog.Function | None = None
    definition: Span | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One cause. `code` is the diagnostic's code, `names` did-you-mean texts ready to insert
    (quoted where needed), best first. `related` are other places with a note each.

    `elsewhere` are further texts to put in place of a span other than the problem's.
    `declared` is where the schema defines what the problem speaks of, with a note.
    `severity`: 'error' only if the engine would refuse the statement; else 'warning' or 'hint'.
    """

    span: Span
    code: str
    message: str
    names: tuple[str, ...] = ()
    severity: str = "error"
    related: tuple[tuple[Span, str], ...] = ()
    elsewhere: tuple[tuple[Span, str], ...] = ()
    declared: tuple[catalog.Location, str] | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """One statement, analysed. `parsed` is False if there was no tree to analyse: nothing below is
    then complete. `structure` are problems of what the names are used for: an aggregate in WHERE, a
    column that is not grouped; a text half written has them by nature. `output` is the statement's own result columns ('' names kept)."""

    parsed: bool
    references: tuple[Reference, ...] = ()
    problems: tuple[Problem, ...] = ()
    structure: tuple[Problem, ...] = ()
    output: tuple[Field, ...] = ()
    output_closed: bool = False
    sources: tuple[Source, ...] = ()
