"""Levels for DDL and other fixed-phrase statements, matched against the grammars of `ddl`.

Several readings are followed at once; a word of the grammar beats a name, and a token that fits no
reading is skipped. Queries and expressions inside are handed to the scan.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sureql.syntax import ddl, scan
from sureql.syntax.automaton import Automaton
from sureql.syntax.context import Clause, Expect, NamePath
from sureql.syntax.layout import STRING, Layout
from sureql.syntax.scan import Level
from sureql.syntax.spots import Spot
from sureql.syntax.vocabulary import words
from sureql.syntax.walk import Arm, Draft, Opening, Walk

_QUERIES = words("SELECT WITH VALUES TABLE FROM (")
_STATEMENTS = _QUERIES | words("INSERT UPDATE DELETE MERGE REPLACE")
_QUERY_PHRASES = ("SELECT", "WITH", "VALUES")
_STATEMENT_PHRASES = ("SELECT", "WITH", "INSERT INTO", "UPDATE", "DELETE FROM", "VALUES")
_RUNS = ("<expr>", "<expr column>", "<any>")
_OPENERS = ("(", "[", "{")
_TYPE_WORDS = words("VARYING PRECISION WITH WITHOUT TIME ZONE UNSIGNED LOCAL")
# Words of MySQL's grammar that are ordinary column names elsewhere.
_SOFT = words("KEY INDEX")
_TYPE_ENDINGS = {
    "TIMESTAMP": ("WITH TIME ZONE", "WITHOUT TIME ZONE"),
    "TIME": ("WITH TIME ZONE", "WITHOUT TIME ZONE"),
    "DOUBLE": ("PRECISION",),
    "CHARACTER": ("VARYING",),
}
_CONSTRAINTS = words("PRIMARY FOREIGN UNIQUE CHECK CONSTRAINT EXCLUDE LIKE KEY INDEX")
_EXPECT = (
    ("<column>", Expect.COLUMN),
    ("<expr column>", Expect.COLUMN),
    ("<foreign>", Expect.COLUMN),
    ("<later>", Expect.COLUMN),
    ("<expr>", Expect.EXPRESSION),
    ("<table>", Expect.RELATION),
    ("<relation>", Expect.RELATION),
    ("<reference>", Expect.RELATION),
    ("<member>", Expect.RELATION),
    ("<type>", Expect.TYPE),
    ("<new>", Expect.NEW_NAME),
    ("<new table>", Expect.NEW_NAME),
    ("<new index>", Expect.NEW_NAME),
)

Reading = tuple[int, int]  # A state, and where the expression began that may end there (or -1).


@dataclass(slots=True)
class _Match:
    """The readings at the cursor, and what was captured on the way."""

    layout: Layout
    automaton: Automaton
    first: int
    last: int
    stop: int
    readings: dict[Reading, None] = field(default_factory=dict)
    names: dict[str, NamePath] = field(default_factory=dict)
    inside: tuple[str, int] | None = None  # The kind and start of what the cursor is inside of.
    handed: int = -1  # Where a query begins that holds the cursor.


def levels(layout: Layout, first: int, last: int, stop: int) -> list[Level] | None:
    """The levels down to the cursor, None if the statement is a query or DML."""
    if first >= stop:
        return None
    grammar = ddl.grammar(layout.shape[first])
    if grammar is None:
        return None
    match = _Match(layout, grammar, first, last, stop)
    _follow(match)
    if match.handed >= 0:
        return scan.levels(layout, match.handed, last, stop)
    return _levels(match)


def _follow(match: _Match) -> None:
    pending: dict[int, dict[Reading, None]] = {match.first: {(0, -1): None}}
    active: dict[Reading, None] = {}
    for index in range(match.first, match.stop):
        if index in pending:
            active = pending.pop(index)
        elif pending:
            continue
        _step(match, active, index, pending)
        if match.handed >= 0:
            return
        if not pending:
            pending[index + 1] = active  # Nothing fits: go on as if the token weren't there.
    match.readings = pending.get(match.stop) or {}
    if not match.readings:
        match.readings = next(iter(pending.values()), active)


def _step(
    match: _Match, active: dict[Reading, None], index: int, pending: dict[int, dict[Reading, None]]
) -> None:
    """Follow every reading over the token at `index`."""
    automaton, sign = match.automaton, match.layout.shape[index]
    edges = [
        edge
        for state, _ in active
        for reached in automaton.closure(state)
        for edge in automaton.states[reached].edges
    ]
    literal = [(target, -1) for label, target in edges if label == sign]
    if literal and not (sign in _SOFT and any(label == "<new>" for label, _ in edges)):
        pending.setdefault(index + 1, {}).update(dict.fromkeys(literal))
        return
    for state, began in active:
        if began >= 0:  # The expression goes on.
            _run(match, "<expr>", (state, began), index, pending)
    for label, target in edges:
        if label in ("<query>", "<statement>"):
            if sign in (_QUERIES if label == "<query>" else _STATEMENTS):
                match.handed = index
                return
        elif label in _RUNS:
            began = -1 if label == "<any>" else index
            _run(match, label, (target, began), index, pending)
            if label == "<any>":
                for state, _ in active:
                    _run(match, label, (state, -1), index, pending)
        elif label[0] == "<":
            after = _read(match, label, index)
            if after > index:
                pending.setdefault(after, {})[(target, -1)] = None


def _run(
    match: _Match,
    label: str,
    reading: Reading,
    index: int,
    pending: dict[int, dict[Reading, None]],
) -> None:
    """An expression or run takes one token, or one balanced group."""
    if match.layout.shape[index] in (")", ","):
        return
    after = index + 1
    if match.layout.shape[index] in _OPENERS:
        after = match.layout.past(index, match.last)
        if match.layout.close(index, match.last) >= match.stop:
            match.inside = (label, max(reading[1], 0))
    pending.setdefault(after, {})[reading] = None


def _read(match: _Match, label: str, index: int) -> int:
    """The index after the name, type or string at `index`; `index` itself if there is none."""
    layout = match.layout
    if label == "<string>":
        return index + (layout.shape[index] == STRING)
    if not layout.nameable(index):
        return index + (label == "<name>" and layout.shape[index] == STRING)
    path, after = layout.path(index, match.last)
    if label == "<type>":
        return _type(match, after)
    kind = label.strip("<>")
    if kind in ("table", "new table"):
        match.names["table"] = path
    elif kind in ("reference", "member"):
        match.names[kind] = path
    return after


def _type(match: _Match, after: int) -> int:
    layout = match.layout
    while after < match.last:
        sign = layout.shape[after]
        if sign in ("(", "["):
            if layout.close(after, match.last) >= match.stop > after:
                match.inside = ("<type>", after)
            after = layout.past(after, match.last)
        elif sign in _TYPE_WORDS:
            after += 1
        else:
            break
    return after


def _levels(match: _Match) -> list[Level]:
    top = _top(match)
    running = [began for _, began in match.readings if began >= 0]
    if match.inside is not None:
        kind, began = match.inside
        if kind in ("<type>", "<any>"):
            top.mark.spot = Spot.SILENT
            top.mark.expect = None
            return [top]
        running = [began]
    starts = running or ([match.stop] if top.mark.expect is Expect.EXPRESSION else [])
    if not starts:
        return [top]
    _, end = _list(match)
    clause = top.mark.clause
    if match.layout.at(starts[0] - 1) == "WHERE":
        clause = Clause.WHERE
    opening = Opening(clause, Spot.OPERAND, use="definition", target=top.mark.target)
    level = scan.level(match.layout, -1, starts[0], max(end, match.stop), match.stop, opening)
    level.mark.words = top.mark.words
    return [top, *scan.descend(match.layout, level)]


def _top(match: _Match) -> Level:
    """The statement's own level."""
    layout, stop = match.layout, match.stop
    clause, expect, kinds, phrases = _expected(match)
    walk = Walk(layout, match.last, stop, scan.STATEMENT, clause, Spot.WORDS)
    walk.arms.append(Arm("dml", match.first))
    walk.words = phrases
    walk.expect = expect
    table = match.names.get("table")
    target = table
    if "<foreign>" in kinds:
        target = match.names.get("reference")
    elif "<later>" in kinds:
        target = _later(match)
    if table is not None:
        defined = _defined(match) if clause in (Clause.COLUMN_DEFINITION, Clause.REFERENCES) else ()
        start, end = table.spans[0].start, table.spans[-1].end
        walk.arm.sources.append(Draft(table, start, end, "target", columns=defined))
    walk.list_start, end = _list(match)
    walk.item = _item(layout, walk.list_start, stop)
    walk.record(stop)
    mark = walk.mark
    assert mark is not None
    mark.list_end = end if walk.list_start < stop else stop
    mark.target = target if expect in (Expect.COLUMN, Expect.EXPRESSION) else None
    if "<member>" in kinds:
        mark.spot = Spot.MEMBER
        mark.expect = None
    return Level(walk, mark, -1, match.first, match.last)


