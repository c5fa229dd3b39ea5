"""A place in a statement, and what may be written there."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.history import model as history
from sureql.semantics import model as semantics
from sureql.syntax import cursor, dialects
from sureql.text.span import Span


@dataclass(frozen=True, slots=True)
class Style:
    """How the user writes: read from the statement, then from the document.

    `upper` keywords (None: undecided, then upper). `alias`: 'none', 'initial' (customer c),
    'initials' (customer_order co), 'short', 'name'. `as_keyword`: AS before aliases.
    `qualify`: columns are qualified even when unambiguous. `indent`: one level of indentation.
    `alias` may also be 'numbered' (t1, t2 …), then `alias_stem` is what stands before the number.
    `upper_functions`: built-in functions in upper case. `new_first`: an ON condition names the
    table that is being joined before the ones that stand already. `alias_length`: of 'short' ones.
    """

    upper: bool | None = None
    alias: str = "initials"
    as_keyword: bool = False
    qualify: bool | None = None
    indent: str = "  "
    alias_stem: str = "t"
    upper_functions: bool = False
    new_first: bool = True
    alias_length: int = 4


@dataclass(frozen=True, slots=True)
class Place:
    """One cursor position with all that is known about it. `text` is the masked statement."""

    text: str
    offset: int
    context: cursor.CursorContext
    visible: semantics.Visible
    catalog: catalog.Catalog
    dialect: dialects.Dialect
    style: Style
    history: history.History


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that may be written at a place.

    `insert` replaces `replace`. `match` is the text that what the user typed is compared with.
    `kind`: table, view, cte, column, alias, schema, function, keyword, type, enum, join, condition,
    value, star, all-columns. `score` is higher for likelier; only order within one place counts.
    """

    kind: str
    label: str
    insert: str
    match: str
    replace: Span
    score: float
    detail: str = ""
    documentation: str = ""
    relation: catalog.Relation | None = None
    column: catalog.Column | None = None
    function: catalog.Function | None = None
    qualifier: str = ""
