"""What stands at the cursor: clause, what the grammar expects, half-typed word, paren frames.

A token scan with paren frames: it works on broken text, needs no parser and never raises.
All offsets are relative to the statement's text. The scan reads every level of parentheses that
holds the cursor from end to end, and skips the others.
"""

from __future__ import annotations

from sureql.syntax import ddl, ddl_levels, dialects, frames, parens, phrases, pointer, scan
from sureql.syntax import layout as layouts
from sureql.syntax.context import (
    Call,
    Clause,
    ClauseSpan,
    CursorContext,
    Expect,
    Frame,
    NamePath,
    RawCte,
    RawSource,
)
from sureql.syntax.layout import Layout
from sureql.syntax.pointer import Pointer
from sureql.syntax.scan import Level
from sureql.syntax.spots import EXPECT, Spot
from sureql.syntax.tokens import Kind
from sureql.syntax.vocabulary import words
from sureql.text.span import Span

__all__ = [
    "Call",
    "Clause",
    "ClauseSpan",
    "CursorContext",
    "Expect",
    "Frame",
    "NamePath",
    "RawCte",
    "RawSource",
    "at",
]

_LONGEST = 60_000  # Above this a statement is data; scanning it would hold up the editor.
_SILENT = (Kind.COMMENT, Kind.NUMBER, Kind.PARAMETER, Kind.OPERATOR)
_BROKEN = (Expect.OPERATOR, Expect.AFTER_RELATION, Expect.KEYWORD)
_LISTS = (
    Clause.SELECT,
    Clause.GROUP_BY,
    Clause.ORDER_BY,
    Clause.WINDOW,
    Clause.SET,
    Clause.USING,
    Clause.CONFLICT,
    Clause.RETURNING,
    Clause.INSERT_COLUMNS,
    Clause.INDEX_COLUMNS,
    Clause.REFERENCES,
    Clause.COLUMN_DEFINITION,
    Clause.ALTER,
)
_DEFINING = (Clause.COLUMN_DEFINITION, Clause.REFERENCES, Clause.ALTER)
_TWO_WORDS = words("CREATE ALTER DROP")


def at(text: str, offset: int, dialect: dialects.Dialect) -> CursorContext:
    """The context at `offset` of one statement's `text`; in a huge one nothing is expected."""
    offset = max(0, min(offset, len(text)))
    if len(text) > _LONGEST:
        return CursorContext(offset, Clause.OTHER, Expect.NOTHING, Span(offset, offset))
    here = pointer.at(text, offset, dialect)
    layout = here.layout
    first, last = layouts.segment(layout, offset)
    stop = max(first, min(here.index, last))
    levels = ddl_levels.levels(layout, first, last, stop)
    if levels is None:
        levels = scan.levels(layout, first, last, stop)
    frame = frames.chain(layout, levels, here.word, layouts.span(layout, first, last))
    inner = levels[-1]
    expect = _expect(here, inner)
    depth = _depth(layout, first, stop)
    silent = expect in (Expect.NOTHING, Expect.LITERAL) or here.member
    return CursorContext(
        offset=offset,
        clause=inner.mark.clause,
        expect=expect,
        word=here.word,
        typed=here.typed,
        quote=here.quote,
        unclosed=here.unclosed,
        qualifier=here.qualifier,
        frame=frame,
        call=_call(layout, inner),
        target=here.qualifier if inner.mark.spot is Spot.MEMBER else inner.mark.target,
        compared=_compared(here, inner, expect),
        written=_written(here, inner),
        keywords=() if silent else _keywords(here, inner, expect, depth),
        statement_kind=_kind(layout, first, last),
        depth=depth,
        position=inner.mark.item,
    )


def _expect(here: Pointer, inner: Level) -> Expect:
    if here.kind is Kind.STRING:
        return Expect.LITERAL
    if here.kind in _SILENT:
        return Expect.NOTHING
    expect = EXPECT.get(inner.mark.spot, Expect.KEYWORD)
    if inner.mark.expect is not None:
        expect = inner.mark.expect
    if here.member and inner.mark.spot is Spot.MEMBER:
        return Expect.COLUMN
    if here.member:
        if here.qualifier is None:
            return Expect.NOTHING
        if expect in _BROKEN:  # `a.x b.|`: something between the two is missing.
            return Expect.EXPRESSION
    return expect


def _keywords(here: Pointer, inner: Level, expect: Expect, depth: int) -> tuple[str, ...]:
    """What is legal next, and a statement's first words if a new one may begin here although no
    semicolon stands above."""
    found = phrases.after(inner, here.layout.dialect)
    start = here.word.start
    text = here.layout.text[:start]
    blank = text.endswith("\n") and text.rstrip(" \t\r\n").count("\n") + 1 < text.count("\n")
    if blank and depth == 0 and expect in _BROKEN:
        return tuple(dict.fromkeys((*found, *phrases.STATEMENTS[:8])))
    return found


def _call(layout: Layout, inner: Level) -> Call | None:
    name = inner.walk.opening.call
    if name is None or inner.walk.query:
        return None
    return Call(name, inner.mark.item, layout.tokens[inner.opened].start)


def _compared(here: Pointer, inner: Level, expect: Expect) -> NamePath | None:
    """The column that the operand at the cursor is compared with."""
    mark, layout = inner.mark, here.layout
    if expect is Expect.OPERATOR or mark.compared is not None:
        return mark.compared if expect is not Expect.OPERATOR else None
    # The column may also follow: `| = column`.
    index = here.last + (here.kind is not None)
    if EXPECT.get(mark.spot) is not Expect.EXPRESSION or not mark.fresh:
        return None
    if layout.at(index) not in ("=", "<>", "!=") or not layout.nameable(index + 1):
        return None
    path, after = layout.path(index + 1, inner.last)
    return path if layout.at(after) != "(" else None


def _written(here: Pointer, inner: Level) -> tuple[NamePath, ...]:
    mark = inner.mark
    if mark.clause not in _LISTS or mark.spot is Spot.RELATION or inner.walk.opening.use == "call":
        return ()
    if mark.clause in _DEFINING and mark.expect not in (Expect.COLUMN, Expect.NEW_NAME):
        return ()
    names = parens.listed(inner.walk, mark.list_start, max(mark.list_start, mark.list_end))
    return tuple(path for path in names if not path.span.touches(here.word.end))


def _kind(layout: Layout, first: int, last: int) -> str:
    if first >= last:
        return ""
    word = layout.shape[first]
    following = layout.shape[first + 1] if first + 1 < last else ""
    if word not in _TWO_WORDS:
        return word if word[:1].isalpha() else ""
    for index in range(first + 1, min(last, first + 5)):
        if layout.shape[index] in ddl.OBJECTS:
            return f"{word} {layout.shape[index]}"
    return f"{word} {following}".strip()


def _depth(layout: Layout, first: int, stop: int) -> int:
    depth = 0
    for sign in layout.shape[first:stop]:
        if sign == "(":
            depth += 1
        elif sign == ")":
            depth = max(0, depth - 1)
    return depth
