"""The smallest part of a file that an edit makes worth reading again, and what is parsed with it.

An edit is inside one member of one block: a statement of a function, a method of a class. Read again
are that member and its neighbours; parsed with them is what stands around the blocks that hold them
(`class A {`, `def f():`, `}`), so that they mean what they mean in the whole file. The other members
are left out, however long the file is.

Parsing the whole file anew with the old tree, as tree-sitter can, would find the same. But in some
languages an edit then costs as much as the first time, and a quote that is not closed yet changes all
that follows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node, Parser, Point, Range, Tree

from sureql.hosts import literals
from sureql.hosts.grammars import Grammar
from sureql.hosts.source import Source
from sureql.text.span import Span

LARGE = 4_000
"""Bytes above which a neighbour is left out, and only the end of what stands before is taken."""
_MOST_LEVELS = 60
_NEIGHBOURS = 3
"""Members on either side that are read too: a comment before says what a text is."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """`start` and `end` are what is read again; `around` what is parsed before and behind it. In bytes."""

    start: int
    end: int
    around: tuple[tuple[int, int], ...]


def of(tree: Tree, source: Source, grammar: Grammar, start: int, end: int) -> Fragment:
    """The fragment for the bytes from `start` to `end`. `tree` is one of an older version of the file
    that was told of each edit since: where nodes stand is right."""
    block = tree.root_node
    around: list[tuple[int, int]] = []
    if block.named_child_count > 1:
        first, second = block.named_child(0), block.named_child(1)
        if second.start_byte <= min(start, LARGE):
            # What must come first, such as the mark that code begins.
            around.append((first.start_byte, second.start_byte))
    for _ in range(_MOST_LEVELS):
        inner = _inner(block, source, grammar, start, end)
        if inner is None:
            break
        member, block = inner
        opens, closes = block.named_child(0), block.named_child(block.named_child_count - 1)
        around.append((member.start_byte, opens.start_byte))
        around.append((max(closes.end_byte, end), member.end_byte))
    start, end = _with_members(block, start, end, source)
    return Fragment(start, end, tuple(around))


def parts(tree: Tree, source: Source, grammar: Grammar, size: int) -> Iterator[Span]:
    """The bytes of a file in parts of about `size`, each from the first line of a member to that of another."""
    start, end = 0, len(source.data)
    while end - start > size:
        cut = _cut(tree.root_node, source, grammar, start + size, _MOST_LEVELS)
        if cut is None:
            break
        yield Span(start, cut)
        start = cut
    yield Span(start, end)


def parsed(fragment: Fragment, source: Source, grammar: Grammar) -> Tree:
    """The tree of a fragment; its nodes stand where they stand in the file."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted((*fragment.around, (fragment.start, fragment.end))):
        begin = max(start, spans[-1][1]) if spans else start
        if end > begin:
            spans.append((begin, end))
    return Parser(grammar.language, included_ranges=_ranges(spans, source.data)).parse(source.data)


def _inner(
    block: Node, source: Source, grammar: Grammar, start: int, end: int
) -> tuple[Node, Node] | None:
    """The member of a block that has a block of its own in which the bytes lie; the two of them."""
    member = _child(block, start)
    if member is None or member.start_byte >= start:
        # Between two members. What is written there may belong to the end of the one before.
        before = member.prev_named_sibling if member is not None else _last(block)
        if before is None or before.end_byte - before.start_byte <= LARGE:
            return None
        member = before
    large = member.end_byte - member.start_byte > LARGE
    inner = _block(member, source, grammar, start)
    return (member, inner) if inner is not None and _holds(inner, start, end, large) else None


