"""The SQL of a host file, kept in step with its text: an edit reads only what it changed, and never much."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from tree_sitter import Node, Parser, Tree

from sureql.hosts import deciding, embedding, finding, fragment, grammars, kept, plain, source
from sureql.hosts.embedding import Embedding
from sureql.hosts.finding import Accepts, Find, Use
from sureql.hosts.fragment import Fragment
from sureql.hosts.grammars import Grammar
from sureql.hosts.model import Region
from sureql.hosts.source import Source
from sureql.text.document import Replaced
from sureql.text.span import Span

Steps = Generator[None, None, "Reading"]
"""A reading under way, with a pause after every few milliseconds of work."""

LONGEST = 3_000_000
"""Code points above which a file is not read."""
_LONGEST_LINE = 50_000
"""Code points of a line above which code is no longer what people write, and takes seconds to read."""
_PATIENCE, _SLICE = 2.0, 0.004
"""Seconds for the tree of a file, and for one step towards it."""
_PART = 6_000
"""Bytes in which SQL is looked for in one step."""
# Also how much of the file is handed over for each of the words that a query compares.
_CHUNK = 512
_MOST_BROKEN = 10_000
_MOST_AGAIN, _MOST_WITH_BROKEN = 20_000, 8_000
"""Bytes that an edit reads again: what it touches, and what could not be read before besides."""
_SHORT = 6_000
"""Code points of a file that an edit may read from its beginning to its end."""
_MOST_REMEMBERED = 5_000
_NEAR = 40
"""Code points around an edit in which it can have made a word that `plain` reads."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What the next edit needs. `tree` is that of the last whole reading, told of each edit since;
    `broken`, in bytes, is what could not be parsed then or since. With `wrong` that was the last edit's. With
    `stale` lines came or went, or something was typed into what is broken: perhaps what follows is in
    another function now, and `tree` does not know that."""

    grammar: Grammar
    source: Source
    tree: Tree
    finds: tuple[Find, ...]
    uses: tuple[Use, ...]
    broken: Span | None = None
    wrong: bool = False
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One version of a host file. With `late` something was edited that takes too long to be read at once:
    what is known of it is what it was before."""

    embedding: Embedding
    accepts: Accepts
    read: _Read | None = None
    late: bool = False

    @property
    def settled(self) -> bool:
        """False while code that was edited can't be parsed or was not: what follows it is taken as it was
        before, which a reading of the whole file would perhaps not do."""
        if self.late or self.read is None:
            return not self.late
        return self.read.broken is None and not self.read.stale

    @property
    def due(self) -> bool:
        """Would a reading of the whole file say more, now that the code is perhaps right again? Not if there is
        an error that was there when all of it was read."""
        return self.late or (self.read is not None and self.read.stale and not self.read.wrong)

    def edited(self, text: str, what: Replaced) -> Reading:
        """The reading of the new `text`, after `what` was done to the old one. Takes a few milliseconds."""
        old, language = self.read, self.embedding.language
        if not _follows(self.embedding.host, text, what):
            return of(text, language, self.accepts)
        if len(text) > LONGEST or _has_long_line(text, what):
            return Reading(embedding.of(language, text, ()), self.accepts, late=True)
        near = text[max(0, what.start - _NEAR) : what.new_end + _NEAR]
        if old is None or plain.reads(near, language):
            if len(text) <= _SHORT or plain.alone(language):
                return of(text, language, self.accepts)
            return Reading(_carried(self.embedding, text, what), self.accepts, late=True)
        new = source.of(text)
        start, old_end = old.source.byte(what.start), old.source.byte(what.old_end)
        end = new.byte(what.new_end)
        by = end - old_end
        tree = old.tree.copy()
        tree.edit(start, old_end, end, (0, 0), (0, 0), (0, 0))
        lines = "\n" in text[what.start : what.new_end]
        lines = lines or "\n" in old.source.text[what.start : what.old_end]
        broken = _moved(old.broken, end, by)
        moved = replace(old, source=new, tree=tree, broken=broken, stale=old.stale or lines)
        again = _again(moved, start, end)
        if again.end - again.start > _MOST_AGAIN:
            return self._unread(text, what, moved)
        return self._with(text, what, moved, again)

    def settled_by(self, new: Reading) -> Reading:
        """`new`, a reading of the whole of the same text. Of code that is no code to its parser, the tree
        from before says more about where what stands."""
        if self.read is None or new.read is None or not _is_lost(new.read.tree):
            return new
        if _is_lost(self.read.tree):
            return new
        everything = Span(0, len(new.read.source.data))
        return replace(new, read=replace(new.read, tree=self.read.tree, broken=everything))

    def _with(self, text: str, what: Replaced, old: _Read, again: Fragment) -> Reading:
        """The reading after an edit, of which `again` is read. `old` was told of the edit."""
        new = old.source
        part = fragment.parsed(again, new, old.grammar)
        place = Span(again.start, again.end)
        errors = _wrong(part.root_node, new, old.grammar, place)
        tree, broken, stale = old.tree, old.broken, old.stale
        if not again.around and place.covers(Span(0, len(new.data))):
            tree, broken, stale = part, errors, False
        elif errors is not None:
            broken, stale = _together(broken, place), True
        elif broken is not None and place.meets(broken):
            broken, stale = (None if place.covers(broken) else broken), True
        finds, uses = finding.found(
            new, part.root_node, old.grammar, self.accepts, again.start, again.end
        )
        place = Span(new.offset(again.start), new.offset(again.end))
        by = what.new_end - what.old_end
        read = replace(
            old,
            tree=tree,
            finds=kept.finds(old.finds, finds, place, by),
            uses=kept.uses(old.uses, uses, place, by),
            broken=broken,
            wrong=errors is not None,
            stale=stale,
        )
        return Reading(_embedded(text, read, self), self.accepts, read, self.late)

    def _unread(self, text: str, what: Replaced, old: _Read) -> Reading:
        """The reading after an edit that takes too long to be read."""
        place, by = Span(what.start, what.new_end), what.new_end - what.old_end
        uses = kept.uses(old.uses, (), place, by)
        read = replace(old, finds=kept.unread(old.finds, text, what), uses=uses)
        return Reading(_embedded(text, read, self), self.accepts, read, late=True)


