"""History: shapes with slots, tallies, and what usually comes next."""

from __future__ import annotations

import pickle

import pytest

from support import schemas
from sureql.history import normalise, recall, tally, transfer
from sureql.history.model import NOTHING, History
from sureql.syntax import dialects

RULES = dialects.get("postgres")
MUSIC = schemas.catalog("music")
PAST = [
    "SELECT c.email FROM customer c WHERE c.country = 'France'",
    "SELECT i.total FROM invoice AS i JOIN customer c ON c.customer_id = i.customer_id",
    "SELECT count(*) FROM invoice WHERE status = 'paid' GROUP BY billing_country",
    "SELECT name FROM artist ORDER BY name LIMIT 10;",
]


def built(*statements: str) -> History:
    return tally.build(statements, MUSIC, RULES)


def symbols(text: str) -> tuple[str, ...]:
    return normalise.shape(text, MUSIC, RULES).symbols


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select name from artist", "SELECT c:name FROM t:artist"),
        ("SELECT c.email FROM customer c", "SELECT @customer . c:email FROM t:customer @customer"),
        (
            "SELECT x.email FROM customer AS x",
            "SELECT @customer . c:email FROM t:customer AS @customer",
        ),
        ("SELECT count(*) AS n FROM track", "SELECT f:count ( * ) AS n:n FROM t:track"),
        ("SELECT 'a', 1, $1", "SELECT s:'a' , d:1 , p:$1"),
        ("SELECT customer.email FROM customer", "SELECT @customer . c:email FROM t:customer"),
        ("SELECT 1 FROM a.b x", "SELECT d:1 FROM t:a . t:b @b"),
        (
            "INSERT INTO genre (name) VALUES ('x')",
            "INSERT INTO t:genre ( c:name ) VALUES ( s:'x' )",
        ),
        ("UPDATE genre SET name = 'x'", "UPDATE t:genre SET c:name = s:'x'"),
        ("SELECT d.n FROM (SELECT 1 AS n) d", "SELECT @d . c:n FROM ( SELECT d:1 AS n:n ) @d"),
        ("SELECT 'never closed", "SELECT s:'never closed"),
        ("", ""),
    ],
)
def test_a_statement_has_a_shape(text: str, expected: str) -> None:
    assert " ".join(symbols(text)) == expected


def test_aliases_do_not_matter_to_a_shape() -> None:
    one = "SELECT c.email FROM customer c WHERE c.country = 'FR'"
    other = "SELECT cu.email FROM customer cu WHERE cu.country = 'DE'"
    assert [normalise.reduced(s) for s in symbols(one)] == [
        normalise.reduced(s) for s in symbols(other)
    ]


def test_tallies_count_what_was_used() -> None:
    past = built(*PAST)
    assert past.relations["invoice"] == 2
    assert past.columns["customer.email"] == 1
    assert past.columns["invoice.status"] == 1
    assert past.joins["customer.customer_id=invoice.customer_id"] == 1
    assert past.clauses["where:customer.country"] == 1
    assert past.clauses["group by:invoice.billing_country"] == 1
    assert past.functions["count"] == 1
    assert past.aliases["c"] == "customer"
    assert past.statements == tuple(PAST)


def test_only_queries_and_changes_are_learnt_and_each_once() -> None:
    past = built("CREATE TABLE x (y int)", "", "SELECT 1", "SELECT 1", "BEGIN", "SELECT " * 5000)
    assert past.statements == ("SELECT 1",)


def test_the_longest_match_says_what_comes_next() -> None:
    past = built(*PAST).past
    asked = symbols("SELECT c.email FROM customer c WHERE c.")
    assert recall.next_symbols(past, asked)[0].symbol == "c:country"
    asked = symbols("SELECT c.email FROM customer c WHERE c.country =")
    best = recall.next_symbols(past, asked)[0]
    assert best.symbol == "s:'France'"
    assert best.share > 0.8


def test_a_habit_learnt_on_one_table_transfers_to_another() -> None:
    past = built("SELECT a.title FROM album a WHERE a.title IS NOT NULL ORDER BY a.title DESC").past
    asked = symbols("SELECT g.name FROM genre g WHERE g.name IS NOT NULL ORDER BY g.name")
    assert recall.next_kinds(past, asked)[0].symbol == "DESC"


def test_nothing_remembered_says_nothing() -> None:
    assert recall.next_symbols(NOTHING.past, symbols("SELECT")) == []
    assert recall.next_kinds(NOTHING.past, ()) == []


def test_shares_are_probabilities() -> None:
    past = built(*PAST).past
    for text in ("", "SELECT", "SELECT name FROM artist", "SELECT c.email FROM"):
        for ask in (recall.next_symbols, recall.next_kinds):
            shares = [guess.share for guess in ask(past, symbols(text))]
            assert all(0 < share <= 1 for share in shares)
            assert sum(shares) <= 1


def test_travels_as_json_and_as_a_pickle() -> None:
    past = built(*PAST)
    for copy in (transfer.from_json(transfer.to_json(past)), pickle.loads(pickle.dumps(past))):
        assert copy.relations == past.relations
        assert copy.aliases == past.aliases
        assert copy.statements == past.statements
        asked = symbols("SELECT c.email FROM customer c WHERE c.")
        assert recall.next_symbols(copy.past, asked) == recall.next_symbols(past.past, asked)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"version": 99}', "{", '{"version": 1}'])
def test_damaged_json_is_no_history(text: str) -> None:
    assert transfer.from_json(text) is NOTHING
