"""The statement around the cursor, as ghost text sees it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sureql.semantics.snapshot import Snapshot
from sureql.syntax import lexer, templates
from sureql.syntax.dialects import Dialect
from sureql.syntax.script import Statement
from sureql.syntax.tokens import Kind
from sureql.text.span import Span


@dataclass(frozen=True, slots=True)
class Spot:
    """`text` is the statement as written with the blanks up to the cursor, which is at `offset`.

    `start` is where it begins in the document. `holes` are masked templates of `masked`.
    """

    statement: Statement
    start: int
    text: str
    masked: str
    holes: tuple[Span, ...]
    offset: int
    dialect: Dialect

    @property
    def before(self) -> str:
        return self.text[: self.offset]

    @property
    def after(self) -> str:
        return self.text[self.offset :]


def at(snapshot: Snapshot, offset: int) -> Spot:
    """The spot at a document offset."""
    statement = snapshot.script.at(offset)
    start = min(statement.start, offset)
    end = max(statement.end, offset)
    text = snapshot.text[start:end]
    dialect = snapshot.script.dialect
    masked, holes = templates.mask(text, dialect)
    return Spot(statement, start, text, masked, holes, offset - start, dialect)


def half_typed(spot: Spot) -> str:
    """The word that the cursor stands behind, '' if it stands behind something else."""
    last = next(reversed(lexer.tokens(spot.masked[: spot.offset], spot.dialect)), None)
    if last is None or last.end < spot.offset:
        return ""
    unfinished = last.kind is Kind.WORD or (last.kind is Kind.QUOTED and not last.closed)
    return spot.before[last.start :] if unfinished else ""


def extended(spot: Spot, typed: int, insert: str) -> Spot:
    """The spot behind `insert`, which took the place of the last `typed` characters."""
    text = spot.before[: spot.offset - typed] + insert
    masked = spot.masked[: spot.offset - typed] + insert
    return replace(spot, text=text, masked=masked, offset=len(text))
