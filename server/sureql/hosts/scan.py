"""One pass of a language's queries over a tree: what is a literal, what joins and takes literals."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from tree_sitter import Node, QueryCursor

from sureql.hosts import literals, naming
from sureql.hosts.grammars import Grammar
from sureql.hosts.literals import Piece, Said
from sureql.hosts.model import Kind
from sureql.hosts.source import Source
from sureql.text.span import Span

_MOST_PARTS = 2_000
_MOST_OPEN = 1_000
"""Matches that may be unfinished at once: time grows by the square of how deep expressions lie in one another."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An argument or template, and what takes it; `named` if only the name of that says so."""

    node: Node
    callee: str
    strong: bool
    marks: str
    tag: bool
    named: bool


@dataclass(frozen=True, slots=True)
class Join:
    """An expression that means the texts of `parts`, one after the other, with the text of the literal
    `between` between them, and `after` behind each but the first. It is perhaps none if it `appends`: lists
    are made longer so too."""

    node: Node
    parts: tuple[Node, ...]
    between: Node | None = None
    after: str = ""
    appends: bool = False


@dataclass(frozen=True, slots=True)
class Grown:
    """A variable, and what is put behind its text: `more`, and then `after`. If that is not told, `node`
    is an expression that begins with the variable."""

    node: Node
    more: Node | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """The value that a variable gets; a `member` belongs to an object."""

    node: Node
    variable: Node
    name: str
    member: bool


@dataclass(slots=True)
class Scan:
    """What the queries say of a part of a file; nodes by their id."""

    source: Source
    grammar: Grammar
    literals: dict[int, Node] = field(default_factory=dict)
    joins: dict[int, Join] = field(default_factory=dict)
    groups: dict[int, tuple[Node, Node, str]] = field(default_factory=dict)
    given: dict[int, Given] = field(default_factory=dict)
    bodies: dict[int, Node] = field(default_factory=dict)
    taken: dict[int, Taken] = field(default_factory=dict)
    holes: list[tuple[int, int, int, int]] = field(default_factory=list)
    scopes: list[tuple[int, int, str]] = field(default_factory=list)
    errors: list[tuple[int, int]] = field(default_factory=list)
    consumed: set[int] = field(default_factory=set)
    grown: list[Grown] = field(default_factory=list)
    empty: dict[int, Node] = field(default_factory=dict)
    given_up: int = 0

    def tops(self) -> Iterator[Node]:
        """What may be text and is not a part of something that was read, in order."""
        nodes = [
            one.node
            for one in self.joins.values()
            if not one.appends or self._is_text(self.leftmost(one.node))
        ]
        nodes += [one[0] for one in self.groups.values()]
        nodes += self.literals.values()
        nodes.sort(key=_outermost_first)
        for node in nodes:
            if node.id not in self.consumed and node.start_byte >= self.given_up:
                yield node

    def parts(self, node: Node, marks: str = "") -> list[Said | Piece] | None:
        """What an expression says: literals and what is joined to them; None if there is no literal."""
        out = self.pieces(node, marks)
        return out if out is not None and any(isinstance(one, Said) for one in out) else None

    def pieces(
        self, node: Node, marks: str = "", *, whole: bool = False
    ) -> list[Said | Piece] | None:
        """The same, also without a literal. With `whole` the expression itself may be one of which nothing
        is known. None if it is not in the order of the text, or too much."""
        out: list[Said | Piece] = []
        stack: list[tuple[Node | Piece, str]] = [(node, marks)]
        while stack:
            one, how = stack.pop()
            if isinstance(one, Piece):
                out.append(one)
                continue
            key = one.id
            if key in self.literals:
                self.consumed.add(key)
                said = self._said(one, how)
                if said is not None:
                    out.append(said)
            elif key in self.groups and self._is_text(self.variable(one)[0]):
                self.consumed.add(key)
                _, text, own = self.groups[key]
                stack.append((text, own or how))
            elif key in self.joins:
                self.consumed.add(key)
                stack += [(child, how) for child in reversed(self._joined(self.joins[key]))]
            elif (inner := _only(one)) is not None:
                stack.append((inner, how))
            elif key not in self.empty and (whole or one.id != node.id):
                span = self.span(one)
                out.append(Piece(Kind.HOLE, literals.name_of(span.of(self.source.text)), span))
            if len(out) > _MOST_PARTS:
                # What stands inside is not tried one by one either.
                self.given_up = max(self.given_up, node.end_byte)
                return None
        return out if all(_end(one) <= _start(other) for one, other in pairwise(out)) else None

    def variable(self, node: Node) -> tuple[Node, str]:
        """The expression that gives a text: `sql` of `sql.toString()`; and which marks in it are replaced."""
        marks = ""
        while node.id in self.groups:
            _, node, own = self.groups[node.id]
            marks = marks or own
        return node, marks

    def leftmost(self, node: Node) -> Node:
        """What an expression that joins texts begins with."""
        while True:
            node, _ = self.variable(node)
            if node.id not in self.joins or not self.joins[node.id].parts:
                return node
            node = self.joins[node.id].parts[0]

    def _is_text(self, node: Node) -> bool:
        return node.id in self.literals or node.id in self.joins or node.id in self.empty

    def behind(self, node: Node, text: str) -> Piece:
        """`text` that a join puts behind a part, where nothing in the program stands for it."""
        end = self.source.offset(node.end_byte)
        return Piece(Kind.ESCAPE, text, Span(end, end))

    def span(self, node: Node) -> Span:
        """Where a node stands, in code points."""
        return Span(self.source.offset(node.start_byte), self.source.offset(node.end_byte))

    def _joined(self, join: Join) -> list[Node | Piece]:
        """The parts of a join, and what it puts between them."""
        between = ""
        if join.between is not None:
            self.consumed.add(join.between.id)
            said = self._said(join.between, "")
            between = "".join(one.text for one in said.pieces) if said is not None else ""
        out: list[Node | Piece] = []
        for index, part in enumerate(join.parts):
            out.append(part)
            if between and index < len(join.parts) - 1:
                out.append(self.behind(part, between))
            if join.after and index:
                out.append(self.behind(part, join.after))
        return out

    def _said(self, node: Node, marks: str) -> Said | None:
        opening, node = node, self.bodies.get(node.id, node)
        inside = []
        for at in range(bisect_left(self.holes, (node.start_byte,)), len(self.holes)):
            if self.holes[at][0] >= node.end_byte:
                break
            start, end, begin, stop = map(self.source.offset, self.holes[at])
            name = literals.name_of(self.source.text[begin:stop])
            inside.append(Piece(Kind.HOLE, name, Span(start, end)))
        span = self.span(node)
        if node is not opening:
            return self._heredoc(opening, node, inside, marks)
        parent = node.parent
        if parent is not None and parent.is_error:
            # Quotes are not balanced here: what comes after a blank line is hardly still text.
            blank = self.source.text.find("\n\n", span.start, span.end)
            span = span if blank < 0 else Span(span.start, blank)
        return literals.read(self.source.text, span, self.grammar.styles, inside, marks)

    def _heredoc(self, opening: Node, body: Node, holes: list[Piece], marks: str) -> Said | None:
        """What a text says that stands below the line on which its first word does."""
        text, span = self.source.text, self.span(body)
        found = literals.opened(text, self.source.offset(opening.start_byte), self.grammar.styles)
        start = text.find("\n", span.start, span.end) + 1
        last = body.named_children[-1:]
        if found is None or not start or not last:
            return None
        style, first = found
        end = self.source.offset(last[0].start_byte)
        delimiter = first.expand(style.closes)
        # The line break before its last word ends its last line.
        end = max(start, text.rfind("\n", start, end))
        return literals.said(text, Span(start, end), style, delimiter, holes, marks)


