"""What holds at every place of any text: nothing raises, spans fit, and legal words are offered."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sureql.syntax import cursor, dialects, lexer
from sureql.syntax.cursor import CursorContext, Expect
from sureql.syntax.tokens import Kind
from syntax.cursor.test_cases import CASES

QUERIES = sorted((Path(__file__).parents[2] / "fixtures" / "cursor" / "tpch").glob("*.sql"))
NAMES = ["postgres", "sqlite", "duckdb", "mysql", "bigquery", "tsql", "snowflake", "oracle"]
PIECES = [
    "SELECT",
    "FROM",
    "WHERE",
    "GROUP",
    "BY",
    "ORDER",
    "HAVING",
    "LIMIT",
    "OFFSET",
    "UNION",
    "ALL",
    "INTERSECT",
    "JOIN",
    "LEFT",
    "CROSS",
    "NATURAL",
    "ON",
    "USING",
    "AS",
    "AND",
    "OR",
    "NOT",
    "IN",
    "IS",
    "NULL",
    "LIKE",
    "BETWEEN",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "EXISTS",
    "DISTINCT",
    "WITH",
    "RECURSIVE",
    "INSERT",
    "INTO",
    "VALUES",
    "UPDATE",
    "SET",
    "DELETE",
    "RETURNING",
    "CONFLICT",
    "DO",
    "MERGE",
    "MATCHED",
    "OVER",
    "PARTITION",
    "ROWS",
    "FILTER",
    "WITHIN",
    "LATERAL",
    "CREATE",
    "TABLE",
    "INDEX",
    "VIEW",
    "ALTER",
    "ADD",
    "DROP",
    "COLUMN",
    "PRIMARY",
    "KEY",
    "REFERENCES",
    "CHECK",
    "DEFAULT",
    "EXPLAIN",
    "GRANT",
    "COPY",
    "CAST",
    "EXTRACT",
    "COMMENT",
    "TRIGGER",
    "FUNCTION",
    "BEGIN",
    ";",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ".",
    "::",
    "=",
    "<>",
    "+",
    "*",
    "'",
    '"',
    "`",
    "'x'",
    '"q"',
    "$1",
    ":p",
    "?",
    "1",
    "2.5",
    "a",
    "b",
    "t.c",
    "--",
    "/*",
    "*/",
    "count(",
    "x(",
    "{{",
    "}}",
    "$$",
]
WORDS = frozenset(
    [
        "SELECT",
        "FROM",
        "WHERE",
        "GROUP",
        "ORDER",
        "BY",
        "HAVING",
        "LIMIT",
        "JOIN",
        "LEFT",
        "OUTER",
        "ON",
        "AS",
        "AND",
        "OR",
        "NOT",
        "IN",
        "IS",
        "LIKE",
        "BETWEEN",
        "CASE",
        "WHEN",
        "THEN",
        "ELSE",
        "END",
        "EXISTS",
        "ASC",
        "DESC",
        "WITH",
    ]
)

fragments = st.lists(st.sampled_from(PIECES), max_size=25).flatmap(
    lambda pieces: st.sampled_from(["", " ", "\n", "\n\n"]).map(lambda gap: gap.join(pieces))
)


@given(st.one_of(fragments, st.text(max_size=60)), st.integers(-5, 300), st.sampled_from(NAMES))
@example("SELECT 'a\n", 9, "postgres")
@example("(((", 3, "sqlite")
@example("a.b.", 4, "tsql")
def test_any_text_has_a_context(text: str, offset: int, name: str) -> None:
    check(text, cursor.at(text, offset, dialects.get(name)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_every_offset_of_every_case(case: tuple[str, str, str, str]) -> None:
    _, name, statement, _ = case
    text = statement.replace("<|>", "")
    dialect = dialects.get(name)
    for offset in range(len(text) + 1):
        check(text, cursor.at(text, offset, dialect))
        check(text[:offset], cursor.at(text[:offset], offset, dialect))


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_the_next_word_of_a_query_is_legal(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    dialect = dialects.get("duckdb")
    tokens = lexer.code(text, dialect)
    for index, token in enumerate(tokens):
        cut = text[: token.start]
        context = cursor.at(cut, token.start, dialect)
        check(cut, context)
        where = cut[-60:] + "<|>" + text[token.start : token.start + 20]
        if token.kind is Kind.WORD and token.upper in WORDS:
            offered = {phrase.split()[0] for phrase in context.keywords}
            assert token.upper in offered, where
        elif token.kind is Kind.WORD:
            assert context.expect in _NAMED, where
        elif token.kind in (Kind.STRING, Kind.NUMBER) and tokens[index - 1].upper not in _OWN:
            assert context.expect is Expect.EXPRESSION, where


_OWN = ("LIMIT", "DATE", "INTERVAL")  # What takes a literal of its own.
_NAMED = (
    Expect.EXPRESSION,
    Expect.RELATION,
    Expect.AFTER_RELATION,
    Expect.NEW_NAME,
    Expect.OPERATOR,
    Expect.TYPE,
)


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_the_rest_of_a_query_does_not_change_what_stands_before(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    dialect = dialects.get("duckdb")
    tokens = lexer.code(text, dialect)
    for index, token in enumerate(tokens):
        if index and tokens[index - 1].upper in _OWN:
            continue  # Only the literal tells whether `date` was a type or a column.
        whole = cursor.at(text, token.start, dialect)
        cut = cursor.at(text[: token.start], token.start, dialect)
        assert (whole.clause, whole.expect) == (cut.clause, cut.expect)
        before = [one.span for one in whole.frame.sources if one.span.end <= token.start]
        assert [one.span for one in cut.frame.sources][: len(before)] == before


def test_huge_and_deep_texts_are_answered() -> None:
    dialect = dialects.get("postgres")
    data = "INSERT INTO t VALUES " + ", ".join(["(1, 'abc')"] * 50_000)
    assert cursor.at(data, len(data), dialect).expect is Expect.NOTHING
    deep = "SELECT * FROM (" * 2_000
    context = cursor.at(deep, len(deep), dialect)
    check(deep, context)
    assert isinstance(hash(context), int)


def check(text: str, context: CursorContext) -> None:
    """The values fit the text and each other."""
    assert 0 <= context.offset <= len(text)
    assert context.word.touches(context.offset)
    assert context.word.end <= len(text)
    if context.qualifier is not None:
        assert context.qualifier.span.end < context.word.start
    assert "" not in context.keywords
    assert len(set(context.keywords)) == len(context.keywords)
    frame: cursor.Frame | None = context.frame
    while frame is not None:
        assert 0 <= frame.span.start <= frame.span.end <= len(text)
        for source in frame.sources:
            assert 0 <= source.span.start < source.span.end <= len(text)
            assert source.body is None or source.span.covers(source.body)
        for cte in frame.ctes:
            assert cte.body.end <= len(text)
        for clause in frame.clauses:
            assert clause.keyword.end <= clause.body.start <= clause.body.end <= len(text)
        for item in frame.projection:
            assert item.start < item.end <= len(text)
        frame = frame.parent
