"""One query level while it is resolved: what stands in FROM and which columns that gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from sqlglot import exp

from sureql.semantics.model import Field, Source

Index = Mapping[str, tuple[Field, ...]]
Condition = tuple[exp.Expr, tuple[int, int]]
"""An ON condition and the range of entries it sees."""


@dataclass(slots=True)
class Entry:
    """A source in FROM. `nullable`: an outer join may fill its columns with NULLs.

    `qualified` sources give columns only with their name before them (`excluded` in SQLite).
    `index` finds fields by key. `group` counts the comma-separated items of FROM.
    """

    source: Source
    index: Index
    nullable: bool = False
    qualified: bool = False
    group: int = 0

    def seen(self, found: Field) -> Field:
        """The field as the query sees it."""
        return replace(found, nullable=True) if self.nullable and not found.nullable else found


@dataclass(slots=True)
class Merged:
    """A column that USING or NATURAL made of one column in each of `entries`."""

    field: Field
    entries: list[Entry]


@dataclass(slots=True)
class Scope:
    """A query level. `visible` narrows what an ON condition sees to `entries[start:stop]`.

    `aliases` are the select list's names, `clause` the clause that is being resolved.
    `order` keeps the columns of `*` as (key, entry, field), merged ones without an entry.
    """

    parent: Scope | None = None
    ctes: dict[str, Source] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    merged: dict[str, Merged] = field(default_factory=dict)
    aliases: dict[str, Field] = field(default_factory=dict)
    projection: tuple[Field, ...] = ()
    clause: str = ""
    visible: tuple[int, int] | None = None
    order: list[tuple[str, Entry | None, Field]] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    opaque: bool = False  # Something in FROM was not understood: names may come from it.

    def sources(self) -> list[Entry]:
        """The entries that a name may come from at this point."""
        if self.visible is None:
            return self.entries
        start, stop = self.visible
        return self.entries[start:stop]

    def levels(self) -> Iterator[Scope]:
        """This level and those around it, innermost first."""
        level: Scope | None = self
        while level is not None:
            yield level
            level = level.parent

    @property
    def closed(self) -> bool:
        """True if every column that this level has is known."""
        return not self.opaque and all(entry.source.closed for entry in self.entries)
