"""Half-typed and garbled DDL: it is never more than a problem, and never makes a false claim."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import schemas
from sureql.catalog import model as catalog
from sureql.semantics import ddl
from sureql.syntax import dialects, lexer, script

_WORDS = st.sampled_from(
    """CREATE TABLE VIEW TYPE ALTER DROP ADD COLUMN AS ENUM ( ) , . ; t a b int text 'x' "q" $$ PRIMARY
    KEY REFERENCES FOREIGN CHECK DEFAULT NOT NULL UNIQUE ON INDEX SCHEMA RENAME TO SET COMMENT IS DO
    SELECT FROM 1 [ ] = IF EXISTS CONSTRAINT INHERITS PARTITION OF LIKE GENERATED TEMP OR REPLACE
    search_path FUNCTION RETURNS CASCADE USING VIRTUAL SEQUENCE MACRO EXTENSION INTO""".split()  # noqa: SIM905
)


@pytest.mark.parametrize(
    ("name", "dialect"), [("music", "postgres"), ("music_sqlite", "sqlite"), ("shop", "duckdb")]
)
def test_every_statement_cut_at_every_token(name: str, dialect: str) -> None:
    """What is being typed is applied too, as soon as something stands below it."""
    rules = dialects.get(dialect)
    base = catalog.empty(dialect)
    for statement in script.of(schemas.text(name), rules).statements:
        for token in lexer.code(statement.text, rules)[::3]:
            ddl.apply(base, statement.text[: token.start], rules)
        base = ddl.apply(base, statement.text, rules)
    assert base.problems == ()


@settings(max_examples=300, deadline=None)
@given(st.lists(_WORDS, max_size=14), st.sampled_from(["postgres", "sqlite", "duckdb", "mysql"]))
def test_any_words_in_any_order(found: list[str], dialect: str) -> None:
    music = schemas.catalog("music")
    for base in (catalog.empty(dialect), music):
        ddl.apply(base, "CREATE " + " ".join(found), dialects.get(dialect))
        ddl.apply(base, "ALTER TABLE track " + " ".join(found), dialects.get(dialect))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    ddl.apply(catalog.empty("postgres"), "CREATE TABLE t (" + text, dialects.get("postgres"))
    ddl.apply(catalog.empty("sqlite"), text, dialects.get("sqlite"))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE fresh (a int,, b text)",
        "CREATE TABLE fresh (a int b)",
        "CREATE TABLE fresh (a",
        "CREATE TABLE fresh",
        "CREATE TABLE fresh AS SELECT",
        "CREATE VIEW fresh AS SELECT (",
        "CREATE TABLE fresh (a int) INHERITS (nobody)",
        "CREATE TABLE fresh (LIKE nobody)",
        "CREATE TABLE fresh PARTITION OF nobody DEFAULT",
    ],
)
def test_a_relation_that_could_not_be_read_is_there_and_open(statement: str) -> None:
    found = ddl.apply(schemas.catalog("music"), statement, dialects.get("postgres"))
    relation = found.find(("fresh",))

    assert relation is not None and not relation.closed
    assert found.problems or "AS SELECT" in statement
    assert found.closed_for(("other",))


def test_a_name_that_could_not_be_read_opens_the_schema() -> None:
    music = schemas.catalog("music")
    for statement in ("CREATE TABLE 1x (a int)", "CREATE TABLE", "CREATE VIEW (a)"):
        found = ddl.apply(music, statement, dialects.get("postgres"))
        assert not found.closed_for(("other",))
