"""A real engine over an empty shadow of the schema, asked whether it would accept a statement."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Ruling(Enum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNJUDGED = "unjudged"  # Not a kind it may see, not ready, too slow, or not buildable.


@dataclass(frozen=True, slots=True)
class Judgement:
    """The engine's answer.

    When it refused: `message` is the engine's own text, `offset` where it points (code points in
    the statement, None if it does not say), `code` its class of errors (PostgreSQL's SQLSTATE,
    DuckDB's `Binder Error`, '' for SQLite) and `hint` its advice. When it accepted, and the engine
    tells: `parameters` are the inferred types of the parameters in order, `results` the (name,
    type) of the result columns. When unjudged, `message` says why, and `passing` that there may be
    an answer soon: the engine was too slow, or is being started.
    """

    ruling: Ruling
    message: str = ""
    offset: int | None = None
    code: str = ""
    hint: str = ""
    parameters: tuple[str, ...] = ()
    results: tuple[tuple[str, str], ...] = ()
    passing: bool = False


class Judge(Protocol):
    """Answers within its own limit or with UNJUDGED; never raises for a statement's content.

    `dialect` is the engine's. Parameters are written as the engine takes them (`?` and `:name` in
    SQLite, `$1` in PostgreSQL and DuckDB).
    """

    dialect: str

    def judge(self, statement: str) -> Judgement: ...
