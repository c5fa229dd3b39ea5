"""The state of the scan over one level of parentheses, and what it leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, field

from sureql.syntax.context import Clause, ClauseSpan, Expect, NamePath, RawCte, RawSource
from sureql.syntax.layout import Layout
from sureql.syntax.spots import Spot
from sureql.syntax.tokens import Token
from sureql.text.span import Span

# The clauses of INSERT, UPDATE and MERGE in which bare columns of the changed table stand.
_CHANGING = (
    Clause.INSERT,
    Clause.INSERT_COLUMNS,
    Clause.VALUES,
    Clause.CONFLICT,
    Clause.SET,
    Clause.RETURNING,
)


@dataclass(slots=True)
class Draft:
    """A source whose alias may still follow."""

    name: NamePath | None
    start: int
    end: int
    role: str
    body: Span | None = None
    alias: str = ""
    alias_span: Span | None = None
    columns: tuple[str, ...] = ()
    function: bool = False
    lateral: bool = False

    def done(self) -> RawSource:
        return RawSource(
            self.name,
            self.alias,
            self.alias_span,
            Span(self.start, self.end),
            self.body,
            self.columns,
            self.role,
            self.function,
            self.lateral,
        )


@dataclass(slots=True)
class Arm:
    """One SELECT of a UNION, or the head or tail of an INSERT: what shares its sources.

    `kind`: 'select', 'dml' (INSERT, UPDATE, DELETE, MERGE with their own clauses), 'tail' (ON
    CONFLICT and RETURNING of an INSERT), 'order' (ORDER BY that ends a UNION).
    `nested` is the parenthesis that holds the whole arm.
    """

    kind: str
    start: int
    clauses: list[tuple[Clause, int, int]] = field(default_factory=list)
    sources: list[Draft] = field(default_factory=list)
    projection: list[Span] = field(default_factory=list)
    nested: int = -1


@dataclass(frozen=True, slots=True)
class Opening:
    """What a parenthesis is for, known from what stands before it.

    `query`: its inside is a query level of its own, which sees of its parent's sources `sees`:
    'all' (a sub-query), 'left' (LATERAL) or 'none' (a CTE or derived table).
    `columns` are the columns that the items of a VALUES row or list go to, in order.
    `use` tells the special calls and specifications apart: extract, cast, over, filter, within …
    """

    clause: Clause
    spot: Spot
    query: bool = False
    sees: str = "all"
    call: NamePath | None = None
    target: NamePath | None = None
    compared: NamePath | None = None
    columns: tuple[NamePath, ...] = ()
    use: str = ""


@dataclass(slots=True)
class Mark:
    """The state at the cursor."""

    index: int
    clause: Clause
    spot: Spot
    arm: int
    keyword: int  # How many clauses of the arm stand before the cursor.
    item: int
    list_start: int
    list_end: int
    compared: NamePath | None
    target: NamePath | None
    truth: bool
    fresh: bool
    called: bool
    between: bool
    case: str
    ctes: int
    joins: int
    words: tuple[str, ...]
    expect: Expect | None
    child: tuple[int, Opening] | None = None


@dataclass(slots=True)
class Walk:
    """One level on its way through its tokens.

    `stop` is the index of the token at the cursor. The fields from `path` on describe the operand
    being read: `path` if it is a lone column, `name` the name that ended before `name_end`,
    `fresh` before the term's first token, `truth` once the condition holds a comparison, `called`
    after a function call, `cases` the open CASEs with what they compare (`subjects`).
    """

    layout: Layout
    end: int
    stop: int
    opening: Opening
    clause: Clause
    spot: Spot
    query: bool = True
    arms: list[Arm] = field(default_factory=list)
    ctes: list[RawCte] = field(default_factory=list)
    recursive: bool = False
    verb: str = ""  # INSERT, UPDATE, DELETE or MERGE once it was read.
    target: Draft | None = None
    insert_columns: tuple[NamePath, ...] = ()
    role: str = "from"
    lateral: bool = False
    joins: int = 0  # Joins that still lack ON or USING.
    groups: list[int] = field(default_factory=list)
    item: int = 0
    list_start: int = 0
    item_start: int = 0
    words: tuple[str, ...] = ()
    expect: Expect | None = None  # What to expect instead of what the spot does.
    column_target: NamePath | None = None
    pending_name: Token | None = None
    pending_columns: tuple[str, ...] = ()
    path: NamePath | None = None
    name: NamePath | None = None
    name_end: int = -1
    fresh: bool = True
    compared: NamePath | None = None
    between: NamePath | bool | None = None
    truth: bool = False
    called: bool = False
    typed: bool = False  # Inside a type name.
    cases: list[str] = field(default_factory=list)
    subjects: list[NamePath | None] = field(default_factory=list)
    mark: Mark | None = None

    @property
    def arm(self) -> Arm:
        return self.arms[-1]

    def at(self, index: int) -> str:
        """The shape at `index` inside this level."""
        return self.layout.shape[index] if index < self.end else ""

    def new_term(self) -> None:
        """Forget the operand: a comma, AND or clause begins a new one."""
        self.path = None
        self.fresh = True
        self.compared = None
        self.between = None
        self.truth = False
        self.called = False
        self.typed = False

    def begin(self, index: int, clause: Clause, spot: Spot, width: int = 1) -> int:
        """Begin `clause`, whose keywords are the `width` tokens from `index`."""
        self.close_item(index)
        if self.mark is not None and self.mark.list_end < 0:
            self.mark.list_end = index
        self.arm.clauses.append((clause, index, index + width))
        self.clause = clause
        self.spot = spot
        self.item = 0
        self.list_start = self.item_start = index + width
        self.cases.clear()
        self.subjects.clear()
        self.new_term()
        return index + width

    def close_item(self, index: int) -> None:
        """The select item that ends before `index` goes to the projection."""
        if self.clause is Clause.SELECT and self.item_start < index and self.query:
            tokens = self.layout.tokens
            self.arm.projection.append(Span(tokens[self.item_start].start, tokens[index - 1].end))

    def record(self, index: int, child: tuple[int, Opening] | None = None) -> None:
        """Keep the state: the cursor is at `index`, or inside the parenthesis `child`."""
        target = self.column_target
        if self.query and self.clause is not Clause.USING:
            changed = self.clause in _CHANGING and self.target is not None
            target = self.target.name if changed and self.target is not None else None
        self.mark = Mark(
            index=index,
            clause=self.clause,
            spot=self.spot,
            arm=len(self.arms) - 1,
            keyword=len(self.arm.clauses),
            item=self.item,
            list_start=self.list_start,
            list_end=-1,
            compared=self.compared,
            target=target,
            truth=self.truth,
            fresh=self.fresh,
            called=self.called,
            between=self.between is not None,
            case=self.cases[-1] if self.cases else "",
            ctes=len(self.ctes),
            joins=self.joins,
            words=self.words,
            expect=self.expect,
            child=child,
        )

    def say(self, *words: str) -> None:
        """Only these words may come next."""
        self.spot = Spot.WORDS
        self.words = words

    def sources(self, arm: Arm) -> tuple[RawSource, ...]:
        return tuple(draft.done() for draft in arm.sources)

    def clause_spans(self, arm: Arm, end: int) -> tuple[ClauseSpan, ...]:
        """The clauses of `arm`, which ends at the offset `end`."""
        tokens = self.layout.tokens
        found = []
        for position, (clause, first, after) in enumerate(arm.clauses):
            follows = position + 1 < len(arm.clauses)
            stop = tokens[arm.clauses[position + 1][1]].start if follows else end
            start = tokens[first].start
            keyword = Span(start, tokens[after - 1].end if after > first else start)
            found.append(ClauseSpan(clause, keyword, Span(keyword.end, max(keyword.end, stop))))
        return tuple(found)
