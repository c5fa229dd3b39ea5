"""The sources that names at a place are taken from, and how their columns are written there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sureql.candidates import schema_index
from sureql.candidates.mentions import Mention
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


_TABLES = frozenset({Clause.FROM, Clause.JOIN})


@dataclass(frozen=True, slots=True)
class Scope:
    """`sources` of the innermost level (with the DML target where it can be named), `outer` those
    of the levels around it. `repeated` are the column names, in lower case, of more than one of
    `sources` that are not merged. `qualified` are the sources, in lower case, whose columns the
    user writes with their source."""

    sources: tuple[semantics.Source, ...]
    outer: tuple[semantics.Source, ...]
    repeated: frozenset[str]
    qualified: frozenset[str]

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


def of(place: Place, mentions: Iterable[Mention]) -> Scope:
    """The scope of `place`; `mentions` tell how the user writes columns here."""
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
    return Scope(sources, visible.outer, repeated, _qualified(place, sources, mentions))


def relation_key(source: semantics.Source) -> schema_index.RelationKey | None:
    """The catalog relation a source is, as a key."""
    return schema_index.key(source.relation) if source.relation else None


def _holds(sources: Iterable[semantics.Source], wanted: semantics.Source) -> bool:
    return any(source.name.lower() == wanted.name.lower() for source in sources)


def _qualified(
    place: Place, sources: tuple[semantics.Source, ...], mentions: Iterable[Mention]
) -> frozenset[str]:
    clause = place.context.clause
    if clause is Clause.CONFLICT or not sources:
        return frozenset()
    here = [mention for mention in mentions if mention.here and mention.clause not in _TABLES]
    qualifiers = {mention.qualifier for mention in here if mention.qualifier}
    bare = {mention.name for mention in here if not mention.qualifier}
    habit = bool(qualifiers) or (len(sources) > 1 and all(source.aliased for source in sources))
    found = set()
    for source in sources:
        low = source.name.lower()
        if low in qualifiers or (
            habit and not any(field.name.lower() in bare for field in source.fields)
        ):
            found.add(low)
    return frozenset(found)
