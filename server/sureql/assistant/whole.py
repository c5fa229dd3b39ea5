"""The check of a whole statement that a model proposes, and what to tell the model about it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sureql.assistant import permitted
from sureql.assistant.permitted import Reach
from sureql.catalog import model as catalog
from sureql.gate import check
from sureql.gate.model import Level, Outcome, Suggestion, Verdict
from sureql.ide.diagnostics import runner
from sureql.ide.model import Diagnostic, shifted
from sureql.privacy import hiding
from sureql.semantics import analysis
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import lexer, script
from sureql.syntax.script import Statement
from sureql.syntax.tokens import Kind
from sureql.text.span import Span

MOST_FAULTS = 6
MOST_TABLES = 6
MOST_COLUMNS = 60
MOST_NAMES = 60
_WHOLE = (Level.JUDGED, Level.RESOLVED, Level.KNOWN)


Referee = Callable[[Snapshot, Statement], Awaitable[tuple[Diagnostic, ...] | None]]
"""What an engine of another process says about a statement of a document; None if there is none or
it is not ready. Offsets are the statement's."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a statement will stand, and how far it may go. `wishes` are the user's own words,
    `hidden` the patterns of tables that must not be named."""

    snapshot: Snapshot
    offset: int
    wishes: tuple[str, ...]
    reach: Reach
    hidden: tuple[str, ...] = ()
    judges: runner.Judges | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """`sql` is what may be shown if there are no `faults`, else the text that has them. `advice` is
    for the model: what stands in the schema."""

    sql: str
    verdict: Verdict | None = None
    faults: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()

    @property
    def level(self) -> str:
        level = self.verdict.level if self.verdict else None
        return level.value if level else ""


def best(candidates: Sequence[str], bounds: Bounds) -> Checked:
    """The first of the `candidates` without a fault; with its faults the first one, if all have."""
    if not candidates:
        return Checked("", faults=("There is no statement in the answer.",))
    first: Checked | None = None
    for sql in candidates:
        found = checked(sql, bounds)
        if not found.faults:
            return found
        first = first or found
    assert first is not None
    return first


async def judged(found: Checked, bounds: Bounds, referee: Referee | None) -> Checked:
    """`found`, which has no faults so far, with those that an engine finds."""
    if referee is None:
        return found
    old = bounds.snapshot
    # Only what stands above matters, and nothing there may run into the statement.
    above = old.script.at(bounds.offset)
    start = min(above.start, bounds.offset) if not above.terminated else bounds.offset
    text = old.text[:start] + found.sql
    parsed = script.of(text, old.script.dialect)
    part = parsed.at(start)
    snapshot = replace(old, script=parsed)
    said = await referee(snapshot, part) if part.text == found.sql else ()
    errors = [one for one in said or () if one.severity == "error"]
    if not errors:
        return found
    schema = snapshot.catalog_at(part)
    faults = tuple(_plain(one, part, (), schema, bounds) for one in errors[:MOST_FAULTS])
    return Checked(found.sql, None, faults, advice(found.sql, schema, bounds))


def checked(sql: str, bounds: Bounds) -> Checked:
    """`sql` as the only text of a statement at the place of `bounds`."""
    dialect = bounds.snapshot.script.dialect
    parts = [one for one in script.of(sql, dialect).statements if lexer.code(one.text, dialect)]
    if len(parts) != 1:
        wrong = "It holds more than one statement." if parts else "There is no statement in it."
        return Checked(sql, faults=(wrong,))
    part = parts[0]
    if part.holes and any(hole.of(part.text)[:1] in "{<" for hole in part.holes):
        return Checked(sql, faults=("It holds a template.",))
    if wrong := permitted.refused(part.text, bounds.wishes, bounds.reach, dialect):
        return Checked(part.text, faults=(wrong,))
    schema = bounds.snapshot.catalog_at(replace(part, start=bounds.offset))
    judge = bounds.judges(schema) if bounds.judges else None
    if wrong := unmentionable(part.text, schema, bounds):
        return Checked(part.text, faults=(wrong,), advice=advice(part.text, schema, bounds))
    # What a model must not bring in was looked for above, in the light of what is asked for.
    proposed = Suggestion(Span(0, 0), part.text, "asked")
    if part.kind.partition(" ")[0] in ("CREATE", "ALTER", "COMMENT"):
        # It makes names of its own, which the gate can't know: it is parsed and resolved below.
        verdict = Verdict(Outcome.ACCEPTED, part.text, Level.KNOWN, "")
    else:
        verdict = check.check("", proposed, schema, dialect, judge)
    if verdict.outcome is Outcome.REPAIRED:
        part = script.of(verdict.insert, dialect).statements[0]
    faults = tuple(_problems(part, schema, bounds))
    shown = verdict.outcome in (Outcome.ACCEPTED, Outcome.REPAIRED)
    if not faults and (not shown or verdict.level not in _WHOLE):
        why = verdict.reason if not shown else "the statement is not finished"
        faults = (f"{why[:1].upper()}{why[1:]}.".replace("..", "."),)
    if not faults:
        return Checked(part.text, verdict)
    return Checked(part.text, None, faults, advice(part.text, schema, bounds))


def names_nothing(snapshot: Snapshot, offset: int) -> bool:
    """True if no table at all is known at a place: nothing could be checked there."""
    schema = snapshot.catalog_at(snapshot.script.at(offset))
    return next(schema.relations(), None) is None


def unmentionable(sql: str, schema: catalog.Catalog, bounds: Bounds, own: str = "") -> str:
    """Says which hidden table a text names that the user's `own` text does not; '' if none."""
    dialect = bounds.snapshot.script.dialect
    written = {token.text.lower() for token in lexer.code(own, dialect)} if own else set()
    for token in lexer.code(sql, dialect):
        named = token.kind in (Kind.WORD, Kind.QUOTED) and token.text.lower() not in written
        if named and _hides(token.text, schema, bounds):
            return f"`{token.text}` is not known here."
    return ""


