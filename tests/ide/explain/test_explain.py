"""What explanations say, and that they say it of every statement."""

from __future__ import annotations

import random

import pytest

from support import cases, schemas
from support.fixture import Case
from sureql.ide.diagnostics import context
from sureql.ide.explain import explain
from sureql.ide.explain.model import Explanation
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, lexer, script


def of_case(case: Case) -> Explanation:
    """The explanation of a case's last statement; what stands above it is known."""
    dialect = dialects.get(case.dialect)
    schema = schemas.catalog(case.options["schema"], case.dialect)
    parsed = script.of(case.source.text, dialect)
    last = parsed.statements[-1]
    snapshot = Snapshot("", "", 0, parsed, schema)
    return explain.explain(context.of(last, snapshot.catalog_at(last), dialect, ""))


@cases.parametrize("ide/explain")
def test_explanation(case: Case) -> None:
    cases.check(case, "markdown", of_case(case).markdown)


def explained(text: str, dialect: str = "postgres", schema: str = "music") -> Explanation:
    """The explanation of one statement over a shared schema."""
    rules = dialects.get(dialect)
    (statement,) = script.of(text, rules).statements
    return explain.explain(context.of(statement, schemas.catalog(schema, dialect), rules, ""))


def test_the_same_statement_is_explained_in_the_same_words() -> None:
    text = "SELECT city, count(*) FROM customer WHERE country IN ('DE', 'FR') GROUP BY city"
    assert explained(text).markdown == explained(text).markdown


_ODD = ("NULL", "'x'", "(", ")", "$1", "*", "(SELECT 1)", "FROM", "'2024-02-30'", "count(*)", ",")


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_written_gets_an_explanation(seed: int) -> None:
    choice = random.Random(seed)
    known = cases.load("ide/explain")
    for _ in range(60):
        case = choice.choice(known)
        dialect = dialects.get(case.dialect)
        schema = schemas.catalog(case.options["schema"], case.dialect)
        text = case.source.text
        for _ in range(2):
            token = choice.choice(lexer.code(text, dialect))
            text = text[: token.start] + choice.choice(_ODD) + text[token.end :]
        for statement in script.of(text, dialect).statements:
            found = explain.explain(context.of(statement, schema, dialect, ""))
            assert found.summary
            assert found.markdown.startswith(found.summary)


def test_a_statement_nested_hundreds_of_levels_deep_is_explained_or_given_up_on() -> None:
    text = "SELECT " + "(" * 400 + "1" + ")" * 400
    assert explained(text).summary


def test_the_steps_say_where_they_stand() -> None:
    text = "SELECT name FROM artist WHERE country = 'DE' ORDER BY name"
    for step in explained(text).steps:
        if step.kind in ("source", "filter"):
            assert step.span is not None
            assert step.span.of(text) in ("artist", "country = 'DE'")


def test_a_text_in_the_quotes_of_names_is_no_link_between_tables() -> None:
    text = (
        "SELECT count(*) FROM album AS a JOIN artist AS r ON r.artist_id = a.artist_id"
        ' WHERE r.country = "DE"'
    )
    assert 'where `r.country` equals `"DE"`' in explained(text, "sqlite", "music_sqlite").summary


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("name LIKE 'a%'", "`name` starts with `'a'`"),
        ("name NOT LIKE 'a%'", "`name` does not start with `'a'`"),
        ("NOT name NOT LIKE 'a%'", "`name` starts with `'a'`"),
        ("name NOT ILIKE '%a'", "`name` does not end with `'a'`"),
        ("NOT (country IS NULL)", "`country` is not NULL"),
        ("NOT (country IS NOT NULL)", "`country` is NULL"),
        ("artist_id NOT IN (1)", "`artist_id` is not 1"),
        ("NOT artist_id < 5", "`artist_id` is at least 5"),
        ("NOT artist_id >= 5", "`artist_id` is less than 5"),
        ("NOT founded_on <= DATE '2000-01-01'", "`founded_on` is after 2000-01-01"),
        ("artist_id NOT BETWEEN 1 AND 3", "`artist_id` is outside the range from 1 to 3"),
        ("name !~ '^a'", "`name` does not match the regular expression `'^a'`"),
        ("name NOT SIMILAR TO 'a+'", "`name NOT SIMILAR TO 'a+'` holds"),
        ("NOT name SIMILAR TO 'a+'", "`NOT name SIMILAR TO 'a+'` holds"),
        ("NOT (name SIMILAR TO 'a+')", "`NOT (name SIMILAR TO 'a+')` holds"),
        ("NOT (NOT (name SIMILAR TO 'a+'))", "`NOT (NOT (name SIMILAR TO 'a+'))` holds"),
        ("(name, country) <> ('a', 'b')", "`(name, country) <> ('a', 'b')` holds"),
        ("NOT name = ANY ($1)", "`NOT name = ANY ($1)` holds"),
        ("NOT (name LIKE ANY ($1))", "`NOT (name LIKE ANY ($1))` holds"),
        ("name <> ALL ($1)", "`name <> ALL ($1)` holds"),
        ("artist_id > ANY ($1)", "`artist_id > ANY ($1)` holds"),
        ("artist_id = ANY ($1)", "`artist_id` is any of `$1`"),
        ("name NOT LIKE 'a!%' ESCAPE '!'", "`name NOT LIKE 'a!%' ESCAPE '!'` holds"),
        ("(country IS NULL) IS NOT TRUE", "`(country IS NULL)` is not true"),
        ("country IS NOT DISTINCT FROM 'DE'", "`country` is `'DE'`, NULLs compared as values"),
    ],
)
def test_what_is_negated_is_told_as_negated(condition: str, words: str) -> None:
    found = explained(f"SELECT 1 FROM artist WHERE {condition}")
    assert f"Keeps rows where {words}" in found.markdown


def test_a_change_that_is_only_planned_is_not_told_as_done() -> None:
    planned = explained("EXPLAIN DELETE FROM review").summary
    assert planned == "Shows how the engine would run a statement, without running it."
    run = explained("EXPLAIN ANALYZE DELETE FROM review").summary
    assert run.startswith("Runs the statement, changes included, and shows how it was run: Deletes")
    assert "Deletes" not in explained("PREPARE p AS DELETE FROM review").summary
