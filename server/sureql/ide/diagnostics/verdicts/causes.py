"""One refusal of an engine: what it says in our words, where, and what stands around that place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sureql.catalog import builtins
from sureql.catalog import model as catalog
from sureql.ide.diagnostics.engine_messages import duckdb, postgres, sqlite
from sureql.ide.diagnostics.engine_messages.reading import REFUSED, Reading
from sureql.ide.diagnostics.verdicts import placing, units
from sureql.ide.diagnostics.verdicts.asked import Asked
from sureql.ide.diagnostics.verdicts.patched import Patched
from sureql.ide.diagnostics.verdicts.placing import Place
from sureql.ide.diagnostics.verdicts.units import Text
from sureql.ports.judge import Judgement, Ruling
from sureql.syntax.dialects import Dialect
from sureql.text.span import Span

READERS: Mapping[str, Callable[[Judgement], Reading]] = {
    "postgres": postgres.read,
    "duckdb": duckdb.read,
    "sqlite": sqlite.read,
}
"""Who reads the messages of each engine."""

_NEVER = "of this kind are not judged"


@dataclass(frozen=True, slots=True)
class Question:
    """What stays the same while one statement is before an engine."""

    asks: Asked
    engine: str
    schema: catalog.Catalog
    dialect: Dialect


@dataclass(frozen=True, slots=True)
class Cause:
    """`text` is the repaired one that the engine refused, `place` and `near` (the expression around
    it) are offsets of it, `origin` and `around` the same in the statement as written, `named` the
    dotted name there. None if the engine did not say where, and it can't be told."""

    reading: Reading
    judgement: Judgement
    text: Text
    place: Place | None = None
    near: Span | None = None
    origin: Span | None = None
    around: Span | None = None
    named: Span | None = None


def says(judgement: Judgement, engine: str) -> bool:
    """True if the engine found something wrong, even if that may be the fault of our schema."""
    if judgement.ruling is Ruling.ACCEPTED:
        return False
    if judgement.ruling is Ruling.REFUSED:
        return True
    reading = READERS[engine](judgement)
    return bool(judgement.message) and (reading.code != REFUSED or reading.parameters)


def may_change(judgement: Judgement) -> bool:
    """True if the engine may have another answer later: it was too slow, or is not there."""
    silent = not judgement.message or _NEVER in judgement.message
    return judgement.ruling is Ruling.UNJUDGED and not silent


def of(judgement: Judgement, patched: Patched, question: Question) -> Cause:
    """The cause of a refusal of `patched`."""
    asks, reading = question.asks, READERS[question.engine](judgement)
    found = units.of(patched.text, question.dialect)
    offset = judgement.offset
    if offset is not None:
        offset = min(max(offset, 0) + asks.head, len(patched.text) - asks.tail)
    place = placing.place(reading, offset, found)
    if place is None:
        return Cause(reading, judgement, found)
    if reading.code == "unknown-function" and _exists(reading.name, question):
        reading = replace(
            reading,
            code="wrong-arguments",
            message=f"`{reading.name}` does not take {reading.types or 'these arguments'}.",
        )
    schema = placing.of_schema(reading, place, found, question.schema.schemas)
    if schema is not None:
        name = schema.span.of(patched.text)
        place, reading = schema, Reading("unknown-schema", f"No schema `{name}`.", name)
    if question.engine == "sqlite":
        place, reading = _qualified(reading, place, found)
    first, last = units.item(found, place.index)
    near = found.span(min(first, place.index), max(last, place.index))
    origin, around = patched.back(place.span), patched.back(near)
    named = patched.back(found.span(*units.name(found, place.index)))
    return Cause(reading, judgement, found, place, near, origin, around, named)


def at(cause: Cause, span: Span) -> Cause:
    """`cause` at a `span` of its text that is known better than what the engine said."""
    return replace(cause, place=Place(cause.text.at(span.start), span))


def _exists(name: str, question: Question) -> bool:
    """True if there is a function of this name, so that its arguments are wrong."""
    key = name.split(".")[-1].strip('"').lower()
    own = (one.functions for one in question.schema.schemas.values())
    return key in builtins.functions(question.engine) or any(key in known for known in own)


def _qualified(reading: Reading, place: Place, found: Text) -> tuple[Place, Reading]:
    """SQLite says of `x.y` that there is no such column, even if there is no `x`."""
    first, last = units.name(found, place.index)
    if reading.code != "unknown-column" or place.index != last or last - first != 2:
        return place, reading
    token = found.tokens[first]
    name = found.dialect.normalize(token.text)
    key = name.lower()
    used = any(
        found.is_name(index)
        and found.upper(index + 1) != "."
        and found.dialect.normalize(found.tokens[index].text).lower() == key
        and units.is_table(found, index)
        for index in range(len(found.tokens))
    )
    if used or key in ("new", "old", "excluded"):
        return place, reading
    told = Reading("unknown-alias", f"`{name}` is not in FROM.", name, "qualifier")
    return Place(first, token.span), told
