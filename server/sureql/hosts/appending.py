"""Statements that put more text behind a variable's: `sql += "…"`, `sql = sql + "…"`, `sql.append("…")`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tree_sitter import Node

from sureql.hosts import scan
from sureql.hosts.grammars import Grammar
from sureql.hosts.literals import Piece, Said
from sureql.hosts.model import Kind
from sureql.hosts.scan import Given, Scan
from sureql.text.span import Span

_TABLES = re.compile(rb"(?i)\b(?:join|from|union|select)\b")
_LONGEST_MORE = 4_000
_MOST_LEVELS = 12
_NEAR = 80
_LONGEST_END = 2
"""Bytes that may stand behind the text: a parenthesis and a semicolon."""
# Nodes between what a variable is given and the block that holds the statement.
_STATEMENTS = ("assign", "declar", "expression_statement", "expression_list", "_spec", "binary", "call",
               "invocation", "member_access", "attribute", "selector", "navigation", "field_expression",
               "compound")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Growth:
    """`pieces` are put behind the text of the variable `name`, which stands at `variable`. They are empty if
    they can't be told, or if that is not all that the `statement` does. `joins` says that there may be
    tables in them; a `member` belongs to an object."""

    variable: Span
    name: str
    member: bool
    joins: bool
    pieces: tuple[Said | Piece, ...] = ()
    statement: Span | None = None
    node: Node | None = None


def all_of(seen: Scan) -> Iterator[Growth]:
    """Everything in a part of a file that makes the text of a variable longer."""
    for grown in seen.grown:
        if grown.more is not None:
            pieces = _pieces(seen, grown.node, grown.more, grown.after)
            yield _growth(seen, grown.node, grown.more, pieces)
        else:
            variable = seen.leftmost(grown.node)
            pieces = _pieces(seen, variable, grown.node) if variable.id != grown.node.id else []
            yield _growth(seen, variable, grown.node, pieces[1:])
    for given in list(seen.given.values()):
        growth = _of_itself(seen, given)
        if growth is not None:
            yield growth


def statement(node: Node, grammar: Grammar) -> Node | None:
    """The statement that does nothing but give a variable the value at `node`, or put that behind its text;
    None if there is a condition around it, or the like."""
    for _ in range(_MOST_LEVELS):
        around = node.parent
        if around is None:
            return None
        if around.type in grammar.blocks:
            return node
        if not any(one in around.type for one in _STATEMENTS):
            return None
        node = around
    return None


def _pieces(seen: Scan, variable: Node, more: Node, after: str = "") -> list[Said | Piece]:
    """What is put behind the variable; nothing if the statement does more than that."""
    around = statement(variable, seen.grammar)
    if around is None or around.start_byte != variable.start_byte:
        return []
    if around.end_byte - more.end_byte > _LONGEST_END:
        return []
    pieces = seen.pieces(more, whole=True) or []
    if pieces and after:
        pieces.append(seen.behind(more, after))
    return pieces


def _growth(seen: Scan, variable: Node, more: Node, pieces: list[Said | Piece]) -> Growth:
    span = seen.span(variable)
    written = span.of(seen.source.text)
    name = scan.last_word(written)
    joins = _TABLES.search((more.text or b"")[:_LONGEST_MORE]) is not None
    around = statement(variable, seen.grammar) if pieces else None
    if name != written or around is None:
        return Growth(span, name, name != written, joins)
    return Growth(span, name, False, joins, tuple(pieces), seen.span(around), more)


def _of_itself(seen: Scan, given: Given) -> Growth | None:
    """`sql = sql + "…"` or `sql = f"{sql} …"`: a value that begins with what the variable has."""
    node, name = given.node, given.name
    begins = node.start_byte
    if given.member or name.encode() not in seen.source.data[begins : begins + _NEAR]:
        return None
    if node.id in seen.joins:
        first = seen.leftmost(node)
        if first.text != given.variable.text:
            return None
        return _growth(seen, given.variable, node, _pieces(seen, given.variable, node)[1:])
    if node.id not in seen.literals:
        return None
    said = next(iter(seen.parts(node) or ()), None)
    hole = said.pieces[0] if isinstance(said, Said) and said.pieces else None
    if (
        not isinstance(said, Said)
        or hole is None
        or hole.kind is not Kind.HOLE
        or hole.host.of(seen.source.text).strip("${}#") != name.strip("$")
    ):
        seen.consumed.discard(node.id)
        return None
    rest = replace(said, content=Span(hole.host.end, said.content.end), pieces=said.pieces[1:])
    around = statement(node, seen.grammar)
    direct = around is not None and around.start_byte == given.variable.start_byte
    return _growth(seen, given.variable, node, [rest] if direct else [])
