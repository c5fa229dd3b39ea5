"""The SQL of a host file, kept in step with its text: an edit reads only what it changed."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from tree_sitter import Parser, Tree

from sureql.hosts import embedding, finding, fragment, grammars, growing, plain, source
from sureql.hosts.embedding import Embedding
from sureql.hosts.finding import Accepts, Find, Sure, Use
from sureql.hosts.fragment import Fragment
from sureql.hosts.grammars import Grammar
from sureql.hosts.model import Region
from sureql.hosts.source import Source
from sureql.text.document import Replaced
from sureql.text.span import Span

LONGEST = 3_000_000
"""Code points above which a file is not read."""
_LONGEST_LINE = 50_000
"""Code points of a line above which code is no longer what people write, and takes seconds to read."""
_PATIENCE = 2.0
"""Seconds."""
_CHUNK = 65_536
_MOST_BROKEN = 10_000
_MOST_AGAIN = 64_000
_MOST_REMEMBERED = 5_000
_NEAR = 40
"""Code points around an edit in which it can have made a word that `plain` reads."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What the next edit needs. `tree` is that of the last whole reading, told of each edit since;
    `broken`, in bytes, is what could not be parsed since then."""

    grammar: Grammar
    source: Source
    tree: Tree
    finds: tuple[Find, ...]
    uses: tuple[Use, ...]
    broken: Span | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One version of a host file."""

    embedding: Embedding
    accepts: Accepts
    read: _Read | None = None

    @property
    def settled(self) -> bool:
        """False while code that was edited can't be parsed: what follows it is taken as it was before,
        which a reading of the whole file would perhaps not do."""
        return self.read is None or self.read.broken is None

    def edited(self, text: str, what: Replaced) -> Reading:
        """The reading of the new `text`, after `what` was done to the old one."""
        old, language = self.read, self.embedding.language
        if old is None or len(text) > LONGEST or not _follows(old.source.text, text, what):
            return of(text, language, self.accepts)
        begins = text.rfind("\n", 0, what.start) + 1
        if (
            text.find("\n", what.new_end, begins + _LONGEST_LINE)
            < 0
            < len(text) - begins - _LONGEST_LINE
        ):
            return of(text, language, self.accepts)
        if plain.reads(text[max(0, what.start - _NEAR) : what.new_end + _NEAR], language):
            return of(text, language, self.accepts)
        if old.grammar.heredocs and len(text) <= _MOST_AGAIN:
            # A text may belong to a statement further up than any neighbour.
            return of(text, language, self.accepts)
        new = source.of(text)
        start, old_end = old.source.byte(what.start), old.source.byte(what.old_end)
        end = new.byte(what.new_end)
        tree = old.tree.copy()
        tree.edit(start, old_end, end, (0, 0), (0, 0), (0, 0))
        again = _again(tree, new, old, start, end, end - old_end)
        if again.end - again.start > _MOST_AGAIN:
            return of(text, language, self.accepts)
        part = fragment.parsed(again, new, old.grammar)
        broken = old.broken
        if part.root_node.has_error:
            broken = _together(_moved(broken, end, end - old_end), Span(again.start, again.end))
        elif broken is not None:
            broken = _moved(broken, end, end - old_end)
            if broken is not None and Span(again.start, again.end).covers(broken):
                broken = None
        finds, uses = finding.found(
            new, part.root_node, old.grammar, self.accepts, again.start, again.end
        )
        by = what.new_end - what.old_end
        place = Span(new.offset(again.start), new.offset(again.end))
        kept = _kept_finds(old.finds, finds, place, by)
        taking = _kept_uses(old.uses, uses, place, by)
        read = _Read(old.grammar, new, tree, kept, taking, broken)
        return Reading(_embedded(language, text, read, self), self.accepts, read)


def language_of(language_id: str, path: str) -> str:
    """The host language of a document by its editor's id or its path; '' for SQL and the unknown."""
    return grammars.named(language_id, PurePosixPath(path).suffix.lower())


def of(text: str, language: str, accepts: Accepts) -> Reading:
    """Read a whole file. Takes tens of milliseconds for long ones. Never raises: what can't be read has
    no regions."""
    if not isinstance(accepts, _Remembering):
        accepts = _Remembering(accepts)
    if len(text) > LONGEST or _has_long_line(text):
        return Reading(embedding.of(language, text, ()), accepts)
    if plain.reads(text, language):
        return Reading(embedding.of(language, text, _plain(text, language, accepts)), accepts)
    return _by_tree(text, language, accepts)


def _has_long_line(text: str) -> bool:
    if len(text) <= _LONGEST_LINE:
        return False
    return any(len(one) > _LONGEST_LINE for one in text.split("\n"))


def _plain(text: str, language: str, accepts: Accepts) -> tuple[Region, ...]:
    """The regions of lines that hold nothing but SQL, and of the code around them."""

    def read(code: str, of_language: str) -> tuple[Region, ...]:
        return of(code, grammars.named(of_language, ""), accepts).embedding.regions

    found, complete = plain.regions(text, language, read)
    if complete:
        return found
    code = _by_tree(text, language, accepts).embedding.regions
    others = [one for one in code if not any(one.host.meets(other.host) for other in found)]
    return tuple(sorted((*found, *others), key=_host_start))