def of(source: Source, root: Node, grammar: Grammar, start: int, end: int) -> Scan:
    """What the queries say of the bytes from `start` to `end`; of what begins there and goes on, too."""
    scan = Scan(source, grammar)
    cursor = QueryCursor(grammar.query, match_limit=_MOST_OPEN)
    cursor.set_byte_range(start, max(end, start + 1))
    openings, bodies = [], []
    for pattern, captures in cursor.matches(root):
        if "literal" in captures:
            _add(scan.literals, captures["literal"])
        elif "hole" in captures:
            scan.holes.append(_hole(captures["hole"], captures.get("expression", [])))
        elif "join" in captures:
            _join(scan, pattern, captures)
        elif "group" in captures:
            (group,), (text,) = captures["group"][:1], captures["text"][-1:]
            marks = grammar.query.pattern_settings(pattern).get("marks") or ""
            scan.groups[group.id] = (group, text, marks)
        elif "sql" in captures:
            _take(scan, pattern, captures)
        elif "grows" in captures:
            after = _after(grammar, pattern)
            more = captures.get("more", [None])[-1]
            scan.grown += [Grown(one, more, after) for one in captures["grows"]]
        elif "empty" in captures:
            _add(scan.empty, captures["empty"])
        elif "value" in captures:
            scan.given |= {
                one.id: _given(source, captures["name"][0], one) for one in captures["value"]
            }
        elif "scope" in captures:
            scan.scopes += [_scope(one) for one in captures["scope"]]
        elif "error" in captures:
            scan.errors += [(one.start_byte, one.end_byte) for one in captures["error"]]
        elif "opening" in captures:
            openings += captures["opening"]
        elif "body" in captures:
            bodies += captures["body"]
    for opening, body in zip(openings, bodies, strict=False):
        scan.literals[opening.id] = opening
        scan.bodies[opening.id] = body
    scan.holes.sort()
    scan.scopes.sort(key=_scope_order)
    return scan


