"""The places on the screen that name the same thing as the one under the cursor."""

from __future__ import annotations

from itertools import islice

from sureql.ide import references
from sureql.ide.references import Place
from sureql.semantics.snapshot import Snapshot

_MOST_STATEMENTS = 20
"""Asked whenever the cursor moves: each statement costs a millisecond or more."""


def at(snapshot: Snapshot, offset: int) -> tuple[Place, ...]:
    """The places that name what is at `offset`, in order; those of a table or column of the schema
    in its own statement and the first ones that name it."""
    subject = references.at(snapshot, offset)
    if subject is None:
        return ()
    found = dict.fromkeys(references.within(snapshot, subject, subject.statement))
    for part in islice(references.places(snapshot, subject), _MOST_STATEMENTS):
        found.update(dict.fromkeys(part))
    return tuple(sorted(found, key=lambda place: place.span.start))
