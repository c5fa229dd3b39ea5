"""Whether two queries can be proved to be equal for every database that the schema allows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.equivalence import repeatable
from sureql.equivalence.model import Question
from sureql.equivalence.prove import facts, form, normal, reading
from sureql.equivalence.prove.naming import UnreadableError
from sureql.semantics import output, parsed
from sureql.syntax import dialects, lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token

_SAME_TEXT = "They differ in layout, comments and case only."
_SAME_FORM = "Both come to the same when names are resolved and everything is in one order."
# What follows rests on how these read a text and compare values; others may differ in something.
_KNOWN = ("postgres", "sqlite", "duckdb")
_LONGEST = 20_000
_FOLDING = ("postgres", "sqlite", "duckdb", "redshift", "snowflake", "oracle")
_OPERANDS = (Kind.WORD, Kind.QUOTED, Kind.STRING, Kind.NUMBER)


def proof(question: Question) -> str | None:
    """A sentence that says why the statements are equal; None if they are not, or it is not known."""
    dialect = dialects.get(question.dialect)
    try:
        return _proof(question, dialect)
    except (UnreadableError, RecursionError):
        return None


def form_of(text: str, schema: catalog.Catalog, dialect: str) -> str | None:
    """The canonical form of a statement: two of one form return the same rows. None if it has none."""
    try:
        found = _formed(text, schema, dialects.get(dialect))
    except (UnreadableError, RecursionError):
        return None
    return found.form if found is not None else None


@dataclass(frozen=True, slots=True)
class _Formed:
    form: str
    names: tuple[str, ...]
    notes: tuple[str, ...]


def _proof(question: Question, dialect: Dialect) -> str | None:
    schema = question.schema
    tree = parsed.tree(question.first, dialect)
    # MySQL runs what stands in such a comment.
    if tree is None or "/*!" in question.first + question.second:
        return None
    if _words(question.first, dialect) == _words(question.second, dialect):
        obstacles = repeatable.obstacles(tree, dialect, schema)
        return _SAME_TEXT if repeatable.forbidding(obstacles) is None else None
    first = _formed(question.first, schema, dialect)
    second = _formed(question.second, schema, dialect) if first is not None else None
    if first is None or second is None or first.form != second.form:
        return None
    if question.columns and first.names != second.names:
        return None
    return " ".join(dict.fromkeys((_SAME_FORM, *first.notes, *second.notes)))


def _formed(text: str, schema: catalog.Catalog, dialect: Dialect) -> _Formed | None:
    if dialect.name not in _KNOWN or len(text) > _LONGEST:
        return None
    tree = parsed.tree(text, dialect)
    if tree is None or _drops_something(lexer.code(text, dialect)):
        return None
    obstacles = repeatable.obstacles(tree, dialect, schema)
    if any(one.kind not in (repeatable.Kind.FROZEN, repeatable.Kind.ROUNDING) for one in obstacles):
        return None
    query = reading.read(tree, schema, dialect)
    known = facts.of(query, schema, dialect.name)
    notes: list[str] = []
    made = form.canonical(normal.formed(query, known, notes), known)
    fields, closed = output.of(tree, schema, dialect, text)
    listed = [one.name for one in fields] if closed else query.names
    names = tuple(schema.key(name).lower() for name in listed)
    return _Formed(made, names, tuple(notes))


def _words(text: str, dialect: Dialect) -> list[str]:
    """The tokens of a statement; what an engine takes for the same is the same."""
    folds = dialect.name in _FOLDING
    found = [
        token.upper if folds and token.kind is Kind.WORD else token.text
        for token in lexer.code(text, dialect)
    ]
    while found and found[-1] == ";":
        found.pop()
    return found


def _drops_something(tokens: Iterable[Token]) -> bool:
    """True if something stands there of which the parser's tree says nothing: a sign before a
    column, which takes its affinity from it in SQLite."""
    before: Token | None = None
    for token in tokens:
        if token.text == "+" and (before is None or not _is_operand(before)):
            return True
        before = token
    return False


def _is_operand(token: Token) -> bool:
    if token.kind is Kind.WORD:
        return token.upper not in ("SELECT", "WHERE", "AND", "OR", "NOT", "THEN", "ELSE", "WHEN", "BY", "ON", "HAVING", "BETWEEN", "LIKE", "IN", "CASE", "DISTINCT", "IS", "LIMIT")  # fmt: skip
    return token.kind in _OPERANDS or token.text in (")", "]", "*")
