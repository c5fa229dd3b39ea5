"""Parsing: bounded, never raising, and never an error where the real engine takes the statement."""

from __future__ import annotations

import random
import sqlite3

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import cases, schemas
from sureql.syntax import dialects, lexer, parse, templates
from sureql.syntax.tokens import Kind

STATEMENTS = {
    name: tuple(
        case.source.text
        for file in files
        for case in cases.load(f"diagnostics/{file}.sql")
        if not case.source.text.startswith(("CREATE", ".", "BEGIN"))
    )
    for name, files in {
        "sqlite": ("sqlite_silent",),
        "duckdb": ("duckdb_silent", "silent"),
        "postgres": ("silent",),
    }.items()
}
_INSERTED = [", ", " and ", " select ", " from ", " where ", " ( ", " ) ", " = ", " 1 ", " x "]


@given(st.text(max_size=80), st.sampled_from(dialects.ALL))
@settings(max_examples=300, deadline=None)
def test_any_text_is_parsed_without_raising(text, dialect):
    _check(text, dialect)


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_cut_is_parsed_without_raising(name):
    dialect = dialects.get(name)
    for text in STATEMENTS[name]:
        for token in lexer.code(text, dialect):
            _check(text[: token.end], dialect)
            _check(text[token.start :], dialect)
            _check(text[: token.start] + text[token.end :], dialect)


def _check(text, dialect):
    found = parse.parse(text, dialect)
    assert found.tree is None or not found.refused
    if found.problem is not None:
        span = found.problem.span
        assert 0 <= span.start < span.end <= len(text)
        assert found.problem.message.endswith((".", "?"))
        if found.problem.fix is not None:
            _, place, _ = found.problem.fix
            assert 0 <= place.start <= place.end <= len(text)


@pytest.mark.parametrize("name", ["sqlite", "duckdb"])
def test_what_the_engine_takes_is_no_error(name):
    takes = {"sqlite": _sqlite, "duckdb": _duckdb}[name]()
    dialect = dialects.get(name)
    chance = random.Random(7)
    taken = 0
    for text in STATEMENTS[name] * (2_000 // len(STATEMENTS[name])):
        changed = _mutant(text, dialect, chance)
        if takes(changed):
            taken += 1
            problem = parse.parse(templates.mask(changed, dialect)[0], dialect).problem
            assert problem is None, f"{changed!r}: {problem}"
    assert taken > 100


def _mutant(text, dialect, chance):
    """`text` with one token removed, doubled, misspelt, inserted, or with its end cut off."""
    tokens = lexer.code(text, dialect)
    token = chance.choice(tokens)
    kind = chance.randrange(5)
    if kind == 0:
        return text[: token.start] + text[token.end :]
    if kind == 1:
        return f"{text[: token.end]} {token.text}{text[token.end :]}"
    if kind == 2 and token.kind is Kind.WORD and len(token.text) > 2:
        swapped = token.text[1] + token.text[0] + token.text[2:]
        return text[: token.start] + swapped + text[token.end :]
    if kind == 3:
        return text[: token.end]
    return text[: token.end] + chance.choice(_INSERTED) + text[token.end :]


def _sqlite():
    database = sqlite3.connect(":memory:")
    database.executescript(schemas.text("music_sqlite"))

    def takes(text):
        try:
            database.execute(f"EXPLAIN {text}")
        except sqlite3.Error as error:
            return "bindings" in str(error)
        return True

    return takes


def _duckdb():
    database = duckdb.connect()
    database.execute(schemas.text("shop"))

    def takes(text):
        try:
            if len(database.extract_statements(text)) != 1:
                return False
            database.execute(f"EXPLAIN {text}")
        except duckdb.Error as error:
            # `name 'text'` is a literal of a type that there is not; behind an unknown table no
            # such error is told.
            return not str(error).startswith(("Parser", "Catalog"))
        return True

    return takes


def test_an_opaque_statement_has_neither_tree_nor_problem():
    found = parse.parse("DO $$ BEGIN PERFORM 1; END $$", dialects.get("postgres"))
    assert (found.tree, found.problem) == (None, None)


def test_a_refusal_without_a_certain_cause_is_marked():
    found = parse.parse("SELECT JSON_TABLE(a, b COLUMNS c)", dialects.get("postgres"))
    assert (found.tree, found.problem, found.refused) == (None, None, True)


def test_a_huge_statement_is_not_parsed():
    text = "SELECT " + "a, " * parse.LONGEST + "a"
    assert parse.parse(text, dialects.get("postgres")) == parse.Parse(None, None)


@pytest.mark.parametrize("part", ["(", "f(", "not ", "- ", "case when ", "[", "select ("])
def test_deep_nesting_is_survived(part):
    for name in STATEMENTS:
        _check("SELECT " + part * 5_000, dialects.get(name))


def test_the_cache_is_bounded_by_text():
    dialect = dialects.get("sqlite")
    for number in range(100):
        parse.parse(f"SELECT '{number}{'x' * 90_000}'", dialect)
    assert sum(len(text) for text, _ in parse._cache) <= parse._MOST_TEXT


def test_the_same_text_gives_the_same_tree():
    dialect = dialects.get("postgres")
    text = "SELECT same FROM tree"
    assert parse.parse(text, dialect).tree is parse.parse(text, dialect).tree


def test_span_of():
    text = "SELECT a.b + 1 AS c FROM t"
    tree = parse.parse(text, dialects.get("postgres")).tree
    assert parse.span_of(tree.selects[0]).of(text) == "a.b + 1 AS c"
    assert parse.span_of(tree).of(text) == "a.b + 1 AS c FROM t"
