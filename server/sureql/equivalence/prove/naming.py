"""What names mean while a query is read: the sources of each level, innermost first."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from sureql.equivalence.prove import algebra
from sureql.equivalence.prove.algebra import Term
from sureql.syntax.vocabulary import words

# Columns that tables have without saying so: they come before those of the levels around.
_HIDDEN = words("rowid oid _rowid_ ctid xmin xmax cmin cmax tableoid file_row_number")


class UnreadableError(Exception):
    """Something that the prover does not know: there is no proof then."""


@dataclass(slots=True)
class Source:
    """What a name before a dot means. `fields` are keys of columns and what they stand for."""

    name: str
    fields: list[tuple[str, Term]]


@dataclass(slots=True)
class Definition:
    """A CTE: its query, its columns' new names, and where its own names are looked up."""

    node: exp.Expr
    renamed: tuple[str, ...]
    scope: Scope


@dataclass(slots=True)
class Scope:
    """One query level. `merged` are the columns that USING made one; `stars` those that `*` gives,
    in order; `aliases` what the select list names."""

    parent: Scope | None = None
    sources: list[Source] = field(default_factory=list)
    merged: dict[str, Term] = field(default_factory=dict)
    stars: list[tuple[str, Term]] = field(default_factory=list)
    aliases: dict[str, Term] = field(default_factory=dict)
    written: frozenset[str] = frozenset()
    ctes: dict[str, Definition] = field(default_factory=dict)

    def definition(self, key: str) -> Definition | None:
        """The CTE of that name, in this level or around it."""
        level: Scope | None = self
        while level is not None:
            if key in level.ctes:
                return level.ctes[key]
            level = level.parent
        return None

    def qualified(self, name: str, key: str) -> Term:
        """The column `name.key`."""
        level: Scope | None = self
        while level is not None:
            found = [one for one in level.sources if one.name == name]
            if len(found) > 1:
                raise UnreadableError
            if found:
                return _only([term for field, term in found[0].fields if field == key])
            level = level.parent
        raise UnreadableError

    def bare(self, key: str, clause: str, aliases: frozenset[str]) -> Term:
        """The column `key`. `aliases` are the clauses that know the names of the select list."""
        own = [term for one in self.sources for field, term in one.fields if field == key]
        named = key in self.written
        if key in self.merged:
            if named and clause in aliases:
                raise UnreadableError
            return self.merged[key]
        if own:
            # Engines differ in which of the two they prefer.
            if named and clause in aliases and self.aliases.get(key) != own[0]:
                raise UnreadableError
            return _only(own)
        if named:
            if clause in aliases and key in self.aliases:
                return self.aliases[key]
            raise UnreadableError
        if self.parent is None or key.lower() in _HIDDEN:
            raise UnreadableError
        return self.parent.bare(key, "outer", frozenset())


def field_of(number: int, key: str) -> tuple[str, Term]:
    """A field that is a column of a leaf."""
    return key, algebra.column(number, key)


def _only(found: list[Term]) -> Term:
    if len(found) != 1:
        raise UnreadableError
    return found[0]