def _block(member: Node, source: Source, grammar: Grammar, byte: int) -> Node | None:
    """The outermost block of a member in which a byte lies, or behind which it does."""
    node: Node | None = member
    for _ in range(_MOST_LEVELS):
        if node is None or node.type in grammar.blocks:
            return node
        if literals.opened(source.text, source.offset(node.start_byte), grammar.styles):
            # A literal is read as a whole.
            return None
        below = _child(node, byte)
        if below is None or below.start_byte > byte:
            # Behind all that it holds: its last part may be a block that goes on.
            below = _last(node)
        node = below
    return None


def _holds(block: Node, start: int, end: int, large: bool) -> bool:
    """Do the bytes lie between its first member and its end?"""
    last = _last(block)
    if last is None or start <= block.named_child(0).start_byte:
        return False
    # A block without an end mark ends with its last member, and may go on behind it.
    return end < block.end_byte or (large and last.end_byte == block.end_byte)


def _with_members(block: Node, start: int, end: int, source: Source) -> tuple[int, int]:
    """The bytes with the members of the block that they touch, and some on either side. What has been
    written between two members since they were read is none, but lies between them."""
    data, length = source.data, len(source.data)
    touched = _child(block, max(0, start - 1))
    if touched is not None:
        start = min(start, touched.start_byte)
    one, before = touched.prev_named_sibling if touched is not None else _last(block), 0
    # What does not begin its line belongs to what does: a text whose first word stands further up.
    while one is not None and (before < _NEIGHBOURS or not _begins_line(data, start)):
        if one.end_byte - one.start_byte > LARGE and _begins_line(data, start):
            start = min(start, one.end_byte)
            break
        start, one = min(start, one.start_byte), one.prev_named_sibling
        before += 1
    if one is None and block.parent is None and start <= LARGE:
        start = 0
    one, behind = touched, 0
    while one is not None and (behind < _NEIGHBOURS or not _begins_line(data, one.start_byte)):
        if one.start_byte > end and _begins_line(data, one.start_byte):
            behind += 1
            if one.end_byte - one.start_byte > LARGE:
                return start, max(end, one.start_byte)
        start, end = min(start, one.start_byte), max(end, one.end_byte)
        one = one.next_named_sibling
    return start, length if one is None and block.parent is None else end


def _begins_line(data: bytes, byte: int) -> bool:
    """Is there nothing but white space before a byte on its line?"""
    return not data[data.rfind(b"\n", 0, byte) + 1 : byte].strip()


def _child(node: Node, byte: int) -> Node | None:
    """The first named child that ends behind a byte. If there is none, tree-sitter's binding gives a node
    that is none, which ends the process when it is asked for anything but its id."""
    found = node.first_named_child_for_byte(byte)
    return found if found is not None and found.id else None


def _last(node: Node) -> Node | None:
    count = node.named_child_count
    return node.named_child(count - 1) if count else None


def _cut(block: Node, source: Source, grammar: Grammar, byte: int, levels: int) -> int | None:
    """Where the first member begins that stands behind a byte, of the innermost block that has one."""
    member = _child(block, byte)
    if member is not None and member.start_byte < byte:
        inner = None
        if levels and member.end_byte - member.start_byte > LARGE:
            inner = _block(member, source, grammar, byte)
        cut = _cut(inner, source, grammar, byte, levels - 1) if inner is not None else None
        if cut is not None:
            return cut
    while member is not None and not (
        member.start_byte >= byte and _begins_line(source.data, member.start_byte)
    ):
        member = member.next_named_sibling
    return member.start_byte if member is not None else None


def _ranges(spans: Sequence[tuple[int, int]], data: bytes) -> list[Range]:
    """Where to parse. Columns are the file's; rows, of which nobody asks, count from the first of them."""
    out, row, position = [], 0, spans[0][0] if spans else 0
    for start, end in spans:
        row += data.find(b"\n", position, start) >= 0
        first = Point(row, _column(start, data))
        row += data.count(b"\n", start, end)
        out.append(Range(first, Point(row, _column(end, data)), start, end))
        position = end
    return out


def _column(byte: int, data: bytes) -> int:
    return byte - data.rfind(b"\n", 0, byte) - 1