def _expected(match: _Match) -> tuple[Clause, Expect, list[str], tuple[str, ...]]:
    automaton = match.automaton
    kinds: list[str] = []
    phrases: dict[str, None] = {}
    clause = ""
    for state, _ in match.readings:
        for reached in automaton.closure(state):
            for edge in automaton.states[reached].edges:
                clause = clause or automaton.states[reached].clause
                if edge[0].startswith("<"):
                    kinds.append(edge[0])
                elif edge[0][0].isalpha():
                    phrases[automaton.phrase(edge)] = None
        clause = clause or automaton.states[state].clause
    if "<query>" in kinds:
        phrases = dict.fromkeys((*_QUERY_PHRASES, *phrases))
    if "<statement>" in kinds:
        phrases = dict.fromkeys((*_STATEMENT_PHRASES, *phrases))
    last = match.layout.at(match.stop - 1)
    if clause == Clause.COLUMN_DEFINITION.value and "NOT NULL" in phrases:
        phrases = dict.fromkeys((*phrases, *_TYPE_ENDINGS.get(last, ())))
    expect = next((found for kind, found in _EXPECT if kind in kinds), Expect.KEYWORD)
    if expect is Expect.NEW_NAME and "COLUMN" in phrases:
        expect = Expect.KEYWORD
    return Clause(clause or "other"), expect, kinds, tuple(phrases)


