"""What the file around a statement says about it: a transaction, and what it makes above or below.

Only what concerns the statement is kept, so that its diagnostics stay cached when others change.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from sureql.syntax import jinja, lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.script import Script, Statement
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

_MADE = frozenset(
    "TABLE VIEW INDEX SCHEMA DATABASE TYPE DOMAIN SEQUENCE".split()  # noqa: SIM905
)
_BETWEEN = frozenset(
    "CONCURRENTLY IF NOT EXISTS ONLY TEMP TEMPORARY UNLOGGED".split()  # noqa: SIM905
)
_CONCERNED = frozenset(
    """ALTER CREATE DROP TRUNCATE REINDEX REFRESH VACUUM CLUSTER UPDATE DELETE BEGIN START COMMIT
    END ROLLBACK ABORT""".split()  # noqa: SIM905
)
_TELLING = frozenset("ALTER CREATE SELECT SET".split())  # noqa: SIM905
_NAMES = (Kind.WORD, Kind.QUOTED, Kind.STRING)
_BEGINS = frozenset({"BEGIN", "START"})
_ENDS = frozenset({"COMMIT", "END", "ROLLBACK", "ABORT"})
# What goose, sql-migrate, dbmate, Play and Liquibase write above the part that undoes the rest.
_SECTION = re.compile(
    r"^[ \t]*--[ \t]*(?:(?:\+(?:goose|migrate)[ \t]+|migrate:|![ \t]*|@)(?P<marked>up|down|undo)s?\b"
    # Without a tool's mark only a line of its own: other comments are sentences.
    r"|(?P<plain>up|down|undo|rollback)(?:[ \t]+migration)?[ \t:=-]*$)",
    re.IGNORECASE | re.MULTILINE,
)
_UNDOES = re.compile(
    r"(?:^|[._/\\-])(?:down|undo|rollback|revert)(?:[._/\\-]|$)|(?:^|[/\\])U\d[\d._]*__",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`transaction`: `in` between BEGIN and COMMIT of this file, `ended` after one, else ''.

    `open`: nothing below ends a transaction. `above` and `below` are what the file makes
    before and after, of those names that the statement uses: `table album`, `index album_idx`; by
    ALTER TABLE `renamed album`, `column title`, `unchecked title_ck` for a constraint that is NOT
    VALID, `added album` for one of any kind, `checked album` once one is validated, `filled title` for CHECK (title IS NOT NULL), and
    `value 'draft'` of an enum; lower case, without schemas. `here` are those of `above` that are
    made in the same transaction. `waits` says that a lock_timeout is
    set. `undoes`: the file, or this part of it, takes a migration back.
    `program`: the statement is a string of a program, which may speak to more than one database.
    `macro`: it stands in a macro, which makes a part of a statement or is for another engine.
    """

    transaction: str = ""
    open: bool = False
    above: frozenset[str] = frozenset()
    below: frozenset[str] = frozenset()
    here: frozenset[str] = frozenset()
    waits: bool = False
    undoes: bool = False
    program: bool = False
    macro: bool = False


NONE = Surroundings()
_PROGRAM = Surroundings(program=True)
_MACRO = Surroundings(macro=True)


def of(script: Script, statement: Statement, path: str) -> Surroundings:
    """What the rest of `script` means for one of its statements, costs little for a query."""
    span = Span(statement.start, statement.end)
    if any(one.overlaps(span) for one in _macros(script.text)):
        return _MACRO
    if statement.kind.partition(" ")[0] not in _CONCERNED:
        return NONE if script.parts is None else _PROGRAM
    outline = _outline(script)
    start = statement.start
    state, since = outline.state(start)
    above: set[str] = set()
    below: set[str] = set()
    here: set[str] = set()
    code = lexer.code(statement.masked, script.dialect)
    for key in {_key(token, script.dialect) for token in code if token.kind in _NAMES}:
        for where, what in outline.made.get(key, ()):
            if where < start:
                above.add(what)
                if state == "in" and where > since:
                    here.add(what)
            elif where > start:
                below.add(what)
    first = start + (code[0].start if code else 0)
    section = bisect_right(outline.sections, (first, True)) - 1
    return Surroundings(
        state,
        outline.last_end < start,
        frozenset(above),
        frozenset(below),
        frozenset(here),
        0 <= outline.waits < start,
        outline.sections[section][1] if section >= 0 else _UNDOES.search(path) is not None,
        script.parts is not None,
    )


@dataclass(slots=True)
class _Outline:
    """`states` are those that hold behind an offset; nothing ends a transaction below `last_end`."""

    script: Script
    made: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    states: list[tuple[int, str]] = field(default_factory=list)
    sections: list[tuple[int, bool]] = field(default_factory=list)
    last_end: int = -1
    waits: int = -1

    def state(self, start: int) -> tuple[str, int]:
        """The state that the statement at `start` finds, and since where it holds."""
        place = bisect_left(self.states, start, key=lambda one: one[0]) - 1
        return (self.states[place][1], self.states[place][0]) if place >= 0 else ("", 0)

    def makes(self, statement: Statement, what: str) -> bool:
        """True if the transaction makes what an ALTER statement changes."""
        code = lexer.code(statement.masked, self.script.dialect)
        named = dict(_name(code, 2, what, self.script.dialect))
        since = self.state(statement.start)[1]
        return any(
            made == name and where > since
            for key, name in named.items()
            for where, made in self.made.get(key, ())
        )