def language_of(language_id: str, path: str) -> str:
    """The host language of a document by its editor's id or its path; '' for SQL and the unknown."""
    return grammars.named(language_id, PurePosixPath(path).suffix.lower())


def of(text: str, language: str, accepts: Accepts) -> Reading:
    """Read a whole file. Takes tens of milliseconds for long ones. Never raises: what can't be read has
    no regions."""
    under_way = steps(text, language, accepts)
    while True:
        try:
            next(under_way)
        except StopIteration as done:
            found: Reading = done.value
            return found


def steps(text: str, language: str, accepts: Accepts) -> Steps:
    """The same, a few milliseconds at a time."""
    if not isinstance(accepts, _Remembering):
        accepts = _Remembering(accepts)
    if len(text) > LONGEST or _has_long_line(text):
        return Reading(embedding.of(language, text, ()), accepts)
    if not plain.reads(text, language):
        return (yield from _by_tree(text, language, accepts))

    def read(code: str, of_language: str) -> tuple[Region, ...]:
        return of(code, grammars.named(of_language, ""), accepts).embedding.regions

    # Lines that hold nothing but SQL, and the code around them.
    found, complete = plain.regions(text, language, read)
    if not complete:
        code = (yield from _by_tree(text, language, accepts)).embedding.regions
        others = [one for one in code if not any(one.host.meets(other.host) for other in found)]
        found = tuple(sorted((*found, *others), key=_host_start))
    return Reading(embedding.of(language, text, found), accepts)


def _by_tree(text: str, language: str, accepts: Accepts) -> Steps:
    nothing = Reading(embedding.of(language, "", ()), accepts)
    grammar = grammars.of(language)
    whole = source.of(text)
    tree = (yield from _tree(grammar, whole.data)) if grammar is not None else None
    if grammar is None or tree is None:
        return replace(nothing, embedding=embedding.of(language, text, ()))
    finds: list[Find] = []
    uses: list[Use] = []
    for part in fragment.parts(tree, whole, grammar, _PART):
        some, more = finding.found(whole, tree.root_node, grammar, accepts, part.start, part.end)
        begins = whole.offset(part.start)
        ends = whole.offset(part.end) if part.end < len(whole.data) else len(text) + 1
        # What goes on in the next part is found there too.
        finds += [one for one in some if begins <= one.region.host.start < ends]
        uses += [one for one in more if begins <= one.host.start < ends]
        yield
    broken = _wrong(tree.root_node, whole, grammar, Span(0, len(whole.data)))
    read = _Read(grammar, whole, tree, tuple(finds), tuple(uses), broken)
    return Reading(_embedded(text, read, nothing), accepts, read)


