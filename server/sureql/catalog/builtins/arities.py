"""How many arguments the functions of SQLite and DuckDB take, and what DuckDB's refuse.

The data are in `<dialect>.arities.txt`, which `evals/builtins/arities.py` writes. A line is
`name counts` (`2-3`, `1+`) and, for DuckDB, `place:kinds` that no overload takes there; an
operator's line has the pairs of kinds that it refuses, that of `[types]` the names of types. Kinds are the letters of `KINDS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

KINDS = {
    "N": "a number",
    "S": "text",
    "B": "boolean",
    "D": "a date or timestamp",
    "T": "a time",
    "I": "an interval",
    "U": "a uuid",
    "1": "a number",
}
UNLIMITED = 1_000_000
_TYPES = "[types]"


@dataclass(frozen=True, slots=True)
class Arity:
    """`counts` are ranges of how many arguments a function takes, () if that is not known.
    `refused` are the kinds that it certainly does not take, by the argument's place from 0 on."""

    counts: tuple[tuple[int, int], ...] = ()
    refused: Mapping[int, str] = field(default_factory=dict)

    def takes(self, given: int) -> bool:
        """False if a call with that many arguments is certainly refused."""
        return not self.counts or any(least <= given <= most for least, most in self.counts)

    @property
    def wanted(self) -> str:
        """The counts in words: `2 to 3 arguments`."""
        parts = [_range(least, most) for least, most in self.counts]
        text = " or ".join(parts)
        return f"{text} argument{'' if text == '1' else 's'}"


@lru_cache(maxsize=4)
def lines(dialect: str) -> Mapping[str, str]:
    """What stands behind each name; empty for other dialects. Read when it is first needed."""
    file = resources.files(__package__) / f"{dialect}.arities.txt"
    if not file.is_file():
        return {}
    found: dict[str, str] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        name, _, rest = line.partition(" ")
        if name != "#":
            found[name] = rest
    return found


@lru_cache(maxsize=512)
def of(dialect: str, name: str) -> Arity | None:
    """A function's arguments; None if the dialect has no function of that name."""
    line = lines(dialect).get(name)
    if line is None:
        return None
    counts, *refused = line.split()
    places = (one.split(":") for one in refused)
    return Arity(
        counts=() if counts == "?" else tuple(_counts(one) for one in counts.split(",")),
        refused={int(place) - 1: kinds for place, kinds in places},
    )


@lru_cache(maxsize=64)
def refused_pairs(dialect: str, operator: str) -> frozenset[str]:
    """The pairs of kinds that an operator does not take."""
    return frozenset(lines(dialect).get(operator, "").split())


@lru_cache(maxsize=4)
def types(dialect: str) -> frozenset[str]:
    """The names of the types that a dialect has by itself."""
    return frozenset(lines(dialect).get(_TYPES, "").split())


def _counts(text: str) -> tuple[int, int]:
    if text.endswith("+"):
        return int(text[:-1]), UNLIMITED
    least, _, most = text.partition("-")
    return int(least), int(most or least)


def _range(least: int, most: int) -> str:
    if most == UNLIMITED:
        return f"{least} or more"
    if least == most:
        return str(least) if most else "no"
    return f"{least} or {most}" if most == least + 1 else f"{least} to {most}"
