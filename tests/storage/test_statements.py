"""The index of statements: what is found, in which order, and what becomes of damaged files."""

from __future__ import annotations

import random
import sqlite3
import stat
import time
from pathlib import Path

import pytest

from sureql.storage import statement_words, statements
from sureql.storage.statements import Statements

MUSIC = {
    "sales.sql": [
        "-- Revenue per country of the customer\nSELECT c.country, sum(i.total) AS revenue\n"
        "FROM invoice AS i JOIN customer AS c USING (customer_id)\nGROUP BY c.country",
        "SELECT date_trunc('month', i.invoice_date) AS month, sum(i.total)\nFROM invoice AS i GROUP BY 1",
        "UPDATE invoice SET billing_city = 'Paris' WHERE invoice_id = 1",
    ],
    "tracks.sql": [
        "SELECT t.name, a.title FROM track AS t JOIN album AS a USING (album_id)",
        "-- Songs that nobody has bought\nSELECT t.track_id, t.name FROM track AS t\n"
        "LEFT JOIN invoice_line AS l USING (track_id) WHERE l.track_id IS NULL",
        "SELECT g.name, count(*) FROM genre AS g JOIN track AS t USING (genre_id) GROUP BY g.name",
        "SELECT p.name, count(pt.track_id) FROM playlist AS p\n"
        "JOIN playlist_track AS pt USING (playlist_id) GROUP BY p.name ORDER BY 2 DESC",
    ],
    "staff.sql": [
        "SELECT e.first_name, m.last_name FROM employee AS e\n"
        "LEFT JOIN employee AS m ON m.employee_id = e.reports_to",
        "-- 每个国家的员工\nSELECT country, count(*) FROM employee GROUP BY country",
        "SELECT c.first_name, e.last_name FROM customer AS c\n"
        "JOIN employee AS e ON e.employee_id = c.support_rep_id",
    ],
}


@pytest.fixture
def index(tmp_path: Path) -> Statements:
    made = statements.opened(statements.file_of(tmp_path, "/music"))
    assert made is not None
    made.replace((path, (1, 1), texts) for path, texts in MUSIC.items())
    return made


def first(index: Statements, text: str) -> str:
    found = index.similar(text, 1)
    return found[0].text if found else ""


def test_words_of_names_that_were_made_of_several() -> None:
    found = statement_words.of("SELECT orderLines.unit_price2 FROM HTTPRequests")
    assert found == [
        *("order_line", "order", "line", "unit_price", "unit", "price"),
        *("http_request", "http", "request"),
    ]


@pytest.mark.parametrize(
    ("written", "word"),
    [("countries", "country"), ("boxes", "box"), ("classes", "class"), ("status", "status")],
)
def test_plurals_are_their_singulars(written: str, word: str) -> None:
    assert statement_words.of(written) == statement_words.of(word) == [word]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("SELECT c.country, sum(i.total) FROM invoice AS i JOIN ", "-- Revenue per country"),
        ("SELECT p.name FROM playlist AS p JOIN playlistTrack", "SELECT p.name"),
        ("which songs were never bought?", "-- Songs that nobody"),
        ("revenue by country", "-- Revenue per country"),
        ("员工 国家", "-- 每个国家的员工"),
        ("UPDATE invoices SET billing", "UPDATE invoice"),
    ],
)
def test_what_is_alike_is_found(index: Statements, asked: str, found: str) -> None:
    assert first(index, asked).startswith(found)


