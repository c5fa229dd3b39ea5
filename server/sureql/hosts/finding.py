"""The SQL of a part of a host file: what was found there, and what it takes to be sure."""

from __future__ import annotations

import enum
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from tree_sitter import Node

from sureql.hosts import appending, building, evidence, literals, opening, scan
from sureql.hosts.appending import Growth
from sureql.hosts.evidence import Says
from sureql.hosts.grammars import Grammar
from sureql.hosts.literals import Piece, Said
from sureql.hosts.model import Origin, Region
from sureql.hosts.scan import Scan, Taken
from sureql.hosts.source import Source
from sureql.text.span import Span

Accepts = Callable[[str], bool]
"""Is a bare string SQL? It is if it parses and names a table that is known: the caller can tell."""

_LONGEST = 200_000
_MOST_ERRORS = 50
_ERROR_WINDOW = 4_000
# A statement word near the beginning: what has none is not read at all.
_WORDS = re.compile(
    rb"(?i)select|insert|update|delete|with|values|create|alter|drop|truncate|merge|replace|explain|pragma"
    rb"|set|show|do|begin|start|commit|rollback|savepoint|release|grant|revoke|call|exec|copy|comment|vacuum"
    rb"|analyze|reindex|refresh|lock|attach|detach|listen|notify|describe|declare|fetch|unload|use|sql"
    rb"|discard|reset|prepare|deallocate|close|optimize|rename|if"
)
_NEAR = 400
_HINT = re.compile(
    r"/\*\s*(?:language\s*=\s*)?(?:sql|postgres(?:ql)?|mysql|sqlite)\s*\*/\s*\(?\s*"
    r"|(?://|\#)\s*language\s*=\s*(?:sql|postgres(?:ql)?|mysql|sqlite)\b[^\n]*\n(?P<line>[^\n]*)",
    re.IGNORECASE,
)
_VARIABLE = re.compile(r"[\w$@]+(?:\s*(?:\.|->|::|\?\.)\s*[\w$@]+)*")


class Sure(enum.Enum):
    """How sure it is that a text is SQL: it is taken by what takes only SQL; by what takes other texts
    too; by what has only a name that says so; by nothing known. The others are no takers: more text is
    put behind the variable's, and perhaps more tables; marks in it are replaced."""

    STRONG = "strong"
    WEAK = "weak"
    NAMED = "named"
    BARE = "bare"
    GROWS = "grows"
    JOINS = "joins"
    FORMATS = "formats"