def advice(sql: str, schema: catalog.Catalog, bounds: Bounds) -> tuple[str, ...]:
    """The columns of the tables that the text names; where one is unknown, the tables there are."""
    dialect = bounds.snapshot.script.dialect
    code = lexer.code(sql, dialect)
    found: dict[tuple[str, str], catalog.Relation] = {}
    strange = False
    for index, token in enumerate(code):
        if token.kind not in (Kind.WORD, Kind.QUOTED):
            continue
        parts = [dialect.normalize(token.text)]
        if index > 1 and code[index - 1].text == ".":
            parts.insert(0, dialect.normalize(code[index - 2].text))
        relation = schema.find(parts)
        named = code[index - 1].is_word("FROM", "JOIN", "INTO", "UPDATE") if index else False
        if relation is not None and not _hides(relation.name, schema, bounds):
            found[relation.schema, relation.name] = relation
        elif named and token.kind is Kind.WORD:
            strange = True
    lines = [
        f"`{one.name}` has the columns {', '.join(column.name for column in one.columns[:MOST_COLUMNS])}."
        for one in islice(found.values(), MOST_TABLES)
    ]
    if strange or not found:
        names = islice(schema.relations(), MOST_NAMES)
        listed = ", ".join(one.name for one in names if not _hides(one.name, schema, bounds))
        lines.append(f"The tables are {listed}." if listed else "No tables are known.")
    return tuple(lines)


def _problems(part: Statement, schema: catalog.Catalog, bounds: Bounds) -> Iterator[str]:
    """The errors of a statement in plain words, with the names that may have been meant."""
    placed = replace(part, start=bounds.offset)
    dialect = bounds.snapshot.script.dialect
    analysed = analysis.analyse(part.masked, schema, dialect, part.holes)
    meant = {problem.span: problem.names for problem in analysed.problems}
    found = runner.bare(bounds.snapshot, placed, bounds.judges)
    errors = (one for one in found if one.severity == "error")
    for one in islice(errors, MOST_FAULTS):
        moved = shifted(one, -placed.start)
        yield _plain(moved, part, meant.get(moved.span, ()), schema, bounds)


def _plain(
    one: Diagnostic,
    part: Statement,
    meant: Sequence[str],
    schema: catalog.Catalog,
    bounds: Bounds,
) -> str:
    told = one.message
    names = [name for name in meant if not _hides(name, schema, bounds)][:3]
    if names and "did you mean" not in told.lower():
        told += f" Did you mean {' or '.join(f'`{name}`' for name in names)}?"
    if any(_hides(word, schema, bounds) for word in re.findall(r"`([^`]+)`", told)):
        return f"`{one.span.of(part.text)}` is not known here."
    return told


def _hides(name: str, schema: catalog.Catalog, bounds: Bounds) -> bool:
    """True for the name of a table that no model may be told of."""
    if not bounds.hidden:
        return False
    dialect = bounds.snapshot.script.dialect
    relation = schema.find([dialect.normalize(part) for part in name.split(".")])
    if relation is not None and hiding.is_hidden_table(
        relation.name, relation.schema, bounds.hidden
    ):
        return True
    return bool(hiding.names_hidden_table(name, bounds.hidden))