def _by_tree(text: str, language: str, accepts: Accepts) -> Reading:
    grammar = grammars.of(language)
    if grammar is None:
        return Reading(embedding.of(language, text, ()), accepts)
    whole = source.of(text)
    tree = _tree(grammar, whole.data)
    if tree is None:
        return Reading(embedding.of(language, text, ()), accepts)
    finds, uses = finding.found(whole, tree.root_node, grammar, accepts, 0, len(whole.data))
    read = _Read(grammar, whole, tree, tuple(finds), tuple(uses))
    empty = Reading(embedding.of(language, "", ()), accepts)
    return Reading(_embedded(language, text, read, empty), accepts, read)


def _tree(grammar: Grammar, data: bytes) -> Tree | None:
    """The tree of a whole file; None if it is so far from being code that it takes seconds to read."""
    until = time.monotonic() + _PATIENCE

    def read(byte: int, point: object) -> bytes:
        return data[byte : byte + _CHUNK]

    def late(byte: int, broken: bool) -> bool:
        return time.monotonic() > until

    try:
        tree = Parser(grammar.language).parse(read, progress_callback=late)
    except ValueError:
        return None
    root = tree.root_node
    # Queries take time by the square of how many nodes stand side by side.
    return None if root.is_error and root.child_count > _MOST_BROKEN else tree


def _follows(old: str, new: str, what: Replaced) -> bool:
    """Is `new` as long as `what` makes `old`? If not, they are not versions of one text."""
    return len(old) + what.new_end - what.old_end == len(new)


def _again(tree: Tree, new: Source, old: _Read, start: int, end: int, by: int) -> Fragment:
    """What is read again: the part around the edit, with what could not be parsed before, and with all
    of each find in it."""
    broken = _moved(old.broken, end, by)
    if broken is not None:
        first, last = min(start, broken.start), max(end, broken.end)
        if last - first <= _MOST_AGAIN:
            start, end = first, last
    return fragment.of(tree, new, old.grammar, start, min(end, len(new.data)))


def _kept_finds(old: Sequence[Find], new: Sequence[Find], place: Span, by: int) -> tuple[Find, ...]:
    """The finds of the new text: those of `place` are `new`, those behind it have moved."""
    first = [one for one in old if one.region.host.end < place.start]
    own = [one for one in new if place.covers(one.region.host)]
    rest = [_moved_find(one, by) for one in old if one.region.host.start + by > place.end]
    return (*first, *own, *rest)


def _kept_uses(old: Sequence[Use], new: Sequence[Use], place: Span, by: int) -> tuple[Use, ...]:
    first = [one for one in old if one.host.end < place.start]
    own = [one for one in new if place.covers(one.host)]
    rest = [
        Use(one.host.shift(by), one.name, one.member, one.scope, one.callee, one.sure)
        for one in old
        if one.host.start + by > place.end
    ]
    return (*first, *own, *rest)


def _moved_find(find: Find, by: int) -> Find:
    if not by:
        return find
    one = find.region
    region = Region(
        one.host.shift(by),
        one.text,
        one.segments,
        one.literals,
        one.origin,
        one.callee,
        one.parameters,
    )
    marked = tuple((how, replace(one, host=one.host.shift(by))) for how, one in find.marked)
    return replace(find, region=region, marked=marked)


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


def _embedded(language: str, text: str, read: _Read, before: Reading) -> Embedding:
    """The embedding of what was read. Where no SQL has changed, it is the old one in a new host."""
    regions = tuple(_regions(read.finds, read.uses, before.accepts, text))
    old = before.embedding
    if len(regions) == len(old.regions) and all(
        one.text == other.text for one, other in zip(regions, old.regions, strict=True)
    ):
        return Embedding(language, text, regions, old.text, old.parts)
    return embedding.of(language, text, regions)


def _regions(
    finds: Sequence[Find], uses: Iterable[Use], accepts: Accepts, host: str
) -> Iterator[Region]:
    """The regions of a file; of those in one another, the outer one."""
    finds, linked = growing.together(finds, host, accepts)
    used: dict[str, list[Use]] = {}
    for use in uses:
        used.setdefault(use.name, []).append(use)
    given: dict[str, set[tuple[str, ...]]] = {}
    for find in finds:
        if find.name in used:
            given.setdefault(find.name, set()).add(find.scope)
    end = -1
    for find in finds:
        region: Region | None = find.region if find.certain else None
        said, marks = False, ""
        for use in used.get(find.name, ()) if find.name else ():
            if not _means(use, find, given[find.name]):
                continue
            if use.sure is Sure.FORMATS:
                marks = use.marks
            elif use.sure in (Sure.GROWS, Sure.JOINS):
                if use.host.start not in linked and not finding.stands_alone(find, use.sure):
                    region = None
                    break
            elif not said:
                said = True
                region = finding.taken(find, use, accepts) or region
        if region is not None and marks:
            formatted = dict(find.marked).get(marks, region)
            region = replace(formatted, origin=region.origin, callee=region.callee)
        if region is not None and region.host.start > end:
            yield region
            end = region.host.end


def _means(use: Use, find: Find, scopes: set[tuple[str, ...]]) -> bool:
    """Does the use mean the variable of the find? The one of the innermost function around the use."""
    if use.member:
        return True
    around = [one for one in scopes if use.scope[: len(one)] == one]
    return bool(around) and find.scope == max(around, key=len)


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
