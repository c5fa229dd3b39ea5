"""What PostgreSQL's own catalog says of types, casts, operators and routines, complete.

A *kind* is a type by PostgreSQL's short name: `int4`, `text`, `int4[]`. The data are in
`postgres.signatures.txt`, which `evals/builtins/signatures.py` writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

_ROUTINE = re.compile(
    r"(?P<rows>~?)(?P<returns>[^(]+)\((?P<arguments>[^)]*)\)(?P<kind>[awo]?)(?P<variadic>\*?)"
    r"(?P<defaults>\d*)"
)


@dataclass(frozen=True, slots=True)
class Routine:
    """One overload. `kind`: '' scalar, 'a' aggregate, 'w' window, 'o' ordered-set aggregate.

    `defaults` is the number of last arguments that may be left out, `rows` says that it gives a
    set; a `variadic` one's last argument is an array (or "any") that takes what is left.
    """

    returns: str
    arguments: tuple[str, ...] = ()
    kind: str = ""
    rows: bool = False
    variadic: bool = False
    defaults: int = 0


@dataclass(frozen=True, slots=True)
class Operator:
    """A binary operator; `left` is '' where it stands before its only operand."""

    left: str
    right: str
    result: str


@dataclass(frozen=True, slots=True)
class Signatures:
    """`categories` by kind, `casts` by (source, target): 'i' implicit, 'a' in assignments,
    'e' only when written. `routines` are kept as lines until they are asked for."""

    categories: Mapping[str, str]
    preferred: frozenset[str]
    casts: Mapping[tuple[str, str], str]
    operators: Mapping[str, tuple[Operator, ...]]
    lines: Mapping[str, str]

    def routines(self, name: str) -> tuple[Routine, ...]:
        """The overloads of a routine, () if there is none of that name."""
        line = self.lines.get(name)
        return _routines(line) if line is not None else ()


@lru_cache(maxsize=1)
def postgres() -> Signatures:
    """Read once, when the first type is checked."""
    text = (resources.files(__package__) / "postgres.signatures.txt").read_text(encoding="utf-8")
    sections: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("[") and " " not in line:
            current = sections.setdefault(line.strip("[]"), {})
        elif not line.startswith("# "):
            name, _, rest = line.partition(" ")
            current[name] = rest
    types = sections["types"]
    return Signatures(
        categories={name: found[0] for name, found in types.items()},
        preferred=frozenset(name for name, found in types.items() if found.endswith("!")),
        casts={
            (source, cast.rpartition(".")[0]): cast[-1]
            for source, casts in sections["casts"].items()
            for cast in casts.split()
        },
        operators={
            name: tuple(Operator(*one.split(",")) for one in found.split())
            for name, found in sections["operators"].items()
        },
        lines=sections["routines"],
    )


@lru_cache(maxsize=1024)
def _routines(line: str) -> tuple[Routine, ...]:
    return tuple(
        Routine(
            returns=match["returns"],
            arguments=tuple(filter(None, match["arguments"].split(","))),
            kind=match["kind"],
            rows=bool(match["rows"]),
            variadic=bool(match["variadic"]),
            defaults=int(match["defaults"] or 0),
        )
        for match in map(_ROUTINE.fullmatch, line.split())
        if match is not None
    )
