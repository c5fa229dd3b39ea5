"""What a name is the name of."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.text.span import Span


@dataclass(frozen=True, slots=True)
class Meaning:
    """`kind`: table, column, cte, alias.

    What a statement makes for itself is known by `place`, where it gets its name; what belongs to a
    schema by `path`: the keys of schema, table and, of a column, its own.
    """

    kind: str
    place: Span | None = None
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A place that names something.

    `defines`: it gets its name here. `implicit`: it has that name only because what stands there
    is called so (`SELECT id FROM t` makes a column `id`). `name` is then that name, '' if the
    engine makes one up. `used`: somebody may use the name.
    """

    span: Span
    meaning: Meaning
    defines: bool = False
    implicit: bool = False
    name: str = ""
    used: bool = True
