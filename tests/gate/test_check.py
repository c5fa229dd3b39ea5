"""The gate accepts, repairs, cuts back and drops by the state of the user's text."""

from __future__ import annotations

import pytest

from support import schemas
from support.fixture import MARKER
from sureql.catalog.model import Catalog
from sureql.gate.check import check
from sureql.gate.model import Level, Outcome, Suggestion, Verdict
from sureql.oracle import judges
from sureql.syntax import dialects
from sureql.text.span import Span


def verdict(marked: str, insert: str, schema: Catalog) -> Verdict:
    """The verdict for `insert` at the marker, or in place of what two markers enclose."""
    parts = marked.split(MARKER)
    start = len(parts[0])
    end = start + (len(parts[1]) if len(parts) == 3 else 0)
    rules = dialects.get(schema.dialect)
    judge = judges.for_catalog(schema)
    return check("".join(parts), Suggestion(Span(start, end), insert), schema, rules, judge)


SQLITE = ("music_sqlite", "sqlite")
POSTGRES = ("music", "postgres")
OPEN = ("none", "postgres")
DUCKDB = ("shop", "duckdb")


@pytest.mark.parametrize(
    ("where", "text", "insert", "level"),
    [
        (SQLITE, "SELECT <|> FROM artist", "name", Level.JUDGED),
        (SQLITE, "SELECT na<|> FROM artist", "me", Level.JUDGED),
        (SQLITE, "SELECT <|>na<|> FROM artist", "name", Level.JUDGED),
        (SQLITE, "SELECT name <|>", "FROM artist", Level.JUDGED),
        (SQLITE, "SELECT name FROM artist <|>", "WHERE", Level.PREFIX),
        (SQLITE, "SELECT a.name FROM <|>", "artist", Level.PREFIX),
        (SQLITE, "SELECT <|>", "name", Level.PREFIX),
        (SQLITE, "<|>", "SELECT", Level.PREFIX),
        (SQLITE, "SELECT name FROM artist WHERE artist_id = ? <|>", "ORDER BY name", Level.JUDGED),
        (POSTGRES, "SELECT <|> FROM artist", "name", Level.RESOLVED),
        (POSTGRES, "SELECT name, count(*) FROM artist <|>", "GROUP BY name", Level.RESOLVED),
        (POSTGRES, "SELECT * FROM artist a JOIN album b <|>", "ON b.artist_id =", Level.PREFIX),
        (POSTGRES, "INSERT INTO genre (<|>", "genre_id, name)", Level.PREFIX),
        (POSTGRES, "UPDATE genre <|>", "SET name =", Level.PREFIX),
        (POSTGRES, "SELECT * FROM artist WHERE artist_id = {{ x }} <|>", "LIMIT", Level.PREFIX),
        (DUCKDB, "SELECT * FROM customer <|>", "LIMIT 1", Level.RESOLVED),
        (OPEN, "SELECT * FROM things t WHERE t.colour = <|>", "t.size", None),
        (OPEN, "SELECT t.size FROM things t WHERE t.colour = <|>", "t.size", Level.KNOWN),
        (OPEN, "SELECT * FROM things <|>", "WHERE", Level.PREFIX),
        (OPEN, "SELECT * FROM <|>", "customer", None),
        # A schema that is not known is the user's to name: it may be attached.
        (SQLITE, "SELECT * FROM artist a<|>", ", a.name AS n", None),
        (SQLITE, "SELECT * FROM <|>", "other.artist", None),
        (DUCKDB, "SELECT * FROM customer c<|>", ", c.customer_id AS n", None),
        (SQLITE, "SELECT * FROM old.artist a <|>", "WHERE", Level.NO_WORSE),
        (SQLITE, "SELECT * FROM main.<|>", "artist", Level.JUDGED),
        # The rest is broken: nothing may get worse.
        (SQLITE, "SELECT nmae FROM artist <|>", "ORDER BY name", Level.NO_WORSE),
        (SQLITE, "SELECT <|> FROM artist WHERE", "name", Level.PREFIX),
        (SQLITE, "SELECT <|> FROM artist WHERE )) (", "name", Level.PREFIX),
        (SQLITE, "SELECT )( FROM artist <|>", "WHERE", Level.NO_WORSE),
        # Without a semicolon the next statement is not the rest of this one.
        (SQLITE, "SELECT * FROM <|>\n\nSELECT 1", "artist", Level.JUDGED),
    ],
)
def test_accepts_what_the_table_asks_for(
    where: tuple[str, str], text: str, insert: str, level: Level | None
) -> None:
    found = verdict(text, insert, schemas.catalog(*where))
    assert found.level is level
    assert found.outcome is (Outcome.ACCEPTED if level else Outcome.DROPPED)
    assert found.insert == (insert if level else "")


