"""What the token scan knows about the place of the cursor, as values.

All offsets are relative to the statement's text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from sureql.text.span import Span


class Clause(Enum):
    """The clause the cursor is in."""

    START = "start"  # Nothing of the statement stands before the cursor.
    WITH = "with"
    SELECT = "select"
    FROM = "from"
    JOIN = "join"  # Right after JOIN, and its table and alias, until ON or USING.
    ON = "on"
    USING = "using"
    WHERE = "where"
    GROUP_BY = "group by"
    HAVING = "having"
    QUALIFY = "qualify"
    WINDOW = "window"
    ORDER_BY = "order by"
    LIMIT = "limit"
    SET_OPERATION = "set operation"  # After UNION, INTERSECT, EXCEPT.
    INSERT = "insert"  # INSERT INTO <table>
    INSERT_COLUMNS = "insert columns"
    VALUES = "values"
    CONFLICT = "conflict"  # ON CONFLICT (…) DO …
    UPDATE = "update"  # UPDATE <table>
    SET = "set"
    DELETE = "delete"  # DELETE FROM <table>
    MERGE = "merge"
    RETURNING = "returning"
    CREATE = "create"
    INDEX_COLUMNS = "index columns"  # CREATE INDEX i ON t (<here>)
    COLUMN_DEFINITION = "column definition"  # CREATE TABLE t (<here>
    REFERENCES = "references"  # REFERENCES <table> and its column list
    ALTER = "alter"
    DROP = "drop"
    OTHER = "other"


class Expect(Enum):
    """What may stand at the cursor."""

    STATEMENT = "statement"  # A statement's first keyword.
    EXPRESSION = "expression"  # An operand: column, function call, literal, sub-query, CASE …
    OPERATOR = "operator"  # An operand is complete: operator, comma, AS, next clause.
    RELATION = "relation"  # A table, view, CTE or table function.
    AFTER_RELATION = "after relation"  # Alias, JOIN, ON, WHERE, comma …
    COLUMN = "column"  # A bare column of `target`: INSERT list, SET, USING, index, conflict target.
    TYPE = "type"  # A type name: CAST(x AS …, x::…, a column definition.
    NEW_NAME = "new name"  # The user invents a name: stay silent.
    LITERAL = "literal"  # Inside a string literal.
    KEYWORD = "keyword"  # Keywords only.
    NOTHING = "nothing"  # Inside a comment or number.


@dataclass(frozen=True, slots=True)
class NamePath:
    """A possibly qualified name as normalised parts, with the span of each part as written."""

    parts: tuple[str, ...]
    spans: tuple[Span, ...]

    @property
    def span(self) -> Span:
        return Span(self.spans[0].start, self.spans[-1].end)


@dataclass(frozen=True, slots=True)
class RawSource:
    """A FROM/JOIN/INSERT/UPDATE/DELETE item read from tokens.

    `name` for a table (or table function), `body` the inside of the parentheses of a derived table.
    `columns` are the names of an alias column list `t(a, b)`. `lateral` lets it see its left siblings.
    `role`: 'from', 'join', 'using-join' …; only 'from', 'join' and 'target' (DML target) occur.
    """

    name: NamePath | None
    alias: str
    alias_span: Span | None
    span: Span
    body: Span | None = None
    columns: tuple[str, ...] = ()
    role: str = "from"
    function: bool = False
    lateral: bool = False


@dataclass(frozen=True, slots=True)
class RawCte:
    """`name (columns) AS (body)`; `recursive` if WITH RECURSIVE."""

    name: str
    name_span: Span
    body: Span
    columns: tuple[str, ...] = ()
    recursive: bool = False


@dataclass(frozen=True, slots=True)
class ClauseSpan:
    """A clause of a frame: `keyword` spans its keyword(s), `body` what follows up to the next."""

    clause: Clause
    keyword: Span
    body: Span


@dataclass(frozen=True, slots=True)
class Frame:
    """One query level: the statement itself or the inside of a parenthesis that holds a query.

    `span` excludes the parentheses. Sources, clauses and projection are those of the arm of a
    UNION that the cursor is in; `projection` spans the items of its select list. In an ORDER BY
    that ends a UNION there are no sources, and the projection is the first arm's.

    `parent` is the enclosing query level as seen from here: its `ctes` are only those that may be
    used here, and its `sources` are empty if this level can't see them (a CTE, a derived table
    without LATERAL), so whoever needs outer names just walks up.
    """

    span: Span
    clauses: tuple[ClauseSpan, ...] = ()
    sources: tuple[RawSource, ...] = ()
    ctes: tuple[RawCte, ...] = ()
    projection: tuple[Span, ...] = ()
    parent: Frame | None = None

    def clause(self, wanted: Clause) -> ClauseSpan | None:
        return next((span for span in self.clauses if span.clause is wanted), None)


@dataclass(frozen=True, slots=True)
class Call:
    """The function call the cursor is directly inside: `name(`, argument `index` from 0."""

    name: NamePath
    index: int
    open: int  # Offset of the opening parenthesis.


@dataclass(frozen=True, slots=True)
class CursorContext:
    """Everything the token scan knows about one place.

    `word` is the half-typed name or keyword under the cursor, quotes included, up to its right end
    (empty span at the cursor if there is none); `typed` is what of it stands before the cursor,
    without quotes; `quote` is its opening quote ('' if none), `unclosed` if the closing one is missing.
    `qualifier` holds `a.b.` before the word. `target` is the relation whose bare columns are
    expected (INSERT, SET, USING, CREATE INDEX, REFERENCES). `compared` is the column that the
    operand at the cursor is compared with (`status = <here>`, `x IN (<here>`). `written` holds the
    names that already stand in the list at the cursor (INSERT list, GROUP BY, select list, SET …).
    `keywords` are the words and phrases that the grammar allows next, likeliest first.
    """

    offset: int
    clause: Clause
    expect: Expect
    word: Span
    typed: str = ""
    quote: str = ""
    unclosed: bool = False
    qualifier: NamePath | None = None
    frame: Frame = field(default_factory=lambda: Frame(Span(0, 0)))
    call: Call | None = None
    target: NamePath | None = None
    compared: NamePath | None = None
    written: tuple[NamePath, ...] = ()
    keywords: tuple[str, ...] = ()
    statement_kind: str = ""  # First keyword(s), upper case: SELECT, INSERT, CREATE TABLE …
    depth: int = 0  # Open parentheses before the cursor.
    position: int = 0  # Index of the item at the cursor in its list (VALUES row, select list …).
