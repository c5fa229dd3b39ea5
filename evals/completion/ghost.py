"""Ghost text at every token: how often shown, how often right, never refused; keys saved."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from evals.completion import positions
from evals.completion.corpus import Schema, shape
from evals.completion.engines import Engine
from sureql.gate import continuation
from sureql.history import tally as history
from sureql.history.model import NOTHING, History
from sureql.inline.cache import Cache
from sureql.inline.complete import complete
from sureql.inline.model import Item, Request
from sureql.oracle import judges
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import lexer, script
from sureql.syntax.tokens import Token


@dataclass(slots=True)
class Tally:
    """Counts over positions, and keys over whole queries."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)

    def merge(self, other: Tally) -> None:
        self.counts.update(other.counts)
        self.refused += other.refused
        self.wrong.update(other.wrong)

    def share(self, part: str, whole: str) -> float:
        return self.counts[part] / self.counts[whole] if self.counts[whole] else 0.0


def past_of(schema: Schema, query: str) -> History:
    """The history of the schema's other queries, near-duplicates of `query` left out."""
    mine = shape(query, schema.dialect)
    others = [other for other in schema.queries if shape(other, schema.dialect) != mine]
    return history.build(others, schema.catalog, schema.dialect)


def ask(schema: Schema, text: str, offset: int, past: History, cache: Cache) -> tuple[Item, ...]:
    snapshot = Snapshot("eval:///q.sql", "", 1, script.of(text, schema.dialect), schema.catalog)
    judge = judges.for_catalog(schema.catalog)
    return complete(Request(snapshot, offset, past, judge=judge), cache)


def measure(schema: Schema, engine: Engine, with_history: bool, hole: bool) -> Tally:
    """Ask before every token; check each shown item against the query and the engine."""
    tally = Tally()
    for query in schema.queries:
        past = past_of(schema, query) if with_history else NOTHING
        for position in positions.every(query, schema.dialect):
            tally.counts["positions"] += 1
            text = position.hole if hole else position.removed
            items = ask(schema, text, position.offset, past, Cache())
            if not items:
                continue
            tally.counts["shown"] += 1
            item = items[0]
            _score(tally, schema, position, item)
            after = text[: item.replace.start] + item.insert + text[item.replace.end :]
            end = item.replace.start + len(item.insert)
            if message := _refusal(schema, engine, after, end, text if hole else ""):
                if _refusal(schema, engine, text, position.offset, ""):
                    # Nothing that we can append makes the engine take even the user's own text
                    # (GROUPING() before its GROUP BY is written), so it can't rule on the item.
                    tally.counts["beyond ruling"] += 1
                    continue
                tally.counts["refused"] += 1
                tally.refused.append(f"{schema.name}: {text!r} + {item.insert!r}: {message}")
    return tally


def _score(tally: Tally, schema: Schema, position: positions.Position, item: Item) -> None:
    before = position.query[item.replace.start : position.offset]
    insert = item.insert[len(before) :] if item.insert.startswith(before) else item.insert
    wrote = lexer.code(insert, schema.dialect)
    if positions.same(insert, position.rest[: len(wrote)], schema.dialect):
        tally.counts["whole right"] += 1
    else:
        tally.wrong[
            f"{position.query[max(0, position.offset - 30) : position.offset]}|{insert}"
        ] += 1
    if wrote and positions.first_same(insert, position.rest, schema.dialect):
        tally.counts["first right"] += 1
    _score_names(tally, schema, wrote, position)


def _score_names(
    tally: Tally, schema: Schema, wrote: tuple[Token, ...], position: positions.Position
) -> None:
    # A shown table is right if the rest of the query uses it; the same for a column.
    later = {positions.name(token, schema.dialect) for token in position.rest}
    tables = {relation.name.lower() for relation in schema.catalog.relations()}
    columns = {
        column.name.lower()
        for relation in schema.catalog.relations()
        for column in relation.columns
    }
    for token in wrote:
        name = positions.name(token, schema.dialect)
        if name in tables:
            tally.counts["tables"] += 1
            tally.counts["tables right"] += name in later
        elif name in columns:
            tally.counts["columns"] += 1
            tally.counts["columns right"] += name in later


def _refusal(schema: Schema, engine: Engine, after: str, end: int, whole: str) -> str:
    """Why the engine refuses the text with the item in it; '' if it does not.

    With the rest in place the text as a whole may be accepted. If it is not, that counts only where
    it was whole without the item; elsewhere some continuation of the text up to the item's end
    must be accepted.
    """
    if whole:
        message = engine.refuses(after)
        if not message or not engine.refuses(whole):
            return message
    message = "no continuation to try"
    for candidate in continuation.continuations(after[:end], schema.dialect, schema.catalog):
        message = engine.refuses(candidate)
        if not message:
            return ""
    return message


def keystrokes(schema: Schema, query: str, past: History) -> tuple[int, int]:
    """Keys pressed and keys needed without ghost text.

    Types the query letter by letter and takes an item with one key whenever its whole text is what
    comes next (letter case and spacing aside).
    """
    cache = Cache()
    offset = pressed = 0
    while offset < len(query):
        items = ask(schema, query[:offset], offset, past, cache)
        taken = _taken(schema, query, offset, items[0]) if items else 0
        offset += taken or 1
        pressed += 1
    return pressed, len(query)


def _taken(schema: Schema, query: str, offset: int, item: Item) -> int:
    wrote = lexer.code(item.insert, schema.dialect)
    rest = lexer.code(query[item.replace.start :], schema.dialect)
    if len(item.insert) <= 1 or not positions.same(item.insert, rest, schema.dialect):
        return 0
    end = item.replace.start + rest[len(wrote) - 1].end
    if item.insert[-1:].isspace():
        end += len(query[end:]) - len(query[end:].lstrip())
    return max(0, end - offset)