@pytest.mark.parametrize(
    ("where", "text", "insert"),
    [
        (SQLITE, "SELECT <|> FROM artist", "colour"),
        (SQLITE, "SELECT name FROM <|>", "gadget"),
        (SQLITE, "SELECT name FROM artist <|>", "WHERE WHERE"),
        (SQLITE, "SELECT name FROM artist <|>", ", count(*) FROM"),
        (SQLITE, "SELECT name FROM artist WHERE name <|>", ", count(*)"),
        (SQLITE, "SELECT <|> FROM artist", "name FROM album"),
        (SQLITE, "SELECT name FROM artist <|>", "; DROP TABLE artist"),
        (SQLITE, "SELECT g.name FROM artist a JOIN genre g ON <|>", "g.artist_id = a.artist_id"),
        (SQLITE, "SELECT name FROM artist <|>", "LIMIT max(name, 1"),
        (SQLITE, "SELECT a.name FROM artist a JOIN genre g ON 1 = 1 WHERE <|>", "name = 'x'"),
        (SQLITE, "SELECT max(<|>", "*)"),
        (POSTGRES, "SELECT <|> FROM artist", "album.title"),
        (POSTGRES, "SELECT name FROM artist <|>", "LIMIT 5, 10"),
        (POSTGRES, "SELECT name FROM artist ORDER BY name <|>", "WHERE name = 'x'"),
        (POSTGRES, "SELECT <|> FROM artist", "   "),
        (POSTGRES, "SELECT * FROM invoice <|>", "WHERE status = 'sold'"),
        (POSTGRES, "SELECT * FROM invoice <|>", "WHERE total = 'much' ORDER BY 1"),
        (POSTGRES, "SELECT * FROM artist <|>", "WHERE founded_on IN ('soon') LIMIT 1"),
        (POSTGRES, "SELECT * FROM artist WHERE name <|>", "ORDER BY name"),
        (POSTGRES, "INSERT INTO genre (genre_id) VALUES (<|>", "'x')"),
        (DUCKDB, "INSERT INTO customer (<|>) VALUES (1)", "customer_id, name"),
        # Ambiguous, though a member of a column of that name might follow.
        (DUCKDB, "SELECT * FROM (SELECT 1 FROM customer c, product p WHERE c.email = <|>", "name"),
        # Accepting only the first word would leave `SELECT name, FROM artist`.
        (POSTGRES, "SELECT <|> FROM artist WHERE country = 'x'", "nmae, country"),
    ],
)
def test_drops_what_would_break_the_statement(
    where: tuple[str, str], text: str, insert: str
) -> None:
    found = verdict(text, insert, schemas.catalog(*where))
    assert found.outcome is not Outcome.ACCEPTED
    assert found.reason
    if found.outcome is Outcome.DROPPED:
        assert found.insert == ""
        assert found.level is None


def test_repairs_one_misspelt_name() -> None:
    schema = schemas.catalog(*SQLITE)
    found = verdict("SELECT a.name FROM artist a <|>", "WHERE a.artist_idd = 1", schema)
    assert (found.outcome, found.insert) == (Outcome.REPAIRED, "WHERE a.artist_id = 1")
    assert "artist_idd" in found.reason


def test_cuts_back_to_a_valid_unit() -> None:
    schema = schemas.catalog(*SQLITE)
    found = verdict("SELECT <|> FROM artist", "name, gadget", schema)
    assert (found.outcome, found.insert) == (Outcome.CUT, "name")


def test_the_first_word_alone_must_not_break_a_whole_statement() -> None:
    schema = schemas.catalog(*POSTGRES)
    found = verdict("SELECT <|> FROM artist", "name, country", schema)
    assert (found.outcome, found.insert) == (Outcome.CUT, "name")
    whole = verdict("SELECT * FROM artist <|> LIMIT 1", "ORDER BY name", schema)
    assert whole.outcome is Outcome.DROPPED
    assert "accepting only `ORDER`" in whole.reason


def test_the_first_line_alone_must_not_break_a_whole_statement() -> None:
    schema = schemas.catalog(*POSTGRES)
    found = verdict("SELECT name\n<|>\nLIMIT 1", "FROM artist\nWHERE country IN (", schema)
    assert found.outcome is not Outcome.ACCEPTED


def test_a_name_may_be_given_and_used_by_the_suggestion() -> None:
    schema = schemas.catalog(*POSTGRES)
    insert = "FROM artist AS who WHERE who.name = 'x'"
    assert verdict("SELECT country <|>", insert, schema).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("length", [20_001, 300_000])
def test_a_statement_too_long_to_check_gets_nothing(length: int) -> None:
    schema = schemas.catalog(*POSTGRES)
    found = verdict("SELECT 1" + " " * length + MARKER, "+ 1", schema)
    assert found.outcome is Outcome.DROPPED
