"""All places of a file that name the same thing as the one under the cursor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.semantics import occurrences
from sureql.semantics.meaning import Meaning, Occurrence
from sureql.semantics.occurrences import Named
from sureql.semantics.snapshot import Snapshot
from sureql.syntax.script import Statement
from sureql.text.span import Span


@dataclass(frozen=True, slots=True)
class Subject:
    """What the name at a place means. `span` is in the document, `name` as the engine folds it.

    `statement` is where it stands. `own` is what it means in `home`, the one statement that makes
    it; `shared` what it means everywhere, a table or column. The columns of `CREATE TABLE … AS
    SELECT` are both.
    """

    span: Span
    name: str
    statement: Statement
    own: Meaning | None
    home: Statement
    shared: Meaning | None

    def meanings(self, statement: Statement) -> tuple[Meaning, ...]:
        """What it is known as in a statement."""
        own = self.own if statement.start == self.home.start else None
        return tuple(one for one in (own, self.shared) if one is not None)


@dataclass(frozen=True, slots=True)
class Place:
    """One place in the document. `defines`: the thing gets its name here."""

    span: Span
    defines: bool


def at(snapshot: Snapshot, offset: int) -> Subject | None:
    """What the name at `offset` means; None if there is no name or its statement can't be read."""
    statement = snapshot.script.at(offset)
    named = of(snapshot, statement)
    local = offset - statement.start
    if named is None:
        return None
    normalize = snapshot.script.dialect.normalize
    touching = [
        one
        for one in named.occurrences
        if one.span.touches(local)
        and (not one.implicit or one.name == normalize(one.span.of(statement.masked)))
    ]
    if not touching:
        return None
    # The cursor between two names touches both: the one that starts there is meant. Of a column and
    # the one that is called after it, the first.
    found = max(touching, key=lambda one: (one.span.start, not one.implicit))
    name = normalize(found.span.of(statement.masked))
    span, meaning = found.span.shift(statement.start), found.meaning
    if meaning.place is not None:
        shared = _column_of_made(snapshot, statement, named, meaning)
        return Subject(span, name, statement, meaning, statement, shared)
    home = _maker(snapshot, statement, meaning)
    own = _own(snapshot, home, meaning) if home is not None else None
    return Subject(span, name, statement, own, home or statement, meaning)


def of(snapshot: Snapshot, statement: Statement) -> Named | None:
    """The occurrences of one statement; None if it can't be read."""
    return occurrences.of(
        statement.masked,
        snapshot.catalog_at(statement),
        snapshot.catalog_after(statement),
        snapshot.script.dialect,
        statement.holes,
    )


def places(snapshot: Snapshot, subject: Subject) -> Iterator[tuple[Place, ...]]:
    """Where the document names the subject, statement by statement: each takes a few milliseconds."""
    if subject.shared is None:
        yield within(snapshot, subject, subject.home)
        return
    statements = snapshot.script.statements
    for name in subject.shared.path[1:]:
        # A column is nowhere without its table.
        statements = mentioning(statements, name)
    for statement in statements:
        yield within(snapshot, subject, statement)


def within(snapshot: Snapshot, subject: Subject, statement: Statement) -> tuple[Place, ...]:
    """Where one statement names the subject, in order of the text."""
    named = of(snapshot, statement)
    meanings = subject.meanings(statement)
    found: dict[Span, Place] = {}
    for one in named.occurrences if named is not None else ():
        if same(one, meanings):
            span = one.span.shift(statement.start)
            known = found.get(span)
            found[span] = Place(span, one.defines or (known is not None and known.defines))
    return tuple(found.values())


def mentioning(statements: Iterable[Statement], *names: str) -> tuple[Statement, ...]:
    """Those of the statements whose text holds one of `names`, in any letter case."""
    listed = "|".join(map(re.escape, names))
    word = re.compile(rf"(?<!\w)(?:{listed})(?!\w)", re.IGNORECASE)
    return tuple(one for one in statements if word.search(one.masked))


def same(occurrence: Occurrence, meanings: tuple[Meaning, ...]) -> bool:
    """True if the occurrence is of that thing. A table function's alias is its column, too."""
    return any(
        occurrence.meaning.place == one.place if one.place else occurrence.meaning == one
        for one in meanings
    )


def made_here(snapshot: Snapshot, path: tuple[str, ...]) -> catalog.Relation | None:
    """The table or view of that path if this file makes it, and it is no part of the schema."""
    here = snapshot.path or snapshot.uri
    if here in snapshot.base.sources or snapshot.base.find(path[:2]) is not None:
        return None
    script = snapshot.script
    for statement in reversed(script.statements):
        relation = snapshot.catalog_after(statement).find(path[:2])
        if relation is not None and relation.location is not None:
            return relation if relation.location.path == here else None
    return None


def _maker(snapshot: Snapshot, statement: Statement, meaning: Meaning) -> Statement | None:
    """The statement of this file that makes the table of a column."""
    if len(meaning.path) != 3:
        return None
    relation = snapshot.catalog_after(statement).find(meaning.path[:2])
    location = relation.location if relation is not None else None
    if location is None or location.path != (snapshot.path or snapshot.uri):
        return None
    return snapshot.script.at(location.name.start)


def _own(snapshot: Snapshot, maker: Statement, meaning: Meaning) -> Meaning | None:
    """What a column of the table that `maker` makes is in the query that it is made from."""
    named = of(snapshot, maker)
    if named is None or meaning.path[:2] not in _made(named):
        return None
    key = snapshot.base.key
    found = [own for name, own in named.output if key(name) == meaning.path[2]]
    return found[0][0] if found and found[0] and found[0][0].place is not None else None


def _column_of_made(
    snapshot: Snapshot, statement: Statement, named: Named, meaning: Meaning
) -> Meaning | None:
    """The column that `CREATE … AS SELECT` makes of one of its query's columns."""
    made = _made(named)
    key = snapshot.base.key
    names = [name for name, own in named.output if meaning in own]
    return Meaning("column", None, (*made[0], key(names[0]))) if made and names else None


def _made(named: Named) -> list[tuple[str, ...]]:
    return [
        one.meaning.path
        for one in named.occurrences
        if one.defines and one.meaning.kind == "table" and one.meaning.path
    ]


def declared(snapshot: Snapshot, subject: Subject) -> catalog.Location | None:
    """Where the schema of `snapshot` defines the subject."""
    if subject.shared is None:
        return None
    path = subject.shared.path
    relation = snapshot.base.find(path[:2])
    if relation is None or len(path) == 2:
        return relation.location if relation is not None else None
    column = snapshot.base.column(relation, path[2])
    return column.location if column is not None else None
