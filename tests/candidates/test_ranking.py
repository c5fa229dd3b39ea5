"""What moves a candidate up or down."""

from __future__ import annotations

from candidates import places
from support import schemas
from sureql.history.model import History


def before(found: list[str], first: str, second: str) -> bool:
    return found.index(first) < found.index(second)


def test_history_of_tables() -> None:
    past = History(relations={"media_type": 9.0})
    assert places.labels("SELECT * FROM <|>")[0] != "media_type"
    assert places.labels("SELECT * FROM <|>", past)[0] == "media_type"


def test_history_of_columns_in_the_same_clause() -> None:
    past = History(columns={"customer.phone": 6.0}, clauses={"where:customer.phone": 6.0})
    assert places.labels("SELECT * FROM customer WHERE <|>", past)[0] == "phone"
    found = places.labels("SELECT <|> FROM customer", past)
    assert before(found, "first_name", "phone")


def test_history_of_join_conditions() -> None:
    past = History(joins={"customer.city=invoice.billing_city": 9.0})
    text = "SELECT * FROM customer c JOIN invoice i ON <|>"
    assert places.labels(text)[0] == "i.customer_id = c.customer_id"
    assert places.labels(text, past)[0] == "i.billing_city = c.city"


def test_history_of_joined_tables() -> None:
    past = History(joins={"customer.city=employee.city": 20.0})
    text = "SELECT * FROM customer c JOIN <|>"
    assert places.labels(text, past)[0] == "employee"


def test_history_of_functions() -> None:
    past = History(functions={"customer_total": 30.0})
    assert before(places.labels("SELECT c<|> FROM genre", past), "customer_total", "count")


def test_words_of_a_comment() -> None:
    text = "-- phone numbers by company\nSELECT <|> FROM customer"
    assert set(places.labels(text)[:2]) == {"phone", "company"}


def test_keys_rank_high_in_on_and_low_in_select() -> None:
    found = places.labels("SELECT <|> FROM track")
    assert before(found, "name", "media_type_id")
    found = places.labels("SELECT * FROM track t JOIN genre g ON t.<|>")
    assert found[0] == "genre_id"


def test_the_exact_name_is_never_cut() -> None:
    columns = ", ".join(f"col_{number} int" for number in range(5000))
    schema = schemas.of(f"CREATE TABLE wide ({columns})")
    found = places.labels("SELECT col_4<|> FROM wide", schema=schema)
    assert found[0] == "col_4"
    assert places.labels("SELECT col_4999<|> FROM wide", schema=schema)[0] == "col_4999"
