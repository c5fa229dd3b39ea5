"""Whether two queries can be proved to be equal for every database that the schema allows."""

from __future__ import annotations

from collections.abc import Iterable

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


def _proof(question: Question, dialect: Dialect) -> str | None:
    texts = (question.first, question.second)
    trees = [parsed.tree(text, dialect) for text in texts]
    if trees[0] is None or trees[1] is None:
        return None
    obstacles = repeatable.obstacles(trees[0], dialect, question.schema)
    if repeatable.forbidding(obstacles) is not None:
        return None
    if _words(texts[0], dialect) == _words(texts[1], dialect):
        return _SAME_TEXT
    if dialect.name not in _KNOWN or max(map(len, texts)) > _LONGEST:
        return None
    if any(_drops_something(lexer.code(text, dialect)) for text in texts):
        return None
    obstacles += repeatable.obstacles(trees[1], dialect, question.schema)
    if any(one.kind not in (repeatable.Kind.FROZEN, repeatable.Kind.ROUNDING) for one in obstacles):
        return None
    forms, notes, names = [], list[str](), []
    for tree, text in zip(trees, texts, strict=True):
        assert tree is not None
        query = reading.read(tree, question.schema, dialect)
        known = facts.of(query, question.schema, dialect.name)
        forms.append(form.canonical(normal.formed(query, known, notes), known))
        fields, known_all = output.of(tree, question.schema, dialect, text)
        listed = [one.name for one in fields] if known_all else query.names
        names.append([question.schema.key(name).lower() for name in listed])
    if forms[0] != forms[1] or (question.columns and names[0] != names[1]):
        return None
    return " ".join(dict.fromkeys((_SAME_FORM, *notes)))


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
