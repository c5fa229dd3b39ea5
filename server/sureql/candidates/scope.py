"""The sources that names at a place are taken from, and how their columns are written there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sureql.candidates import schema_index
from sureql.candidates.model import Place
from sureql.semantics import model as semantics
from sureql.syntax.cursor import Clause, NamePath

_TARGET_CLAUSES = frozenset(
    {
        Clause.SET,
        Clause.WHERE,
        Clause.RETURNING,
        Clause.CONFLICT,
        Clause.USING,
        Clause.INDEX_COLUMNS,
        Clause.ALTER,
        Clause.MERGE,
        Clause.ON,
    }
)


@dataclass(frozen=True, slots=True)
class Scope:
    """`sources` of the innermost level (with the DML target where it can be named), `outer` those
    of the levels around it. `repeated` are the column names, in lower case, of more than one of
    `sources` that are not merged. `qualify`: write every column with its source."""

    sources: tuple[semantics.Source, ...]
    outer: tuple[semantics.Source, ...]
    repeated: frozenset[str]
    qualify: bool

    def find(self, name: str) -> semantics.Source | None:
        """The nearest source of that name."""
        low = name.lower()
        named = (source for source in (*self.sources, *self.outer) if source.name.lower() == low)
        return next(named, None)

    def field(self, path: NamePath) -> tuple[semantics.Source, semantics.Field] | None:
        """The column that `path` means, with its source."""
        name = path.parts[-1].lower()
        if len(path.parts) > 1:
            source = self.find(path.parts[-2])
            candidates: Iterable[semantics.Source] = (source,) if source else ()
        else:
            candidates = (*self.sources, *self.outer)
        for source in candidates:
            for field in source.fields:
                if field.name.lower() == name:
                    return source, field
        return None


def of(place: Place) -> Scope:
    """The scope of `place`."""
    visible = place.visible
    sources = visible.sources
    target = visible.target
    changed = place.context.statement_kind.startswith(("UPDATE", "DELETE", "MERGE"))
    # INSERT … SELECT … WHERE has a frame of its own, in which the target has no name.
    named = place.context.clause in _TARGET_CLAUSES and (changed or not sources)
    if target and named and not _holds(sources, target):
        sources = (target, *sources)
    merged = {name.lower() for name in visible.merged}
    counts: Counter[str] = Counter()
    if len(sources) > 1:
        for source in sources:
            counts.update({field.name.lower() for field in source.fields})
    repeated = frozenset(name for name, count in counts.items() if count > 1 and name not in merged)
    return Scope(sources, visible.outer, repeated, _qualifies(place, sources))


def relation_key(source: semantics.Source) -> schema_index.RelationKey | None:
    """The catalog relation a source is, as a key."""
    return schema_index.key(source.relation) if source.relation else None


def written(place: Place, scope: Scope, source: semantics.Source, field: semantics.Field) -> str:
    """The column as it is written at `place`: qualified where needed or where the user does so."""
    name = place.dialect.write(field.name)
    if field.name.lower() in scope.repeated or (scope.qualify and source.name):
        return f"{place.dialect.write(source.name)}.{name}" if source.name else name
    return name


def _holds(sources: Iterable[semantics.Source], wanted: semantics.Source) -> bool:
    return any(source.name.lower() == wanted.name.lower() for source in sources)


def _qualifies(place: Place, sources: tuple[semantics.Source, ...]) -> bool:
    if place.context.clause in (Clause.SET, Clause.CONFLICT, Clause.RETURNING):
        return len(sources) > 1 and place.context.clause is not Clause.CONFLICT
    if place.style.qualify is not None:
        return place.style.qualify and bool(sources)
    return len(sources) > 1 and all(source.aliased for source in sources)