def _list(match: _Match) -> tuple[int, int]:
    """The token range of the innermost parenthesis at the cursor."""
    stack: list[int] = []
    for index in range(match.first, match.stop):
        sign = match.layout.shape[index]
        if sign == "(":
            stack.append(index)
        elif sign == ")" and stack:
            stack.pop()
    if not stack:
        return match.stop, match.last
    return stack[-1] + 1, match.layout.close(stack[-1], match.last)


def _item(layout: Layout, first: int, stop: int) -> int:
    count, index = 0, first
    while index < stop:
        count += layout.shape[index] == ","
        index = layout.past(index, stop) if layout.shape[index] == "(" else index + 1
    return count


def _defined(match: _Match) -> tuple[str, ...]:
    """The columns that a CREATE TABLE defines, before and after the cursor."""
    layout = match.layout
    opened = next((i for i in range(match.first, match.last) if layout.shape[i] == "("), -1)
    if opened < 0 or layout.shape[match.first] != "CREATE":
        return ()
    found: list[str] = []
    closing = layout.close(opened, match.last)
    index, fresh = opened + 1, True
    while index < closing:
        if fresh and layout.nameable(index) and layout.shape[index] not in _CONSTRAINTS:
            found.append(layout.dialect.normalize(layout.tokens[index].text))
        fresh = layout.shape[index] == ","
        index = layout.past(index, closing) if layout.shape[index] in _OPENERS else index + 1
    return tuple(found)


def _later(match: _Match) -> NamePath | None:
    """The table after ON, when its columns come first: GRANT SELECT (a) ON t."""
    layout = match.layout
    for index in range(match.stop, match.last - 1):
        if layout.shape[index] == "ON":
            index += 1 + (layout.shape[index + 1] == "TABLE")
            return layout.path(index, match.last)[0] if layout.nameable(index) else None
    return None