def test_every_statement_is_found_by_its_beginning(index: Statements) -> None:
    written = [text for texts in MUSIC.values() for text in texts]
    for text in written:
        assert text in [one.text for one in index.similar(text[: len(text) * 3 // 5], 4)]


def test_scores_fall_and_origins_are_told(index: Statements) -> None:
    index.remember(["SELECT sum(total) FROM invoice WHERE customer_id = 4"])
    found = index.similar("SELECT sum(total) FROM invoice WHERE customer_id", 4)
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert found[0].origin == "history"
    assert {one.origin for one in found[1:]} <= set(MUSIC)


def test_the_form_decides_between_equal_names(index: Statements) -> None:
    both = ["DELETE FROM cart_item WHERE cart_id = 1", "SELECT * FROM cart_item WHERE cart_id = 1"]
    index.replace([("cart.sql", (1, 1), both)])
    assert first(index, "SELECT cart_id FROM cart_item").startswith("SELECT")
    assert first(index, "DELETE FROM cart_item WHERE cart_id").startswith("DELETE")


@pytest.mark.parametrize(
    "text", ["", "SELECT", '" OR "', "NEAR(a b) * -", "\0", "🙂", "x" * 90_000]
)
def test_any_text_may_be_asked(index: Statements, text: str) -> None:
    assert isinstance(index.similar(text, 4), tuple)
    assert index.similar("invoice", 0) == ()


def test_statements_that_are_alike_but_for_layout_are_one(index: Statements) -> None:
    index.replace([("copy.sql", (1, 1), [MUSIC["tracks.sql"][0].replace(" ", "  ").lower()])])
    found = index.similar("SELECT name, title FROM track JOIN album", 4)
    assert len({" ".join(one.text.lower().split()) for one in found}) == len(found)


def test_a_changed_file_has_only_its_new_statements(index: Statements) -> None:
    index.replace([("staff.sql", (2, 2), ["SELECT hired_on FROM employee ORDER BY hired_on"])])
    assert index.stamps()["staff.sql"] == (2, 2)
    assert all("reports_to" not in one.text for one in index.similar("reports_to employee", 4))
    index.forget(["staff.sql"])
    assert "staff.sql" not in index.stamps()
    assert first(index, "hired_on") == ""


def test_history_and_files_are_bounded(index: Statements, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "MOST_HISTORY", 3)
    monkeypatch.setattr(statements, "MOST_STATEMENTS", 5)
    index.remember([f"SELECT a{letter} FROM b" for letter in "pqrstu"])
    index.remember(["SELECT as FROM b"])
    index.replace([("more.sql", (1, 1), ["SELECT 1 FROM zebra", "SELECT 2 FROM zebra"])])
    assert index.count() == 8
    newest = [text for text in (one.text for one in index.newest(10)) if "FROM b" in text]
    assert newest == ["SELECT as FROM b", "SELECT au FROM b", "SELECT at FROM b"]


def test_others_may_not_read_the_file(tmp_path: Path, index: Statements) -> None:
    index.remember(["SELECT 1 FROM a_secret_table"])
    for path in index.file.parent.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("damage", ["text", "torn", "empty", "other format"])
def test_a_damaged_file_is_made_anew(tmp_path: Path, index: Statements, damage: str) -> None:
    file = index.file
    index.close()
    content = file.read_bytes()
    if damage == "other format":
        connection = sqlite3.connect(file)
        connection.execute("PRAGMA user_version = 99")
        connection.close()
    else:
        new = {"text": b"no database at all" * 100, "torn": content[:5000], "empty": b""}[damage]
        file.write_bytes(new)
    made = statements.opened(file)
    assert made is not None
    made.replace([("sales.sql", (1, 1), MUSIC["sales.sql"])])
    if not made.sound:
        made.close()
        made = statements.opened(file)
        assert made is not None
        made.replace([("sales.sql", (1, 1), MUSIC["sales.sql"])])
    assert first(made, "revenue by country") == MUSIC["sales.sql"][0]
    made.close()


def test_a_folder_that_cannot_be_written_to_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "statements").write_text("a file where a folder should be")
    assert statements.opened(statements.file_of(tmp_path, "/music")) is None


def test_fifty_thousand_statements_are_searched_quickly(tmp_path: Path) -> None:
    chance = random.Random(3)
    nouns = [f"{a}{b}" for a in ("order", "user", "ship", "pay", "tax") for b in "abcdefghijkl"]

    def statement() -> str:
        one, two, three = (f"{chance.choice(nouns)}_{chance.choice(nouns)}" for _ in range(3))
        return f"SELECT {one}, count(*) FROM {two} JOIN {three} USING ({one}) GROUP BY {one}"

    written = [statement() for _ in range(50_000)]
    index = statements.opened(statements.file_of(tmp_path, "/large"))
    assert index is not None
    index.replace(
        (f"{at}.sql", (1, 1), written[at : at + 100]) for at in range(0, len(written), 100)
    )
    assert index.count() == 50_000
    spent, found = [], 0
    for text in chance.sample(written, 60):
        began = time.process_time()
        hits = index.similar(text[: len(text) // 2], 4)
        spent.append(time.process_time() - began)
        found += text in [hit.text for hit in hits]
    index.close()
    assert sorted(spent)[30] < 0.06  # 20 ms on a machine with nothing else to do.
    assert found >= 50
