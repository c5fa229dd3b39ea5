"""One schema in one dialect: single faults, false alarms and fixes, without a judge."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

from evals.completion.corpus import Schema
from evals.completion.engines import Engine
from evals.errors import workload
from evals.errors.fault import CLASSES, Fault, FaultClass, moved
from evals.errors.query import Query
from evals.errors.tally import Tally
from sureql.ide.diagnostics import runner
from sureql.ide.model import Diagnostic, Fix
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import lexer, script
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind
from sureql.text.edits import apply_edits
from sureql.text.span import Span

_FIXES_TRIED = 3


crashes: list[str] = []
"""What raised in this process; aim: nothing."""


def diagnose(schema: Schema, text: str) -> tuple[Diagnostic, ...]:
    """What a user sees about `text` without an engine."""
    try:
        return runner.document(snapshot(schema, text))
    except Exception as error:  # Counted, so that one crash does not hide all figures.
        crashes.append(f"{type(error).__name__}: {error} :: {text}")
        return ()


def snapshot(schema: Schema, text: str) -> Snapshot:
    return Snapshot("file:///eval.sql", "", 1, script.of(text, schema.dialect), schema.catalog)


def errors(found: tuple[Diagnostic, ...]) -> list[Diagnostic]:
    return [one for one in found if one.severity == "error"]


def valid_queries(schema: Schema, engine: Engine) -> list[Query]:
    """The schema's statements that the engine accepts, or says nothing about."""
    return [
        Query(text, schema.dialect, schema.catalog)
        for text in schema.queries
        if not (message := engine.refuses(text)) or workload.unsure(message)
    ]


def false_alarms(schema: Schema, queries: list[Query], tally: Tally) -> None:
    name = schema.dialect.name
    for query in queries:
        found = diagnose(schema, query.text)
        tally.add(name, "", "valid")
        loud = [one for one in found if one.severity in ("error", "warning")]
        tally.add(name, "", "with an error", bool(errors(found)))
        tally.add(name, "", "with a warning", bool(loud))
        for code in {one.code for one in loud}:
            tally.add(name, "", f"code {code}")
        for one in errors(found):
            tally.show(name, "false alarm", one.code, f"{one.message} :: {query.text}")


def singles(
    schema: Schema,
    queries: list[Query],
    engine: Engine,
    quota: int,
    tally: Tally,
    wanted: tuple[str, ...] = (),
) -> None:
    """Up to `quota` refused mutants of every class, and the accepted ones met on the way."""
    queries = [query for query in queries if not engine.refuses(query.text)]
    for name, kind in CLASSES.items():
        if wanted and name not in wanted:
            continue
        refused = accepted = 0
        for query, fault in _drawn(schema, queries, kind, quota * 4):
            text = fault.text(query.text)
            message = engine.refuses(text)
            if workload.unsure(message):
                continue
            if message and refused < quota:
                refused += 1
                _refused(schema, engine, query, kind, fault, message, tally)
            elif not message and accepted < quota:
                accepted += 1
                found = errors(diagnose(schema, text))
                tally.add(schema.dialect.name, name, "accepted")
                if found:
                    tally.add(schema.dialect.name, name, "wrong")
                    told = "; ".join(one.message for one in found)
                    tally.show(schema.dialect.name, name, "wrong", f"{told} :: {text}")
            if refused >= quota:
                break


def _drawn(
    schema: Schema, queries: list[Query], kind: FaultClass, most: int
) -> Iterator[tuple[Query, Fault]]:
    """Faults of a class over the queries in a fixed random order, one or two of each query."""
    chance = random.Random(f"{schema.name} {schema.dialect.name} {kind.name}")
    order = list(queries)
    chance.shuffle(order)
    drawn = 0
    for query in order:
        made = list(kind.make(query))
        for fault in chance.sample(made, min(len(made), 2 if len(queries) < most else 1)):
            yield query, fault
            drawn += 1
        if drawn >= most:
            return


