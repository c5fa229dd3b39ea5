"""The PostgreSQL judge for one catalog: what may be asked, asking, and what the answer means."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Protocol

from sureql.catalog import model as catalog
from sureql.oracle.postgres import trust
from sureql.oracle.postgres.link import Description, Link, LinkLost, Refusal
from sureql.oracle.postgres.shadow import BUILDING, Blueprint, Fit, NotBuilt, Shadow
from sureql.ports.judge import Judgement, Ruling
from sureql.syntax import dialects, lexer
from sureql.syntax.tokens import Kind, Token

LONGEST_STATEMENT = 100_000
BUILDING_TIME = 0.3
"""Seconds beyond the deadline for tables that are mentioned for the first time."""

DEEPEST = 500
"""Open parentheses; PostgreSQL's own limit depends on its stack."""

_RULES = dialects.get("postgres")
# In PostgreSQL's grammar a statement that begins so is one of these kinds, whatever follows, and
# the server itself refuses more than one. It is only parsed, so this is the second wall.
_FIRST_WORDS = ("SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE", "MERGE")
_NAME_IN_STRING = re.compile(r"'([\w$\".]{1,200})'")
_NAMED = re.compile(r'"([^"]+)"')
_PASSING = ("40", "53", "55", "57")  # Locks, lack of room, a limit of time, a server that stops.
_OF_THE_BUILD = "unsupported XML feature"  # The user's server may well be built with libxml.
_DOUBLE = "42712"  # The second of two names is the one too many.
_FIRST_OWN_OID = 16384  # Types below are PostgreSQL's own: their names never change.


class Session(Protocol):
    """What a judge asks: a connection, with a shadow unless it is the user's own database."""

    link: Link
    shadow: Shadow | None
    type_names: dict[tuple[int, int], str]


class PostgresJudge:
    """Answers for one catalog. `session` yields None, with a reason, while there is no server."""

    dialect = "postgres"

    def __init__(
        self,
        schema: catalog.Catalog,
        session: Callable[[], Session | str],
        deadline: float,
    ) -> None:
        self._plan = Blueprint(schema)
        self._session = session
        self._deadline = deadline

    def judge(self, statement: str) -> Judgement:
        """The server's ruling on `statement`, with parameters written `$1`."""
        tokens = _askable(statement)
        try:
            text = statement.encode()
        except UnicodeEncodeError:
            return _unjudged("The statement holds half a character.")
        if not tokens:
            return _unjudged("Statements of this kind are not judged.")
        session = self._session()
        if isinstance(session, str):
            return _unjudged(session, passing=True)
        try:
            return self._ruling(session, text, tokens)
        except NotBuilt:
            return _unjudged(BUILDING, passing=True)
        except LinkLost as error:
            return _unjudged(str(error), passing=True)

    def _ruling(self, session: Session, text: bytes, tokens: tuple[Token, ...]) -> Judgement:
        names = _names(tokens)
        fit, live = Fit(), session.shadow is None
        if session.shadow:
            until = time.monotonic() + self._deadline + BUILDING_TIME
            fit = session.shadow.fit(self._plan, names, until)
        until = time.monotonic() + self._deadline
        asked = trust.Question(self._plan.catalog, tokens, names, fit, live)
        answer = session.link.describe(text, _left(until))
        if isinstance(answer, Refusal):
            if not trust.holds(answer, asked) or answer.message.startswith(_OF_THE_BUILD):
                return _unjudged(answer.message, passing=answer.code.startswith(_PASSING))
            offset = _offset(answer, tokens)
            return Judgement(Ruling.REFUSED, answer.message, offset, answer.code, answer.hint)
        if trust.is_vague(asked):
            return _unjudged("A column's type cannot be built without its extension.")
        if fit.incomplete:
            return Judgement(Ruling.ACCEPTED)
        return _accepted(session, answer, until)


def _accepted(session: Session, found: Description, until: float) -> Judgement:
    used = [*found.parameters, *((oid, modifier) for _, oid, modifier in found.results)]
    named = _type_names(session, used, until)
    return Judgement(
        Ruling.ACCEPTED,
        parameters=tuple(named.get(kind, "") for kind in found.parameters),
        results=tuple((name, named.get((oid, mod), "")) for name, oid, mod in found.results),
    )


def _type_names(
    session: Session, used: list[tuple[int, int]], until: float
) -> dict[tuple[int, int], str]:
    known = session.type_names
    missing = sorted({kind for kind in used if kind not in known})
    found = dict(known)
    if missing:
        asked = ", ".join(f"pg_catalog.format_type({oid}, {mod})" for oid, mod in missing)
        rows = session.link.run([f"SELECT {asked}"], _left(until))[0]
        if not isinstance(rows, Refusal) and rows:
            found.update(zip(missing, rows[0], strict=True))
    known.update({kind: text for kind, text in found.items() if kind[0] < _FIRST_OWN_OID})
    return found


def _offset(refusal: Refusal, tokens: tuple[Token, ...]) -> int | None:
    # Some refusals point nowhere, but name a column.
    if refusal.position:
        return refusal.position - 1
    if match := _NAMED.search(refusal.message):
        for token in reversed(tokens) if refusal.code == _DOUBLE else tokens:
            is_name = token.kind in (Kind.WORD, Kind.QUOTED)
            if is_name and _RULES.normalize(token.text) == match[1]:
                return token.start
    return None


def _left(until: float) -> float:
    return max(until - time.monotonic(), 0.001)


def _unjudged(why: str, passing: bool = False) -> Judgement:
    return Judgement(Ruling.UNJUDGED, why, passing=passing)


def _askable(statement: str) -> tuple[Token, ...]:
    # The tokens of one statement that may be asked about, else ().
    if len(statement) > LONGEST_STATEMENT or "\0" in statement:
        return ()
    tokens = lexer.code(statement, _RULES)
    while tokens and tokens[-1].text == ";":
        tokens = tokens[:-1]
    first = next((token for token in tokens if token.text != "("), None)
    if first is None or not first.is_word(*_FIRST_WORDS):
        return ()
    depth = 0
    for token in tokens:
        if token.text == ";":
            return ()
        depth += (token.text == "(") - (token.text == ")")
        if depth > DEEPEST:
            return ()
    return tokens


def _names(tokens: tuple[Token, ...]) -> frozenset[str]:
    # Every name that the statement mentions, also in strings: 'public.artist'::regclass.
    found: set[str] = set()
    for token in tokens:
        if token.kind in (Kind.WORD, Kind.QUOTED):
            found.add(_RULES.normalize(token.text))
        elif token.kind is Kind.STRING and (match := _NAME_IN_STRING.fullmatch(token.text)):
            found.update(part.strip('"') for part in match[1].split("."))
    found.discard("")
    return frozenset(found)
