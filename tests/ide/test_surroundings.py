"""What the rest of a file says about a statement, and that it leaves the others' results alone."""

from __future__ import annotations

import pytest

from sureql.ide.diagnostics import surroundings
from sureql.ide.diagnostics.surroundings import NONE, Surroundings
from sureql.syntax import dialects, jinja, script


def _of(text: str, marker: str, path: str = "", dialect: str = "postgres") -> Surroundings:
    found = script.of(text, dialects.get(dialect))
    (statement,) = (one for one in found.statements if marker in one.text)
    return surroundings.of(found, statement, path)


def test_a_transaction_lasts_from_begin_to_commit() -> None:
    text = "DROP TABLE a; BEGIN; DROP TABLE b; COMMIT; DROP TABLE c;"
    states = [_of(text, f"TABLE {name}").transaction for name in "abc"]
    assert states == ["", "in", "ended"]


def test_a_savepoint_ends_nothing() -> None:
    text = "BEGIN; ROLLBACK TO SAVEPOINT s; DROP TABLE a; COMMIT AND CHAIN; DROP TABLE b; END;"
    assert [_of(text, f"TABLE {name}").transaction for name in "ab"] == ["in", "in"]


def test_names_are_those_that_the_statement_uses() -> None:
    text = """CREATE TABLE s."A" (x int); CREATE TEMP TABLE b AS SELECT 1; CREATE TABLE c (x int);
    ALTER TABLE s."A" ADD y int, ADD z int REFERENCES B;
    CREATE TABLE IF NOT EXISTS "A" (x int);"""
    found = _of(text, "ADD y")
    assert found.above == {"table a", "table b"}
    assert found.below == {"table a"}


def test_what_the_same_transaction_makes_is_told_apart() -> None:
    text = """ALTER TABLE a ADD CONSTRAINT one CHECK (x > 1) NOT VALID; BEGIN;
    ALTER TABLE a ADD CONSTRAINT two CHECK (x > 2) NOT VALID;
    ALTER TABLE a VALIDATE CONSTRAINT one, VALIDATE CONSTRAINT two; COMMIT;"""
    found = _of(text, "VALIDATE")
    assert {"unchecked one", "unchecked two"} <= found.above
    assert "unchecked two" in found.here
    assert "unchecked one" not in found.here


def test_ways_to_take_a_migration_back() -> None:
    drop = "DROP TABLE a;"
    for path in ("/m/001_x.down.sql", "/m/001/down.sql", "/m/U2__x.sql", "C:\\m\\x_rollback.sql"):
        assert _of(drop, "DROP", path).undoes, path
    for path in ("", "/m/001_x.up.sql", "/m/downloads.sql", "/m/countdown.sql"):
        assert not _of(drop, "DROP", path).undoes, path
    assert _of("CREATE TABLE a (x int);\n-- +goose Down\nDROP TABLE a;", "DROP").undoes
    assert _of("SELECT 1;\n-- Down Migration\nDROP TABLE a;", "DROP").undoes
    assert _of("SELECT 1;\n-- migrate:down transaction:false\nDROP TABLE a;", "DROP").undoes
    assert not _of("-- Rollback: restore the backup\nDROP TABLE a;", "DROP").undoes
    assert not _of("-- migrate:down\nSELECT 1;\n-- migrate:up\nDROP TABLE a;", "DROP").undoes


def test_a_query_knows_nothing_of_its_file() -> None:
    assert _of("BEGIN; CREATE TABLE a (x int); SELECT x FROM a; COMMIT;", "FROM a") is NONE


def test_a_change_elsewhere_leaves_it_equal() -> None:
    text = "CREATE TABLE a (x int); ALTER TABLE a ADD y int; "
    before = _of(text + "CREATE TABLE other (x int);", "ADD y")
    after = _of(text + "CREATE TABLE another (z text); DROP TABLE other;", "ADD y")
    assert before == after
    assert hash(before) == hash(after)


def test_a_text_is_searched_for_macros_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """And not for each of its statements: thousands of them would take minutes."""
    searched: list[str] = []
    macros = jinja.macros
    monkeypatch.setattr(jinja, "macros", lambda text: searched.append(text) or macros(text))
    inside = "SELECT 1;" * 50
    found = script.of(
        f"{{% macro m() %}}{inside}{{% endmacro %}};SELECT 2;", dialects.get("postgres")
    )
    around = [surroundings.of(found, one, "") for one in found.statements]
    assert [one.macro for one in around[:-1]] == [True] * (len(around) - 1)
    assert not around[-1].macro
    assert len(searched) == 1
