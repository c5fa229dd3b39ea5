"""Keys saved by the engine alone and by engine and model, on the same queries."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from evals.completion import ghost
from evals.completion.corpus import Schema
from evals.model.asking import Asking
from sureql.history.model import NOTHING
from sureql.inline.cache import Cache

ROUNDS = 2_000


@dataclass(frozen=True, slots=True)
class Typed:
    """One query: its `characters`, and for engine alone and engine with model the keys pressed, the
    items shown and those of them that were right."""

    characters: int
    engine: tuple[int, int, int]
    both: tuple[int, int, int]


async def type_query(schema: Schema, query: str, asking: Asking) -> Typed:
    """The query typed letter by letter twice; a right item is taken whole with one key."""

    async def by_engine(offset: int, cache: Cache):
        return ghost.ask(schema, query[:offset], offset, NOTHING, cache)

    async def by_both(offset: int, cache: Cache):
        return await asking.items(schema, query[:offset], offset, cache)

    found = []
    for source in (by_engine, by_both):
        cache, offset, pressed, shown, right = Cache(), 0, 0, 0, 0
        last = ""
        while offset < len(query):
            items = await source(offset, cache)
            taken = ghost._taken(schema, query, offset, items[0]) if items else 0
            text = items[0].insert.strip() if items else ""
            # An item that goes on being shown while it is typed along counts once.
            if text and not last.endswith(text):
                shown += 1
                right += taken > 0
            last = text
            offset += taken or 1
            pressed += 1
        found.append((pressed, shown, right))
    return Typed(len(query), found[0], found[1])


def saved(queries: Sequence[Typed], both: bool) -> float:
    pressed = sum((one.both if both else one.engine)[0] for one in queries)
    return 1 - pressed / sum(one.characters for one in queries)


def precision(queries: Sequence[Typed], both: bool) -> float:
    shown = sum((one.both if both else one.engine)[1] for one in queries)
    return sum((one.both if both else one.engine)[2] for one in queries) / max(1, shown)


def bootstrap(queries: Sequence[Typed], measure: object, seed: int = 5) -> tuple[float, float]:
    """The 95 % interval of (with model − without), in points, drawn over queries in pairs."""
    chance = random.Random(seed)
    differences = []
    for _ in range(ROUNDS):
        drawn = chance.choices(queries, k=len(queries))
        differences.append(100 * (measure(drawn, True) - measure(drawn, False)))  # type: ignore[operator]
    differences.sort()
    return differences[int(0.025 * ROUNDS)], differences[int(0.975 * ROUNDS) - 1]