def _refused(
    schema: Schema,
    engine: Engine,
    query: Query,
    kind: FaultClass,
    fault: Fault,
    message: str,
    tally: Tally,
) -> None:
    dialect, name, text = schema.dialect.name, kind.name, fault.text(query.text)
    tally.add(dialect, name, "refused")
    told = diagnose(schema, text)
    found = errors(told)
    places = fault.places()
    loud = [one for one in told if one.severity in ("error", "warning")]
    tally.add(dialect, name, "told", any(_near(places, one.span) for one in loud))
    if not found:
        tally.show(dialect, name, "missed", f"{message} :: {text}")
        return
    tally.add(dialect, name, "found")
    hits = [one for one in found if _near(places, one.span)]
    if not hits:
        said = "; ".join(f"{one.span.of(text)!r} {one.message}" for one in found)
        tally.show(dialect, name, "elsewhere", f"{said} :: {text}")
    tally.add(dialect, name, "hit", bool(hits))
    tally.add(dialect, name, "extra", len(found) - 1)
    if len(found) > 1 and not kind.hides:
        said = "; ".join(f"{one.span.of(text)!r} {one.message}" for one in found)
        tally.show(dialect, name, "several", f"{said} :: {text}")
    _fixed(schema, engine, query, kind, text, found, tally)


def _near(places: tuple[Span, ...], span: Span) -> bool:
    return any(place.start <= span.end and span.start <= place.end for place in places)


def _fixed(
    schema: Schema,
    engine: Engine,
    query: Query,
    kind: FaultClass,
    text: str,
    found: list[Diagnostic],
    tally: Tally,
) -> None:
    dialect, name = schema.dialect.name, kind.name
    with_fix = next((one for one in found if one.fixes), None)
    if with_fix is None:
        tally.show(dialect, name, "no fix", f"{found[0].message} :: {text}")
        return
    tally.add(dialect, name, "fixable")
    first = next((fix for fix in with_fix.fixes if fix.preferred), with_fix.fixes[0])
    fixed = apply_edits(text, first.edits)
    restored = plain(fixed, schema.dialect) == plain(query.text, schema.dialect)
    tally.add(dialect, name, "restored", restored)
    tally.add(dialect, name, "restorable", not kind.lossy)
    if not restored and not kind.lossy:
        tally.show(dialect, name, "not restored", f"{first.title} :: {text}")
    refused = engine.refuses(fixed)
    tally.add(dialect, name, "works", not refused)
    if refused:
        tally.show(dialect, name, "fix refused", f"{first.title}: {refused} :: {text}")
    known = Counter(one.code for one in (*diagnose(schema, query.text), *diagnose(schema, text)))
    for one in found[:_FIXES_TRIED]:
        for fix in one.fixes[:_FIXES_TRIED]:
            _keeps(schema, kind, text, one, fix, known, tally)


def _keeps(
    schema: Schema,
    kind: FaultClass,
    text: str,
    cause: Diagnostic,
    fix: Fix,
    known: Counter[str],
    tally: Tally,
) -> None:
    """Counts whether a fix takes its cause away and brings nothing new."""
    dialect, name = schema.dialect.name, kind.name
    fixed = apply_edits(text, fix.edits)
    after = diagnose(schema, fixed)
    place = moved(cause.span, fix.edits)
    told = f"{fix.title} for {cause.message} :: {text}"
    tally.add(dialect, name, "fixes")
    if any(one.code == cause.code and one.span == place for one in after):
        tally.add(dialect, name, "cause stays")
        tally.show(dialect, name, "cause stays", told)
    new = Counter(one.code for one in after if one.severity in ("error", "warning")) - known
    if new and not kind.hides:
        tally.add(dialect, name, "brings new")
        tally.show(dialect, name, "brings new", f"{', '.join(new)}: {told}")


def plain(text: str, dialect: Dialect) -> tuple[str, ...]:
    """The text without case, white space, quotes of names, qualifiers and optional words."""
    out: list[str] = []
    for token in lexer.code(text, dialect):
        if token.text == ";" or token.upper == "AS":
            continue
        if token.text == "." and out:
            out.pop()
            continue
        quoted = token.kind is Kind.QUOTED
        out.append(token.text.strip('"`[]').upper() if quoted else token.upper)
    return tuple(out)
