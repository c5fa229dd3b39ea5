"""What a model writes at positions of queries, judged by the real engines."""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from evals.completion import positions
from evals.completion.corpus import Schema
from evals.completion.engines import Engine
from evals.completion.positions import Position
from evals.model.asking import Asking, request
from sureql.gate import continuation
from sureql.inline import complete as pipeline
from sureql.inline.cache import Cache
from sureql.inline.complete import Proposal
from sureql.syntax import lexer

SYNTAX = ("syntax error", "incomplete input", "Parser Error", "unrecognized token")


@dataclass(slots=True)
class Tally:
    """Counts by way of asking: positions, written, parses, resolves, right, milliseconds, tokens."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)

    def of(self, way: str) -> Counter[str]:
        return self.counts.setdefault(way, Counter())

    def merge(self, other: Tally) -> None:
        for way, counts in other.counts.items():
            self.of(way).update(counts)


def sample(schema: Schema, most: int, seed: int = 11) -> list[Position]:
    """At most `most` positions of the schema's queries, drawn with `seed`."""
    every = [one for query in schema.queries for one in positions.every(query, schema.dialect)]
    return random.Random(f"{seed}{schema.name}").sample(every, min(most, len(every)))


async def measure(schema: Schema, engine: Engine, asking: Asking, most: int, naive: bool) -> Tally:
    """Every way of asking at some positions; `naive`: also without any choice of what is told."""
    tally = Tally()
    for position in sample(schema, most):
        asked = pipeline.begin(request(schema, position))
        if asked is None:
            continue
        prompt = await asking.prompt(schema, position)
        begun = time.perf_counter()
        raw = await asking.raw(schema, position, prompt)
        _add(tally, "raw", schema, engine, position, raw, begun)
        _add(tally, "raw, checked", schema, engine, position, _checked(asked, raw, True), begun)
        begun = time.perf_counter()
        held = await asking.held(schema, position, prompt)
        if held is not None:
            _add(tally, "held to a grammar", schema, engine, position, held, begun)
            shown = _checked(asked, held, False)
            _add(tally, "held to a grammar, checked", schema, engine, position, shown, begun)
        tally.of("raw, checked")["tokens"] += prompt.tokens
        if not naive:
            continue
        begun = time.perf_counter()
        text, told = await asking.naive(schema, position)
        _add(tally, "naive window", schema, engine, position, text, begun)
        shown = _checked(asked, text, True)
        _add(tally, "naive window, checked", schema, engine, position, shown, begun)
        tally.of("naive window, checked")["tokens"] += told
    return tally


def _checked(asked: pipeline.Asked, text: str, raw: bool) -> str:
    kept = pipeline.checked(asked, Proposal(text, "", "model", raw=raw), Cache())
    return kept.insert if kept else ""


def _add(
    tally: Tally,
    way: str,
    schema: Schema,
    engine: Engine,
    position: Position,
    insert: str,
    begun: float,
) -> None:
    counts = tally.of(way)
    counts["milliseconds"] += round(1e3 * (time.perf_counter() - begun))
    counts["positions"] += 1
    if not insert.strip():
        return
    counts["written"] += 1
    message = _refusal(schema, engine, position, insert)
    if message and _refusal(schema, engine, position, ""):
        # The engine takes no continuation of the user's own text either: it can't rule on this one.
        counts["beyond"] += 1
        counts["written"] -= 1
        return
    if message and way.endswith("checked"):
        sys.stderr.write(f"refused: {position.removed!r} + {insert!r}: {message}\n")
    counts["parses"] += not any(mark in message for mark in SYNTAX) and message != NONE
    counts["resolves"] += not message
    wrote = lexer.code(insert, schema.dialect)
    counts["whole"] += positions.same(insert, position.rest[: len(wrote)], schema.dialect)
    counts["first"] += positions.first_same(insert, position.rest, schema.dialect)


NONE = "no continuation to try"


def _refusal(schema: Schema, engine: Engine, position: Position, insert: str) -> str:
    """The engine's message on the best continuation of the text with the insert; '' if one is taken.

    A message about anything but syntax is preferred: then the text parses.
    """
    best = NONE
    after = position.removed + insert
    for candidate in continuation.continuations(after, schema.dialect, schema.catalog):
        message = engine.refuses(candidate)
        if not message:
            return ""
        if best == NONE or not any(mark in message for mark in SYNTAX):
            best = message
    return best
