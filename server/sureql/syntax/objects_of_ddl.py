"""What DDL names and does, in PostgreSQL: a kind of object after DROP and ALTER, ON in CREATE INDEX,
what ALTER TABLE can do."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.syntax.problem import SyntaxProblem
from sureql.syntax.shape import Shape
from sureql.syntax.statement_parts import as_case
from sureql.syntax.tokens import Kind
from sureql.text.span import Span

_KINDS = frozenset(
    """ACCESS AGGREGATE CAST COLLATION CONVERSION DATABASE DEFAULT DOMAIN EVENT EXTENSION FOREIGN
    FUNCTION GROUP INDEX LANGUAGE LARGE MATERIALIZED OPERATOR OWNED POLICY PROCEDURAL PROCEDURE PROPERTY
    PUBLICATION ROLE ROUTINE RULE SCHEMA SEQUENCE SERVER STATISTICS SUBSCRIPTION SYSTEM TABLE TABLESPACE
    TEXT TRANSFORM TRIGGER TRUSTED TYPE USER VARIABLE VIEW""".split()  # noqa: SIM905
)
_AFTER_COLUMN = frozenset({"TYPE", "SET", "DROP", "ADD", "RESTART", "RESET"})


def kinds(found: Shape) -> Iterator[SyntaxProblem]:
    """DROP genre, ALTER genre ADD …."""
    if found.dialect.name != "postgres" or found.word(0) not in ("DROP", "ALTER"):
        return
    if not found.is_name(1) or found.word(1) in _KINDS:
        return
    # A word that goes on may be a kind of object that is newer than this list.
    goes_on = found.word(2) in ("ADD", "ALTER", "DROP", "RENAME")
    if len(found.tokens) > 2 and not goes_on and found.word(2) not in ("CASCADE", "RESTRICT"):
        return
    first = found.tokens[0]
    written = as_case(first, "TABLE")
    fix = (f"Add {written}", Span(first.end, first.end), f" {written}")
    message = f"Expected TABLE or another kind of object after {found.word(0)}."
    yield SyntaxProblem(first.span, message, fix=fix, sure=False)


def indexes(found: Shape) -> Iterator[SyntaxProblem]:
    """CREATE INDEX t (a), CREATE INDEX i ON t a."""
    if found.dialect.name != "postgres" or found.word(0) != "CREATE":
        return
    index = 2 if found.word(1) == "UNIQUE" else 1
    if found.word(index) != "INDEX":
        return
    index += 1 + (found.word(index + 1) == "CONCURRENTLY")
    if found.word(index) == "IF":
        index += 3
    if found.is_name(index) and found.text(index + 1) == "(" and found.word(index) != "ON":
        token = found.tokens[index]
        yield SyntaxProblem(token.span, "Expected ON and a table before the columns.")
        return
    if found.word(index) != "ON":
        index += 1
    if found.word(index) != "ON" or not found.is_name(index + 1):
        return
    index += 1 + (found.word(index + 1) == "ONLY")
    while found.text(index + 1) == "." and found.is_name(index + 2):
        index += 2
    behind = found.tokens[index + 1] if index + 1 < len(found.tokens) else None
    if behind is None:
        message = "Expected the columns in parentheses after the table's name."
        yield SyntaxProblem(found.tokens[index].span, message)
    elif found.is_name(index + 1) and found.word(index + 1) != "USING":
        yield SyntaxProblem(behind.span, "Columns of an index need parentheses.")


def actions(found: Shape) -> Iterator[SyntaxProblem]:
    """ALTER TABLE … MODIFY, ALTER COLUMN without TYPE, ADD COLUMN without a type."""
    if found.dialect.name != "postgres" or found.word(0) != "ALTER" or found.word(1) != "TABLE":
        return
    index = 2
    while found.word(index) in ("IF", "EXISTS", "ONLY"):
        index += 1
    while found.text(index + 1) == "." and found.is_name(index + 2):
        index += 2
    starts = [index + 1] + [
        at + 1
        for at in range(index, len(found.tokens))
        if found.text(at) == "," and found.opener[at] < 0
    ]
    for start in starts:
        yield from _action(found, start)


def _action(found: Shape, start: int) -> Iterator[SyntaxProblem]:
    word = found.word(start)
    if word in ("MODIFY", "CHANGE"):
        message = f"PostgreSQL has no {word} in ALTER TABLE: use ALTER COLUMN … TYPE."
        yield SyntaxProblem(found.tokens[start].span, message)
        return
    name = start + 1 + (found.word(start + 1) == "COLUMN")
    if word not in ("ALTER", "ADD") or not found.is_name(name):
        return
    token = found.tokens[name]
    if word == "ALTER" and found.is_name(name + 1) and token.upper != "CONSTRAINT":
        behind = found.tokens[name + 1]
        if behind.kind is Kind.WORD and behind.upper not in _AFTER_COLUMN:
            written = as_case(found.tokens[0], "TYPE")
            fix = (f"Add {written}", Span(token.end, token.end), f" {written}")
            message = f"Expected TYPE, SET or DROP before `{behind.text[:30]}`."
            yield SyntaxProblem(behind.span, message, fix=fix, sure=False)
    elif word == "ADD" and found.text(name + 1) in ("", ",", ";"):
        yield SyntaxProblem(token.span, f"Expected a type after {token.text[:30]}.")


CHECKS = (kinds, indexes, actions)