# By identity: hashing a script would read its whole text.
_OUTLINES: OrderedDict[int, _Outline] = OrderedDict()
_MACROS: OrderedDict[int, tuple[str, tuple[Span, ...]]] = OrderedDict()
_KEPT = 8


def _macros(text: str) -> tuple[Span, ...]:
    """Those of a script. Its text is searched once, and not for each of its statements."""
    known = _MACROS.get(id(text))
    if known is None or known[0] is not text:
        known = _MACROS[id(text)] = (text, jinja.macros(text) if "{%" in text else ())
        while len(_MACROS) > _KEPT:
            _MACROS.popitem(last=False)
    return known[1]


def _outline(script: Script) -> _Outline:
    known = _OUTLINES.get(id(script))
    if known is not None and known.script is script:
        return known
    made = _Outline(script)
    for statement in script.statements:
        head = statement.kind.partition(" ")[0]
        if head in _BEGINS:
            made.states.append((statement.start, "in"))
        elif head in _ENDS and _ends(statement, script.dialect):
            made.states.append((statement.start, "ended"))
            made.last_end = statement.start
        elif head in _TELLING:
            for key, what in _made_by(statement.masked, script.dialect):
                if not (what.startswith("value ") and made.makes(statement, "type")):
                    made.made.setdefault(key, []).append((statement.start, what))
            if made.waits < 0 and "lock_timeout" in statement.masked.lower():
                made.waits = statement.start
    made.sections = [
        (match.start(), (match["marked"] or match["plain"]).lower() != "up")
        for match in _SECTION.finditer(script.text)
    ]
    _OUTLINES[id(script)] = made
    while len(_OUTLINES) > _KEPT:
        _OUTLINES.popitem(last=False)
    return made


def _ends(statement: Statement, dialect: Dialect) -> bool:
    """False for ROLLBACK TO a savepoint, and for what begins a transaction at once."""
    words = {token.upper for token in lexer.code(statement.masked, dialect)}
    return not words & {"TO", "CHAIN"} or {"NO", "CHAIN"} <= words


@lru_cache(maxsize=20_000)
def _made_by(masked: str, dialect: Dialect) -> tuple[tuple[str, str], ...]:
    """The names that a statement makes, by key."""
    code = lexer.code(masked, dialect)
    head = code[0].upper if code else ""
    found: list[tuple[str, str]] = []
    if head == "CREATE":
        place = next((at for at, token in enumerate(code[:8]) if token.is_word(*_MADE)), 0)
        if place:
            found += _name(code, place + 1, code[place].upper.lower(), dialect)
    elif head == "SELECT" and "into" in masked.lower():
        for place, token in enumerate(code):
            if token.is_word("INTO"):
                found += _name(code, place + 1, "table", dialect)
    elif head == "ALTER":
        found += _altered(code, dialect)
    return tuple(found)


def _altered(code: tuple[Token, ...], dialect: Dialect) -> Iterator[tuple[str, str]]:
    words = [token.upper for token in code]
    constraint: list[tuple[str, str]] = []
    for place, word in enumerate(words):
        after = words[place + 1] if place + 1 < len(words) else ""
        if (word, after) == ("RENAME", "TO"):
            yield from _name(code, place + 2, "renamed", dialect)
        elif (word, after) == ("ADD", "COLUMN"):
            yield from _name(code, place + 2, "column", dialect)
        elif (word, after) == ("ADD", "CONSTRAINT"):
            constraint = _name(code, place + 2, "unchecked", dialect)
            yield from _name(code, 2, "added", dialect)
        elif (word, after) == ("NOT", "VALID"):
            yield from constraint
        elif (word, after) == ("VALIDATE", "CONSTRAINT"):
            yield from _name(code, 2, "checked", dialect)
        elif (word, after) == ("ADD", "VALUE"):
            value = next((one for one in code[place:] if one.kind is Kind.STRING), None)
            if value is not None:
                yield _key(value, dialect), f"value {value.text.lower()}"
        elif words[place + 1 : place + 4] == ["IS", "NOT", "NULL"]:
            yield from _name(code, place, "filled", dialect)


def _name(
    code: tuple[Token, ...], place: int, what: str, dialect: Dialect
) -> list[tuple[str, str]]:
    """The last part of the name that stands at a token."""
    while place < len(code) and code[place].is_word(*_BETWEEN):
        place += 1
    while place + 2 < len(code) and code[place + 1].text == ".":
        place += 2
    if place >= len(code) or code[place].kind not in (Kind.WORD, Kind.QUOTED):
        return []
    key = _key(code[place], dialect)
    return [(key, f"{what} {key}")]


def _key(token: Token, dialect: Dialect) -> str:
    return dialect.normalize(token.text).lower()
