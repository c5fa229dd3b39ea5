"""Templates, lenient dialects, hard input, and how well misspelt names are recognised."""

from __future__ import annotations

import random

import pytest

from support import schemas
from sureql.catalog import model as catalog
from sureql.semantics import analysis, similar
from sureql.semantics.model import Analysis
from sureql.syntax import dialects, script

QUERIES = (
    "SELECT a.name, b.title FROM artist AS a JOIN album AS b ON b.artist_id = a.artist_id",
    "SELECT genre_id, count(*) FROM track WHERE milliseconds > 1 GROUP BY genre_id ORDER BY 2",
    "WITH spent AS (SELECT customer_id, sum(total) AS spend FROM invoice GROUP BY customer_id)"
    " SELECT c.first_name, s.spend FROM customer AS c JOIN spent AS s USING (customer_id)",
    "SELECT title FROM album WHERE artist_id IN (SELECT artist_id FROM artist WHERE country = 'SE')",
    "UPDATE invoice SET billing_city = customer.city FROM customer"
    " WHERE customer.customer_id = invoice.customer_id",
    "INSERT INTO review (customer_id, album_id, stars) SELECT customer_id, 1, 5 FROM customer",
)


def _analyse(text: str, dialect: str = "postgres", schema: str = "music") -> Analysis:
    rules = dialects.get(dialect)
    (statement,) = script.of(text, rules).statements
    found = schemas.catalog(schema, dialect)
    return analysis.analyse(statement.masked, found, rules, statement.holes)


def _slip(word: str, dice: random.Random) -> str:
    """`word` with one typing slip."""
    at = dice.randrange(len(word) - 1)
    letter = dice.choice("abcdefghijklmnopqrstuvwxyz")
    return dice.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + letter + word[at + 1 :],
            word[:at] + letter + word[at:],
        )
    )


def _known() -> set[str]:
    relations = list(schemas.catalog("music").relations())
    return {one.name for one in relations} | {
        column.name for one in relations for column in one.columns
    }


def test_one_slip_is_one_problem_with_the_right_name_first() -> None:
    dice, known, tried, right = random.Random(5), _known(), 0, 0
    for text in QUERIES:
        assert not _analyse(text).problems
        names = [
            one
            for one in _analyse(text).references
            if one.kind in ("column", "relation") and one.span.of(text) in known
        ]
        for one in names * 3:
            word = one.span.of(text)
            wrong = _slip(word, dice)
            if wrong == word or wrong in known or not wrong[0].isalpha():
                continue
            found = _analyse(text[: one.span.start] + wrong + text[one.span.end :]).problems
            assert [problem.span.start for problem in found] == [one.span.start], (text, wrong)
            tried += 1
            right += bool(found[0].names) and found[0].names[0].split(".")[-1] == word
    assert tried > 50
    assert right >= 0.95 * tried


@pytest.mark.parametrize(
    "text",
    [
        "SELECT {{ columns }} FROM artist",
        "SELECT x.anything FROM (SELECT {{ columns }} FROM artist) AS x",
        "SELECT nme FROM {{ ref('artist') }}",
        "SELECT a.nme FROM {{ ref('artist') }} AS a",
        "SELECT nme FROM artist {% if joined %} JOIN other USING (id) {% endif %}",
        "SELECT name FROM artist WHERE artist_id = :id AND country = $1 AND name = %(name)s",
        "SELECT sqlc.arg(anything), sqlc.narg('other') FROM artist",
    ],
)
def test_nothing_is_said_about_what_a_template_may_bring(text: str) -> None:
    assert not _analyse(text).problems


def test_a_leading_template_hides_nothing() -> None:
    found = _analyse("{{ config(materialized='view') }}\nSELECT nme FROM artist")
    assert [one.code for one in found.problems] == ["unknown-column"]


def test_without_a_schema_only_the_statement_itself_counts() -> None:
    assert not _analyse("SELECT a.x, y FROM t AS a JOIN u USING (z)", schema="none").problems
    found = _analyse("WITH c AS (SELECT 1 AS n) SELECT m FROM c", schema="none")
    assert [one.code for one in found.problems] == ["unknown-column"]


def test_an_open_relation_has_any_column() -> None:
    open_table = catalog.Relation("public", "t", columns=(catalog.Column("a"),), closed=False)
    public = catalog.Schema("public", {"t": open_table}, closed=False)
    found = catalog.Catalog("postgres", {"public": public}, ("public",), case_sensitive=True)
    rules = dialects.get("postgres")
    assert not analysis.analyse("SELECT b FROM t, nowhere", found, rules).problems


def test_a_lenient_dialect_only_warns() -> None:
    found = _analyse("SELECT nme FROM artist", "mysql", "music_sqlite")
    assert [(one.severity, one.names) for one in found.problems] == [("warning", ("name",))]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT " + "(" * 400 + "1" + ")" * 400,
        "SELECT 1" + " + 1" * 3000,
        "SELECT 1 WHERE 1 = 1" + " AND 1 = 1" * 1500,
        "SELECT 1" + " UNION ALL SELECT 1" * 600,
        "SELECT * FROM " + "(SELECT * FROM " * 60 + "artist" + ") AS x" * 60,
        "",
        ";",
        "SELECT",
        "\x00\ufeff",
        "FROM",
        "CREATE VIEW v AS",
    ],
)
def test_hard_input_raises_nothing(text: str) -> None:
    for name in ("postgres", "sqlite", "duckdb"):
        found = analysis.analyse(text, schemas.catalog("music"), dialects.get(name))
        assert isinstance(found, Analysis)


def test_problems_of_a_changed_catalog_are_new() -> None:
    rules = dialects.get("postgres")
    before = schemas.of("CREATE TABLE t (a int);")
    after = schemas.of("CREATE TABLE t (a int, b int);")
    assert analysis.analyse("SELECT b FROM t", before, rules).problems
    assert not analysis.analyse("SELECT b FROM t", after, rules).problems


@pytest.mark.parametrize(
    ("wrong", "known", "expected"),
    [
        ("titel", ["title", "name"], ("title",)),
        ("naem", ["nme", "name", "fame"], ("name",)),
        ("x", ["y", "z"], ()),
        ("customers", ["customer", "custom"], ("customer", "custom")),
        ("custmer_id", ["customer_id", "custom_id", "id"], ("customer_id", "custom_id")),
        ("zzzz", ["name"], ()),
        ("Name", ["name"], ("name",)),
        ("name", ["name"], ()),
    ],
)
def test_similar_names(wrong: str, known: list[str], expected: tuple[str, ...]) -> None:
    assert similar.names(wrong, known) == expected