def _tree(grammar: Grammar, data: bytes) -> Generator[None, None, Tree | None]:
    """The tree of a whole file; None if it is so far from being code that it takes seconds to read."""
    until = 0.0

    def read(byte: int, point: object) -> bytes:
        return data[byte : byte + _CHUNK]

    def late(byte: int, broken: bool) -> bool:
        return time.monotonic() > until

    parser = Parser(grammar.language)
    for _ in range(round(_PATIENCE / _SLICE)):
        until = time.monotonic() + _SLICE
        try:
            tree = parser.parse(read, progress_callback=late)
        except ValueError:
            # It goes on where it was.
            yield
            continue
        # Queries take time by the square of how many nodes stand side by side.
        return None if _is_lost(tree) and tree.root_node.child_count > _MOST_BROKEN else tree
    return None


def _is_lost(tree: Tree) -> bool:
    """Is the code of a file, as a whole, none of its language?"""
    return tree.root_node.is_error


def _wrong(root: Node, source: Source, grammar: Grammar, place: Span) -> Span | None:
    """From the first to the last part of a text that can't be parsed, of those that touch a place."""
    if root.has_error:
        wrong, inside = [root], root.is_error
        while not inside:
            below = [one for one in wrong[0].children if one.has_error]
            # Where something is missing, it may be anywhere in what it belongs to.
            if not below or any(one.is_missing for one in below):
                break
            wrong, inside = below, len(below) > 1 or below[0].is_error
        spans = [Span(*one.byte_range) for one in wrong]
        spans = [one for one in spans if one.meets(place)]
        return Span(spans[0].start, spans[-1].end) if spans else None
    if not grammar.heredocs:
        return None
    # A heredoc without its last word goes on to the end, and is no error to a parser.
    last = root
    while last.child_count:
        last = last.child(last.child_count - 1)
    goes_on = source.data.find(b"\n", last.start_byte, last.end_byte) >= 0
    return Span(last.start_byte, last.end_byte) if goes_on else None


def _has_long_line(text: str, what: Replaced | None = None) -> bool:
    """Has the text such a line, or the part of it that was edited?"""
    if len(text) <= _LONGEST_LINE:
        return False
    if what is None:
        return any(len(one) > _LONGEST_LINE for one in text.split("\n"))
    begins = text.rfind("\n", 0, what.start) + 1
    ends = begins + _LONGEST_LINE
    return ends < len(text) and text.find("\n", max(begins, what.new_end), ends) < 0


def _follows(old: str, new: str, what: Replaced) -> bool:
    """Is `new` as long as `what` makes `old`? If not, they are not versions of one text."""
    return len(old) + what.new_end - what.old_end == len(new)


def _again(old: _Read, start: int, end: int) -> Fragment:
    """What is read again: the part around the edit, with what could not be parsed before if that is little,
    and with all of each find in it."""
    if old.broken is not None:
        first, last = min(start, old.broken.start), max(end, old.broken.end)
        if last - first <= _MOST_WITH_BROKEN:
            start, end = first, last
    return fragment.of(old.tree, old.source, old.grammar, start, min(end, len(old.source.data)))


def _moved(span: Span | None, end: int, by: int) -> Span | None:
    """A span after an edit that ends at `end`: it takes the edit in if it meets it."""
    if span is None:
        return None
    return Span(
        span.start + by if span.start >= end - by else span.start,
        span.end + by if span.end >= end - by else span.end,
    )


def _together(one: Span | None, other: Span) -> Span:
    return other if one is None else Span(min(one.start, other.start), max(one.end, other.end))


def _embedded(text: str, read: _Read, before: Reading) -> Embedding:
    """The embedding of what was read. Where no SQL has changed, it is the old one in a new host."""
    regions = tuple(deciding.regions(read.finds, read.uses, before.accepts, text))
    old = before.embedding
    if [one.text for one in regions] == [one.text for one in old.regions]:
        return Embedding(old.language, text, regions, old.text, old.parts)
    return embedding.of(old.language, text, regions)


def _carried(old: Embedding, text: str, what: Replaced) -> Embedding:
    """The regions that an edit has not touched, in the new text."""
    by = what.new_end - what.old_end
    regions = [one for one in old.regions if one.host.end < what.start]
    regions += [kept.region(one, by) for one in old.regions if one.host.start > what.old_end]
    return embedding.of(old.language, text, regions)


def _host_start(region: Region) -> int:
    return region.host.start


class _Remembering:
    """An `Accepts` that looks at each text once."""

    def __init__(self, accepts: Accepts) -> None:
        self._accepts = accepts
        self._known: dict[str, bool] = {}

    def __call__(self, text: str) -> bool:
        found = self._known.get(text)
        if found is None:
            if len(self._known) > _MOST_REMEMBERED:
                self._known.clear()
            found = self._known[text] = self._accepts(text)
        return found
