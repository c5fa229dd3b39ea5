"""What was learnt from statements written before: counts that rank and shapes that complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sureql.history.recall import Past

_EMPTY: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class History:
    """Statements of this workspace and user, as tallies and as normalised texts.

    Keys are lower case. `relations['orders']`, `columns['orders.total']` (or `.total` if the
    relation is unknown), `joins['a.x=b.y']` with the two sides sorted, `clauses['where:orders.total']`,
    `functions['count']`. `statements` are the past statements, newest last. `aliases` says which
    relation an alias usually means. `past` holds the statements' shapes: what usually comes next.
    """

    relations: Mapping[str, float] = field(default_factory=lambda: _EMPTY)
    columns: Mapping[str, float] = field(default_factory=lambda: _EMPTY)
    joins: Mapping[str, float] = field(default_factory=lambda: _EMPTY)
    clauses: Mapping[str, float] = field(default_factory=lambda: _EMPTY)
    functions: Mapping[str, float] = field(default_factory=lambda: _EMPTY)
    statements: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    past: Past = field(default_factory=Past)


NOTHING = History()