def last_word(callee: str) -> str:
    """The last name of what is called: `execute` of `self.db.execute`, `sql` of `await sql<User[]>`."""
    end = len(callee.rstrip())
    depth = 0
    # What stands in brackets at the end are arguments of types, or of a call that gives the function.
    while end > 0 and (depth or callee[end - 1] in ">)]!?: \n\t"):
        end -= 1
        if callee[end] in ">)]" and callee[end - 1 : end + 1] not in ("->", "=>"):
            depth += 1
        elif callee[end] in "<([" and depth:
            depth -= 1
    start = end
    while start > 0 and (callee[start - 1].isalnum() or callee[start - 1] in "_$@"):
        start -= 1
    return callee[start:end]


def _given(source: Source, variable: Node, value: Node) -> Given:
    name = (variable.text or b"").decode(errors="replace")
    before = source.data[max(0, variable.start_byte - 1) : variable.start_byte]
    return Given(value, variable, name, before in (b".", b">", b":"))


def _join(scan: Scan, pattern: int, captures: dict[str, list[Node]]) -> None:
    """A join: its named children are joined, or those of `@list`, or each `@part`."""
    between, after = captures.get("between", [None])[0], _after(scan.grammar, pattern)
    for node in captures["join"]:
        parts = captures.get("part") or captures.get("list", [node])[0].named_children
        told = [one for one in parts if not one.is_extra]
        told.sort(key=_outermost_first)
        told = [one for one in told if between is None or not _holds(one, between)]
        scan.joins[node.id] = Join(node, tuple(told), between, after, "part" in captures)


def _holds(node: Node, inner: Node) -> bool:
    return node.start_byte <= inner.start_byte and inner.end_byte <= node.end_byte


def _after(grammar: Grammar, pattern: int) -> str:
    return "\n" if "line" in grammar.query.pattern_settings(pattern) else ""


def _take(scan: Scan, pattern: int, captures: dict[str, list[Node]]) -> None:
    tag = "tag" in captures
    (callee,) = captures["tag" if tag else "callee"][:1]
    start = max(callee.start_byte, callee.end_byte - 160)
    written = scan.source.data[start : callee.end_byte].decode(errors="ignore")
    word = last_word(written)
    grammar = scan.grammar
    said = grammar.query.pattern_settings(pattern)
    strong = "strong" in said or word in (grammar.tags if tag else grammar.strong)
    known_word = strong or (not tag and word in grammar.weak)
    if known_word or (not tag and _asks(scan.source, callee, written, word)):
        marks = said.get("marks") or ""
        shown = _shown(written, word)
        for one in captures["sql"]:
            # Of two patterns that take the same, what either says holds.
            known = scan.taken.get(one.id)
            if known is not None:
                strong, marks = strong or known.strong, marks or known.marks
                known_word = known_word or not known.named
            scan.taken[one.id] = Taken(one, shown, strong, marks, tag, not known_word)


def _asks(source: Source, callee: Node, written: str, word: str) -> bool:
    """Is it a function that somebody has named after SQL, or one of a database?"""
    if naming.of_call(word):
        return True
    if naming.appends(word):
        return False
    before = written[: written.rfind(word)]
    if not before:
        start = max(0, callee.start_byte - 60)
        before = source.data[start : callee.start_byte].decode(errors="ignore")
    return naming.on_database(before)


def _shown(written: str, word: str) -> str:
    """A callee as it is shown: its last names, without arguments."""
    before = written[: written.rfind(word)].rstrip()
    if not before or before[-1] not in ".:>":
        return word
    receiver = before.rstrip(".:>-?!")
    end = len(receiver)
    while end > 0 and (receiver[end - 1].isalnum() or receiver[end - 1] in "_$@."):
        end -= 1
    return f"{receiver[end:]}{before[len(receiver) :]}{word}" if receiver[end:] else word


def _add(known: dict[int, Node], nodes: list[Node]) -> None:
    for one in nodes:
        known[one.id] = one


def _only(node: Node) -> Node | None:
    """What a node consists of that does nothing but hold another: an element of a list."""
    inner = node.named_child(0) if node.named_child_count == 1 else None
    same = inner is not None and (inner.start_byte, inner.end_byte) == (
        node.start_byte,
        node.end_byte,
    )
    return inner if same else None


def _hole(marks: list[Node], said: list[Node]) -> tuple[int, int, int, int]:
    """From where to where an expression stands in a literal, with and without the marks around it."""
    start = min(one.start_byte for one in marks)
    end = max(one.end_byte for one in marks)
    return (start, end, said[0].start_byte, said[0].end_byte) if said else (start, end, start, end)


def _scope(node: Node) -> tuple[int, int, str]:
    name = node.child_by_field_name("name")
    said = name.text if name is not None else None
    return node.start_byte, node.end_byte, (said or b"").decode(errors="replace")


def _scope_order(scope: tuple[int, int, str]) -> tuple[int, int]:
    return scope[0], -scope[1]


def _start(part: Said | Piece) -> int:
    return part.content.start if isinstance(part, Said) else part.host.start


def _end(part: Said | Piece) -> int:
    return part.content.end if isinstance(part, Said) else part.host.end


def _outermost_first(node: Node) -> tuple[int, int]:
    return node.start_byte, -node.end_byte
