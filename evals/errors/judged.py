"""Several faults in one statement, with the engine as judge."""

from __future__ import annotations

import random
from functools import cache

from evals.completion.corpus import Schema
from evals.completion.engines import Engine
from evals.errors.fault import CLASSES, Fault, moved
from evals.errors.measure import errors, snapshot
from evals.errors.query import Query
from evals.errors.tally import Tally
from sureql.ide.diagnostics import runner
from sureql.oracle import engines
from sureql.oracle.engine import Engine as Judging
from sureql.oracle.engine import EngineSpec
from sureql.ports.errors import JudgeError
from sureql.text.span import Span

_TRIES = 6
_DEADLINE = 2.0  # Agreement is measured here, not speed.


def several(
    schema: Schema, queries: list[Query], engine: Engine, quota: int, folder: str, tally: Tally
) -> None:
    """Statements with two and with three faults, `quota` of each, checked with the engine."""
    judging = _opened(schema.dialect.name, folder)
    if judging is None:
        return
    chance = random.Random(f"{schema.name} {schema.dialect.name}")
    queries = [query for query in queries if not engine.refuses(query.text)]
    for number in (2, 3):
        done = 0
        for query in chance.sample(queries, len(queries)):
            if done >= quota:
                break
            chosen = _faults(query, engine, number, chance)
            if chosen:
                done += 1
                _check(schema, query, chosen, judging, tally)


@cache
def _opened(dialect: str, folder: str) -> Judging | None:
    try:
        return engines.opened(EngineSpec(dialect, cache=folder, deadline=_DEADLINE))
    except JudgeError:
        return None


def _faults(
    query: Query, engine: Engine, number: int, chance: random.Random
) -> list[tuple[str, Fault]]:
    """`number` faults of different classes and places, each refused by the engine alone."""
    classes = [name for name, kind in CLASSES.items() if kind.local]
    if query.dialect.name != "postgres":
        classes.remove("unknown-schema")  # A database that is attached when the statement runs.
    chance.shuffle(classes)
    # At most one fault of syntax: what is behind a second one cannot be known.
    wanted = [name for name in classes if CLASSES[name].area != "syntax"]
    if chance.random() < 0.25:
        wanted.insert(0, next(name for name in classes if CLASSES[name].area == "syntax"))
    chosen: list[tuple[str, Fault]] = []
    for name in wanted:
        made = list(CLASSES[name].make(query))
        for fault in chance.sample(made, min(_TRIES, len(made))):
            if not _apart(fault, [one for _, one in chosen]):
                continue
            if engine.refuses(fault.text(query.text)):
                chosen.append((name, fault))
                break
        if len(chosen) == number:
            return chosen
    return []


def _apart(fault: Fault, others: list[Fault]) -> bool:
    ours = _reach(fault)
    return not any(_near(ours, _reach(other)) for other in others)


def _reach(fault: Fault) -> Span:
    spans = [edit.span for edit in fault.edits] + list(fault.marks)
    return Span(min(one.start for one in spans), max(one.end for one in spans))


def _near(one: Span, other: Span) -> bool:
    return one.start <= other.end + 1 and other.start <= one.end + 1


def _check(
    schema: Schema,
    query: Query,
    chosen: list[tuple[str, Fault]],
    judging: Judging,
    tally: Tally,
) -> None:
    edits = tuple(edit for _, fault in chosen for edit in fault.edits)
    text = Fault(edits).text(query.text)
    every = runner.document(snapshot(schema, text), judging.judge_for)
    found = [one for one in every if one.severity in ("error", "warning")]
    syntax = any(CLASSES[name].area == "syntax" for name, _ in chosen)
    kind = ("with a syntax error" if syntax else "names and types") + f" {len(chosen)}"
    dialect = schema.dialect.name
    tally.add(dialect, kind, "statements")
    tally.add(dialect, kind, "faults", len(chosen))
    seen, used = 0, set()
    told = "; ".join(f"{one.span.of(text)!r} {one.message}" for one in found)
    for name, fault in chosen:
        marks = fault.marks or tuple(edit.span for edit in fault.edits)
        places = [moved(mark, edits) for mark in marks]
        hits = [one for one in found if any(_touch(place, one.span) for place in places)]
        used.update(id(one) for one in hits)
        if hits:
            seen += 1
            inside = any(place.covers(one.span) for place in places for one in hits)
            tally.add(dialect, kind, "within", inside)
            if not inside:
                tally.show(dialect, kind, f"range {name}", f"{told} :: {text}")
        else:
            tally.add(dialect, kind, f"missed {name}")
            tally.show(dialect, kind, f"missed {name}", f"{told} :: {text}")
    tally.add(dialect, kind, "found", seen)
    tally.add(dialect, kind, "whole", seen == len(chosen))
    extra = len([one for one in errors(every) if id(one) not in used])
    tally.add(dialect, kind, "extra", extra)
    if extra:
        tally.show(dialect, kind, "extra", f"{told} :: {text}")


def _touch(place: Span, span: Span) -> bool:
    return place.overlaps(span) or place.covers(span)
