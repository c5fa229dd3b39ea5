"""The places on the screen that name the same thing as the one under the cursor."""

from __future__ import annotations

from bisect import bisect_left

from sureql.ide import references
from sureql.ide.references import Place
from sureql.semantics.snapshot import Snapshot

_NEAR = 10
_MOST = 5
"""Asked whenever the cursor moves: so many of the statements that stand around its own are looked
at, those that name it, because each costs a millisecond or more."""


def at(snapshot: Snapshot, offset: int) -> tuple[Place, ...]:
    """The places that name what is at `offset`, in order; those of a table or column of the schema
    in its own statement and in some around it."""
    subject = references.at(snapshot, offset)
    if subject is None:
        return ()
    found = dict.fromkeys(references.within(snapshot, subject, subject.statement))
    if subject.shared is not None:
        statements = snapshot.script.statements
        own = bisect_left(statements, subject.statement.start, key=lambda one: one.start)
        around = statements[max(0, own - _NEAR) : own + _NEAR + 1]
        nearest = sorted(around, key=lambda one: abs(one.start - subject.statement.start))
        naming = references.mentioning(nearest, subject.shared.path[-1])
        for statement in naming[: _MOST + 1]:
            found.update(dict.fromkeys(references.within(snapshot, subject, statement)))
    return tuple(sorted(found, key=lambda place: place.span.start))
