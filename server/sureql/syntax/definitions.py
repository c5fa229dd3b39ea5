"""CREATE TABLE without columns or types, and triggers without an end."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.syntax import operands
from sureql.syntax.problem import SyntaxProblem
from sureql.syntax.shape import Shape
from sureql.syntax.tokens import Kind

_CONSTRAINTS = frozenset(
    "CONSTRAINT PRIMARY FOREIGN UNIQUE CHECK EXCLUDE LIKE NOT".split()  # noqa: SIM905
)
_AFTER_NAME = frozenset(
    "AS OF PARTITION USING WITH ON TABLESPACE WITHOUT INHERITS LIKE CLONE".split()  # noqa: SIM905
)
_MODIFIERS = frozenset(
    "OR REPLACE TEMP TEMPORARY UNLOGGED GLOBAL LOCAL".split()  # noqa: SIM905
)


def tables(found: Shape) -> Iterator[SyntaxProblem]:
    """CREATE TABLE that ends after the table's name or lacks a column's type."""
    name = _name(found)
    if name < 0:
        return
    if name >= len(found.tokens):
        yield SyntaxProblem(found.tokens[-1].span, "Expected a table name here.")
        return
    while found.text(name + 1) == "." and found.is_name(name + 2):
        name += 2
    if name + 1 >= len(found.tokens):
        yield SyntaxProblem(
            found.tokens[name].span, "Expected the columns in parentheses after the table's name."
        )
    elif found.is_name(name + 1) and found.word(name + 1) not in _AFTER_NAME:
        yield SyntaxProblem(
            found.tokens[name + 1].span, "Expected `(` or AS after the table's name."
        )
    elif found.text(name + 1) == "(" and found.dialect.name != "sqlite":
        yield from _columns(found, name + 1)


def list_of(found: Shape) -> int:
    """The index of the parenthesis that opens the columns of CREATE TABLE, -1 if there is none."""
    name = _name(found)
    while name > 0 and found.text(name + 1) == "." and found.is_name(name + 2):
        name += 2
    return name + 1 if name > 0 and found.text(name + 1) == "(" else -1


def _name(found: Shape) -> int:
    """The index of the table's name in CREATE TABLE, -1 if this is something else."""
    index = 1
    if found.word(0) != "CREATE":
        return -1
    while found.word(index) in _MODIFIERS:
        index += 1
    if found.word(index) != "TABLE":
        return -1
    index += 1
    if found.word(index) == "IF" and found.word(index + 1) == "NOT":
        index += 3
    return index


def _columns(found: Shape, opening: int) -> Iterator[SyntaxProblem]:
    if "AS" in found.words[found.partner[opening] :]:
        return  # CREATE TABLE t (a, b) AS SELECT …
    for index in range(opening, found.partner[opening]):
        starts = index == opening or (found.text(index) == "," and found.opener[index] == opening)
        if not starts or not found.is_name(index + 1):
            continue
        word = found.word(index + 1)
        if found.text(index + 2) in (",", ")") and word not in _CONSTRAINTS:
            token = found.tokens[index + 1]
            yield SyntaxProblem(token.span, f"Expected a type after {token.text[:30]}.")


def negations(found: Shape) -> Iterator[SyntaxProblem]:
    """`NOT UNLL` in a column's definition."""
    if found.word(0) not in ("CREATE", "ALTER") or "TABLE" not in found.words[:4]:
        return
    for index in range(1, len(found.tokens)):
        token = found.tokens[index]
        if found.word(index - 1) != "NOT" or token.kind is not Kind.WORD or token.upper == "NULL":
            continue
        yield from operands.misspelt_null(token)


def bodies(found: Shape) -> Iterator[SyntaxProblem]:
    """A trigger's BEGIN without END."""
    if found.dialect.name != "sqlite" or "TRIGGER" not in found.words[:4]:
        return
    open_blocks: list[int] = []
    for index in range(1, len(found.tokens)):
        if found.word(index) == "CASE" or (found.word(index) == "BEGIN" and not open_blocks):
            open_blocks.append(index)
        elif found.word(index) == "END" and open_blocks:
            open_blocks.pop()
    if open_blocks:
        index = open_blocks[0]
        yield SyntaxProblem(found.tokens[index].span, f"This {found.word(index)} has no END.")


CHECKS = (tables, negations, bodies)
