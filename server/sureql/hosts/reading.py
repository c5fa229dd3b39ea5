"""The SQL of a host file, kept in step with its text: an edit reads only what it changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from tree_sitter import Parser, Tree

from sureql.hosts import embedding, finding, grammars, source
from sureql.hosts.embedding import Embedding
from sureql.hosts.finding import Accepts, Find, Use
from sureql.hosts.model import Region
from sureql.text.document import Replaced

LONGEST = 3_000_000
"""Code points above which a file is not read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One version of a host file. `finds` and `uses` are in the order of its text."""

    embedding: Embedding
    accepts: Accepts
    tree: Tree | None = None
    finds: tuple[Find, ...] = ()
    uses: tuple[Use, ...] = ()

    def edited(self, text: str, what: Replaced) -> Reading:
        """The reading of the new `text`, after `what` was done to the old one."""
        return of(text, self.embedding.language, self.accepts)


def language_of(language_id: str, path: str) -> str:
    """The host language of a document by its editor's id or its path; '' for SQL and the unknown."""
    return grammars.named(language_id, PurePosixPath(path).suffix.lower())


def of(text: str, language: str, accepts: Accepts) -> Reading:
    """Read a whole file. Takes tens of milliseconds for long ones. Never raises: what can't be read has
    no regions."""
    grammar = grammars.of(language)
    if grammar is None or len(text) > LONGEST:
        return Reading(embedding.of(language, text, ()), accepts)
    read = source.of(text)
    tree = Parser(grammar.language).parse(read.data)
    finds, uses = finding.found(read, tree.root_node, grammar, accepts, 0, len(read.data))
    regions = tuple(_regions(finds, uses, accepts))
    return Reading(embedding.of(language, text, regions), accepts, tree, tuple(finds), tuple(uses))


def _regions(finds: Sequence[Find], uses: Sequence[Use], accepts: Accepts) -> Iterator[Region]:
    """The regions of a file; of those in one another, the outer one."""
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
        for use in used.get(find.name, ()):
            if _means(use, find, given[find.name]):
                region = finding.taken(find, use, accepts) or region
                break
        if region is not None and region.host.start > end:
            yield region
            end = region.host.end


def _means(use: Use, find: Find, scopes: set[tuple[str, ...]]) -> bool:
    """Does the use mean the variable of the find? The one of the innermost function around the use."""
    if use.member:
        return True
    around = [one for one in scopes if use.scope[: len(one)] == one]
    return bool(around) and find.scope == max(around, key=len)
