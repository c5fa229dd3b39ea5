"""Document symbols: the statements of a file with their CTEs."""

from __future__ import annotations

from sureql.ide.model import Symbol
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import cursor, lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.script import Statement
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

_NAMED = {
    "TABLE": "table",
    "VIEW": "view",
    "INDEX": "index",
    "FUNCTION": "function",
    "PROCEDURE": "function",
    "TRIGGER": "function",
    "TYPE": "other",
    "SCHEMA": "other",
    "SEQUENCE": "other",
}
_SKIPPED = ("IF", "NOT", "EXISTS", "ONLY", "CONCURRENTLY")
_LONGEST_LABEL = 60


def of(snapshot: Snapshot) -> tuple[Symbol, ...]:
    """One symbol per statement, in order; CTEs are its children."""
    dialect = snapshot.script.dialect
    return tuple(
        symbol
        for statement in snapshot.script.statements
        if (symbol := _symbol(statement, dialect)) is not None
    )


def _symbol(statement: Statement, dialect: Dialect) -> Symbol | None:
    tokens = lexer.code(statement.masked, dialect)
    if not tokens:
        return None
    whole = Span(statement.start + tokens[0].start, statement.end)
    if tokens[0].is_word("CREATE", "ALTER", "DROP") and (named := _created(tokens)):
        kind, name = named
        label = name.text if tokens[0].is_word("CREATE") else f"{tokens[0].upper} {name.text}"
        return Symbol(label, kind, whole, name.span.shift(statement.start), tokens[0].upper)
    words = statement.masked[tokens[0].start :]
    label = " ".join(words.split())
    if len(label) > _LONGEST_LABEL:
        label = label[: _LONGEST_LABEL - 1] + "…"
    children = tuple(
        Symbol(
            cte.name,
            "cte",
            Span(cte.name_span.start, cte.body.end).shift(statement.start),
            cte.name_span.shift(statement.start),
        )
        for cte in _ctes(statement, dialect)
    )
    head = tokens[0].span.shift(statement.start)
    return Symbol(label, "query", whole, head, "", children)


def _created(tokens: tuple[Token, ...]) -> tuple[str, Token] | None:
    """What a CREATE, ALTER or DROP names, and the last part of that name."""
    for index, token in enumerate(tokens[:8]):
        kind = _NAMED.get(token.upper) if token.kind is Kind.WORD else None
        if kind is None:
            continue
        rest = list(tokens[index + 1 : index + 10])
        while rest and rest[0].is_word(*_SKIPPED):
            rest.pop(0)
        if not rest or rest[0].kind not in (Kind.WORD, Kind.QUOTED):
            return None
        name = rest[0]
        for dot, part in zip(rest[1::2], rest[2::2], strict=False):
            if dot.text != ".":
                break
            name = part
        return kind, name
    return None


def _ctes(statement: Statement, dialect: Dialect) -> tuple[cursor.RawCte, ...]:
    if statement.kind.split(" ")[0] != "WITH":
        return ()
    frame: cursor.Frame | None = cursor.at(statement.masked, len(statement.masked), dialect).frame
    while frame is not None and frame.parent is not None:
        frame = frame.parent
    return frame.ctes if frame else ()