class Find(NamedTuple):
    """Text that is SQL if `certain`, or else if something takes its variable `name`, which is known in
    `scope`, the names of the functions around it.

    `around` is how much of the statement that gives it to the variable stands before and behind the
    region, None if that is no statement of its own. With `more` it is put behind what the variable has,
    and nothing alone. `says` is what the names around it say. `marked` are the regions in which the
    marks of a kind are expressions: the variable may be formatted later. It is a named tuple for the same
    reason as its region.
    """

    region: Region
    certain: bool
    name: str = ""
    scope: tuple[str, ...] = ()
    around: tuple[int, int] | None = None
    more: bool = False
    says: Says = Says.NOTHING
    marked: tuple[tuple[str, Region], ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """A variable whose value is taken as SQL at `host`. A `member` belongs to an object or a module; what
    the `marks` of a kind stand for is put in before."""

    host: Span
    name: str
    member: bool
    scope: tuple[str, ...]
    callee: str
    sure: Sure
    marks: str = ""


def found(
    source: Source, root: Node, grammar: Grammar, accepts: Accepts, start: int, end: int
) -> tuple[list[Find], list[Use]]:
    """The finds and the uses in the bytes from `start` to `end`, each in the order of the text."""
    seen = scan.of(source, root, grammar, start, end)
    finds: list[Find] = []
    uses: list[Use] = []
    for growth in appending.all_of(seen):
        how = Sure.JOINS if growth.joins else Sure.GROWS
        uses.append(Use(growth.variable, growth.name, growth.member, (), "", how))
        if growth.pieces:
            finds.append(_more(seen, growth, accepts))
    for taker in seen.taken.values():
        _take(seen, taker, accepts, finds, uses)
    uses += _formatted(seen)
    finds += _empty(seen)
    bare: list[tuple[Node, list[Said | Piece]]] = []
    hinted = _hinted(seen, start, end)
    for node in seen.tops():
        if (
            node.id in hinted
            or _WORDS.search(
                source.data, node.start_byte, min(node.end_byte, node.start_byte + _NEAR)
            )
            or node.id in seen.bodies
        ):
            parts = seen.parts(node)
            if parts is not None:
                bare.append((node, parts))
    for node, parts in bare:
        find = _bare(seen, node, parts, node.id in hinted, accepts)
        if find is not None:
            finds.append(find)
    for at, stop in seen.errors[:_MOST_ERRORS]:
        finds += _broken(source, grammar, source.offset(at), source.offset(stop), finds)
    paths = _Paths(seen)
    finds = [
        one._replace(scope=paths.at(source.byte(one.region.host.start))) if one.name else one
        for one in finds
    ]
    uses = [replace(one, scope=paths.at(source.byte(one.host.start))) for one in uses]
    finds.sort(key=_find_start)
    uses.sort(key=_use_start)
    return finds, uses


def stands_alone(find: Find, how: Sure) -> bool:
    """Is the text of a variable, behind which more is put, a statement without that?"""
    return how is Sure.GROWS and opening.finished(find.region.text)


def taken(find: Find, use: Use, accepts: Accepts) -> Region | None:
    """The region of a variable's text that `use` takes; None if it isn't SQL all the same."""
    text = find.region.text
    # A word alone is a statement to come where it is typed, not where it is put together.
    if not text or opening.lone(text) or not fits(text, use.sure, accepts):
        return None
    return find.region._replace(origin=Origin.CALL, callee=use.callee)


def fits(text: str, sure: Sure, accepts: Accepts) -> bool:
    """Is `text` SQL, given who takes it?"""
    if sure is Sure.STRONG:
        return not text.strip() or opening.begins(text) or opening.begun(text)
    if not opening.begins(text) or opening.lone(text):
        return False
    if sure is Sure.WEAK:
        return opening.reads(text) or accepts(text)
    if sure is Sure.NAMED:
        return opening.whole(text) and not opening.of_classes(text)
    return opening.reads(text) and accepts(text)


def _take(seen: Scan, one: Taken, accepts: Accepts, finds: list[Find], uses: list[Use]) -> None:
    sure = Sure.NAMED if one.named else Sure.STRONG if one.strong else Sure.WEAK
    if one.node.id in seen.consumed:
        return
    parts = seen.parts(one.node, one.marks)
    if parts is not None:
        origin = Origin.TAG if one.tag else Origin.CALL
        region = building.region(parts, origin, one.callee, parameters=one.tag)
        if len(region.text) <= _LONGEST and fits(region.text, sure, accepts):
            finds.append(Find(region, certain=True))
        else:
            # It may still be SQL that something else takes.
            seen.consumed.discard(one.node.id)
        return
    uses += _use(seen, seen.variable(one.node)[0], one.callee, sure)


def _use(seen: Scan, node: Node, callee: str, sure: Sure, marks: str = "") -> list[Use]:
    """The use of what is at `node` if that is a variable."""
    span = seen.span(node)
    written = span.of(seen.source.text) if len(span) < 200 else ""
    if not _VARIABLE.fullmatch(written):
        return []
    name = scan.last_word(written)
    return [Use(span, name, name != written, (), callee, sure, marks)]


def _formatted(seen: Scan) -> Iterator[Use]:
    """The variables in whose texts marks are replaced: `sql.format(…)`."""
    for group, _, marks in seen.groups.values():
        if marks in (literals.PRINTF, literals.BRACES):
            yield from _use(seen, seen.variable(group)[0], "", Sure.FORMATS, marks)


def _more(seen: Scan, growth: Growth, accepts: Accepts) -> Find:
    """What is put behind a variable's text. It may be a whole statement all the same."""
    region = building.region(growth.pieces, Origin.BARE)
    around = _around(growth.statement, region.host)
    certain = bool(region.literals) and opening.finished(region.text)
    if certain and growth.node is not None:
        certain = sure_alone(region.text, _says(seen, growth.node, region.text), accepts)
    return Find(region, certain, growth.name, (), around, more=True)


def _empty(seen: Scan) -> Iterator[Find]:
    """The variables that begin with a text in which there is nothing."""
    for given in seen.given.values():
        node = given.node
        short = node.end_byte - node.start_byte <= 4 and node.id in seen.literals
        if given.member or not (short or node.id in seen.empty):
            continue
        around = appending.statement(node, seen.grammar)
        if around is not None and not (short and building.text_of(seen.parts(node) or ())):
            end = seen.source.offset(node.end_byte)
            region = Region(Span(end, end), "", (), (), Origin.BARE)
            beside = _around(seen.span(around), region.host)
            yield Find(region, False, given.name, (), beside, says=_says(seen, node, ""))


def _around(statement: Span | None, host: Span) -> tuple[int, int] | None:
    return (host.start - statement.start, max(0, statement.end - host.end)) if statement else None


def _bare(
    seen: Scan, node: Node, parts: Sequence[Said | Piece], hinted: bool, accepts: Accepts
) -> Find | None:
    text = building.text_of(parts)
    if len(text) > _LONGEST:
        return None
    if hinted or opening.hinted(text):
        return Find(building.region(parts, Origin.HINT), certain=True)
    if not opening.begins(text):
        return None
    region = building.region(parts, Origin.BARE)
    given = seen.given.get(node.id)
    says = (
        _says(seen, node, text) if given is not None or opening.whole(region.text) else Says.NOTHING
    )
    certain = sure_alone(region.text, says, accepts)
    if given is None:
        return Find(region, certain) if certain else None
    statement = None if given.member else appending.statement(node, seen.grammar)
    around = _around(seen.span(statement), region.host) if statement is not None else None
    marked = [
        (how, building.region(seen.parts(node, how) or parts, Origin.BARE))
        for how, sign in ((literals.PRINTF, "%"), (literals.BRACES, "{"))
        if sign in region.text
    ]
    return Find(region, certain, given.name, (), around, False, says, tuple(marked))


def sure_alone(text: str, says: Says, accepts: Accepts) -> bool:
    """Is it SQL although nothing takes it? It names a known table, or it reads like SQL and the names around
    it say that it is."""
    if opening.cut(text):
        return False
    if fits(text, Sure.BARE, accepts):
        return True
    if says is Says.NOTHING or not opening.whole(text):
        return False
    return says is Says.SQL or not opening.of_classes(text)


def _says(seen: Scan, node: Node, text: str) -> Says:
    return evidence.of(node, seen.grammar, opening.verb(text))


def _hinted(seen: Scan, start: int, end: int) -> set[int]:
    """The literals that a comment before them calls SQL."""
    text = seen.source.text
    first, last = seen.source.offset(start), seen.source.offset(end)
    # The comment may be the last line of what stands before.
    first = text.rfind("\n", 0, max(0, text.rfind("\n", 0, first))) + 1
    hints = list(_HINT.finditer(text, first, last))
    if not hints:
        return set()
    tops = sorted(seen.tops(), key=_node_start)
    starts = [seen.source.offset(one.start_byte) for one in tops]
    out = set()
    for hint in hints:
        begin, stop = (
            hint.span("line") if hint["line"] is not None else (hint.end(), hint.end() + 1)
        )
        index = bisect_left(starts, begin)
        if index < len(tops) and starts[index] < stop:
            out.add(tops[index].id)
    return out


def _broken(
    source: Source, grammar: Grammar, start: int, end: int, finds: Iterable[Find]
) -> Iterator[Find]:
    """SQL in literals that are not closed yet, in code that therefore can't be parsed."""
    text = source.text
    start = text.rfind("\n", 0, start) + 1
    end = text.find("\n", min(end, start + _ERROR_WINDOW))
    end = len(text) if end < 0 else end
    known = [one.region.host for one in finds]
    for call in re.finditer(r"([\w$]+)\s*(?:<[^<>\n]*>)?(\(?)[ \t]*", text[start:end]):
        names = grammar.strong | grammar.weak if call[2] else grammar.tags
        if call[1] not in names:
            continue
        at = start + call.end()
        begins = literals.opened(text, at, grammar.styles)
        if begins is None or not begins[1][0]:
            continue
        style, quote = begins
        closes = literals.delimiter(style, quote)
        # What cannot be parsed may end before the literal does.
        last = min(len(text), at + _ERROR_WINDOW) if style.lines else end
        content = literals.unclosed(text, quote.end(), last, style)
        closed = text.find(closes, content.start, content.end) if closes else -1
        content = content if closed < 0 else Span(content.start, closed)
        if any(one.meets(content) for one in known):
            continue
        said = literals.said(text, content, style, closes, closed=closed >= 0)
        sure = Sure.STRONG if call[1] in grammar.strong or not call[2] else Sure.WEAK
        region = building.region([said], Origin.CALL if call[2] else Origin.TAG, call[1])
        if fits(region.text, sure, _nothing):
            known.append(content)
            yield Find(region, certain=True)


class _Paths:
    """Which functions and classes a place is in, by their names."""

    def __init__(self, seen: Scan) -> None:
        self._starts = [one[0] for one in seen.scopes]
        self._ends = [one[1] for one in seen.scopes]
        self._names = [one[2] for one in seen.scopes]
        self._around: list[int] = []
        for index, start in enumerate(self._starts):
            self._around.append(self._innermost(index - 1, start))

    def at(self, byte: int) -> tuple[str, ...]:
        index = self._innermost(bisect_right(self._starts, byte) - 1, byte)
        path: list[str] = []
        while index >= 0:
            path.append(self._names[index])
            index = self._around[index]
        return tuple(reversed(path))

    def _innermost(self, index: int, byte: int) -> int:
        while index >= 0 and self._ends[index] <= byte:
            index = self._around[index]
        return index


def _nothing(text: str) -> bool:
    return False


def _find_start(find: Find) -> int:
    return find.region.host.start


def _use_start(use: Use) -> int:
    return use.host.start


def _node_start(node: Node) -> tuple[int, int]:
    return node.start_byte, -node.end_byte
