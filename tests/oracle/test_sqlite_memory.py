"""The SQLite judge says what SQLite would say, and nothing it is asked has an effect."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import replace
from pathlib import Path

import pytest

from support import schemas
from sureql.catalog.model import Catalog, Column, Relation, Schema
from sureql.oracle import judges, sqlite_messages
from sureql.oracle.sqlite_memory import SqliteMemoryJudge
from sureql.ports.judge import Ruling
from sureql.syntax import dialects, lexer

ACCEPTED, REFUSED, UNJUDGED = Ruling.ACCEPTED, Ruling.REFUSED, Ruling.UNJUDGED


def catalog_of(*relations: Relation, closed: bool = True) -> Catalog:
    found = {relation.name.lower(): relation for relation in relations}
    main = Schema("main", relations=found, closed=closed)
    return Catalog("sqlite", {"main": main}, ("main",), version="", closed=closed)


@pytest.fixture(scope="module")
def music() -> SqliteMemoryJudge:
    return SqliteMemoryJudge(schemas.catalog("music_sqlite", "sqlite"))


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT name FROM artist", ACCEPTED),
        ("select a.name, count(*) from artist a group by 1", ACCEPTED),
        ("SELECT name FROM artist;", ACCEPTED),
        ("WITH x AS (SELECT name FROM artist) SELECT * FROM x", ACCEPTED),
        ("VALUES (1, 2)", ACCEPTED),
        ("SELECT name FROM artist WHERE artist_id = ?", ACCEPTED),
        ("SELECT name FROM artist WHERE artist_id = :id AND name = $name", ACCEPTED),
        ("SELECT name FROM sqlite_master", ACCEPTED),
        ("SELECT value FROM json_each('[1]')", ACCEPTED),
        ("INSERT INTO genre (name) VALUES ('x')", ACCEPTED),
        ("UPDATE genre SET name = 'x'", ACCEPTED),
        ("DELETE FROM genre", ACCEPTED),
        ("SELECT nam FROM artist", REFUSED),
        ("SELECT name FROM artsit", REFUSED),
        ("SELECT x.name FROM artist", REFUSED),
        ("SELECT name FROM artist a JOIN genre g ON 1 = 1", REFUSED),
        ("SELECT count(*) FROM artist WHERE count(*) > 1", REFUSED),
        ("INSERT INTO genre (nme) VALUES ('x')", REFUSED),
        ("SELECT no_such_function(name) FROM artist", UNJUDGED),
        ("SELECT name FROM artist COLLATE nowhere", REFUSED),
        ("SELECT name FROM artist ORDER BY name COLLATE nowhere", UNJUDGED),
        ("", UNJUDGED),
        ("SELECT", REFUSED),
        ("SELECT 'never closed", UNJUDGED),
    ],
)
def test_rules_as_the_engine_does(
    music: SqliteMemoryJudge, statement: str, expected: Ruling
) -> None:
    assert music.judge(statement).ruling is expected


HOSTILE = [
    "PRAGMA user_version = 7",
    "EXPLAIN PRAGMA user_version = 7",
    "SELECT 1; PRAGMA user_version = 7",
    "SELECT * FROM pragma_user_version",
    "SELECT * FROM pragma_table_info('artist')",
    "ATTACH '{file}' AS x",
    "DETACH main",
    "VACUUM INTO '{file}'",
    "CREATE TABLE x (y)",
    "CREATE TABLE artist2 AS SELECT * FROM artist",
    "CREATE VIRTUAL TABLE x USING fts5(y)",
    "DROP TABLE artist",
    "ALTER TABLE artist RENAME TO x",
    "REINDEX",
    "ANALYZE",
    "BEGIN",
    "COMMIT",
    "SAVEPOINT x",
    "SELECT load_extension('{file}')",
    "SELECT writefile('{file}', 'x')",
    "SELECT readfile('{file}')",
    "SELECT fts3_tokenizer('simple', x'00')",
    "DELETE FROM sqlite_master",
    "UPDATE sqlite_schema SET sql = ''",
    "SELECT * FROM dbstat",
    "WITH x AS (SELECT 1) PRAGMA user_version = 7",
]


@pytest.mark.parametrize("statement", HOSTILE)
def test_leaves_hostile_statements_unjudged_and_without_effect(
    statement: str, tmp_path: Path
) -> None:
    judge = SqliteMemoryJudge(schemas.catalog("music_sqlite", "sqlite"))
    assert judge.judge("SELECT name FROM artist").ruling is ACCEPTED
    file = tmp_path / "out"
    connection = judge._connection

    def state() -> tuple[list[object], ...]:
        connection.set_authorizer(None)
        found = tuple(
            connection.execute(query).fetchall()
            for query in (
                "PRAGMA user_version",
                "PRAGMA database_list",
                "SELECT name, sql FROM sqlite_master ORDER BY name",
            )
        )
        connection.set_authorizer(judge._authorize)
        return found

    before = state()
    ruling = judge.judge(statement.format(file=file)).ruling
    # That nobody may change the schema table by hand is SQLite's own opinion.
    assert ruling is (REFUSED if "sqlite_" in statement else UNJUDGED)
    assert state() == before
    assert not connection.in_transaction
    assert not file.exists()


# Under EXPLAIN these do nothing, so the authorizer is not asked.
HARMLESS_EXPLAINED = ("VACUUM", "REINDEX")


@pytest.mark.parametrize("statement", HOSTILE)
def test_the_authorizer_alone_stops_hostile_statements(statement: str, tmp_path: Path) -> None:
    # The second wall, should the kind of a statement ever be misread.
    judge = SqliteMemoryJudge(catalog_of())
    file = tmp_path / "out"
    if statement.startswith(HARMLESS_EXPLAINED):
        judge._connection.execute("EXPLAIN " + statement.format(file=file))
    elif ";" not in statement and not statement.startswith("EXPLAIN"):
        with pytest.raises(sqlite3.Error):
            judge._connection.execute("EXPLAIN " + statement.format(file=file))
    assert not file.exists()
    assert judge._connection.execute("EXPLAIN SELECT 1").fetchall()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO genre (name) VALUES ('x')",
        "UPDATE genre SET name = 'x'",
        "DELETE FROM genre",
        "INSERT INTO genre (name) VALUES ('x') RETURNING genre_id",
    ],
)
def test_changes_nothing_in_the_shadow(music: SqliteMemoryJudge, statement: str) -> None:
    before = music._connection.total_changes
    assert music.judge(statement).ruling is ACCEPTED
    assert music._connection.total_changes == before


def test_answers_in_time_or_not_at_all(music: SqliteMemoryJudge) -> None:
    chain = ", ".join(f"t{n} AS (SELECT 1 AS a FROM t{n - 1} x, t{n - 1} y)" for n in range(1, 40))
    deep = "SELECT " + "(" * 5000 + "1" + ")" * 5000
    wide = "SELECT " + ", ".join(["1"] * 40_000)
    for statement in (f"WITH t0 AS (SELECT 1 AS a), {chain} SELECT a FROM t39", deep, wide):
        start = time.process_time()
        assert music.judge(statement).ruling is UNJUDGED
        assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "statement",
    ["SELECT '\ud800'", "SELECT 'a\0b'", "\0", "SELECT '\0", "😀", ";", "((", ""],
)
def test_never_raises(music: SqliteMemoryJudge, statement: str) -> None:
    assert music.judge(statement).ruling is UNJUDGED


def test_the_shadow_is_built_from_values_not_from_text() -> None:
    hostile = Relation(
        "main",
        'x" (y); DROP TABLE z; --',
        columns=(Column('a" TEXT); ATTACH "/tmp/x', type="TEXT); PRAGMA user_version = 9; --"),),
        definition="CREATE TABLE x AS SELECT load_extension('x')",
    )
    judge = SqliteMemoryJudge(catalog_of(hostile, Relation("main", "z", columns=(Column("q"),))))
    name = hostile.name.replace('"', '""')
    assert judge.judge(f'SELECT * FROM "{name}"').ruling is ACCEPTED
    assert judge.judge("SELECT q FROM z").ruling is ACCEPTED
    judge._connection.set_authorizer(None)
    assert judge._connection.execute("PRAGMA user_version").fetchone() == (0,)


def test_a_view_is_its_signature_only() -> None:
    view = Relation("main", "v", kind="view", columns=(Column("a"), Column("b")))
    judge = SqliteMemoryJudge(catalog_of(view))
    assert judge.judge("SELECT a, b FROM v").ruling is ACCEPTED
    assert judge.judge("SELECT c FROM v").ruling is REFUSED
    # It may have INSTEAD OF triggers.
    assert judge.judge("INSERT INTO v (a) VALUES (1)").ruling is UNJUDGED


def test_what_the_catalog_may_not_know_is_unjudged() -> None:
    opened = Relation("main", "o", columns=(Column("a"),), closed=False)
    broken = Relation("main", "b", columns=(Column("a"), Column("A")))
    closed = Relation("main", "c", columns=(Column("a"),))
    judge = SqliteMemoryJudge(catalog_of(opened, broken, closed))
    assert judge.judge("SELECT z FROM o").ruling is UNJUDGED
    assert judge.judge("SELECT a FROM b").ruling is UNJUDGED
    assert judge.judge("SELECT z FROM c").ruling is REFUSED
    assert judge.judge("SELECT a FROM unknown").ruling is REFUSED
    half = SqliteMemoryJudge(catalog_of(closed, closed=False))
    assert half.judge("SELECT a FROM unknown").ruling is UNJUDGED


def test_keys_and_generated_columns_count() -> None:
    judge = SqliteMemoryJudge(schemas.catalog("music_sqlite", "sqlite"))
    accepted = "INSERT INTO genre (genre_id, name) VALUES (1, 'x') ON CONFLICT ({}) DO NOTHING"
    assert judge.judge(accepted.format("genre_id")).ruling is ACCEPTED
    made = Relation("main", "g", columns=(Column("a"), Column("b", generated=True)))
    generated = SqliteMemoryJudge(catalog_of(made))
    assert generated.judge("INSERT INTO g (a) VALUES (1)").ruling is ACCEPTED
    assert generated.judge("INSERT INTO g (b) VALUES (1)").ruling is REFUSED
    assert (
        generated.judge("INSERT INTO g (a) VALUES (1) ON CONFLICT (a) DO NOTHING").ruling is REFUSED
    )


def test_one_judge_for_each_version_of_a_catalog() -> None:
    schema = schemas.catalog("music_sqlite", "sqlite")
    assert judges.for_catalog(schema) is judges.for_catalog(replace(schema))
    assert judges.for_catalog(schema) is not judges.for_catalog(replace(schema, version="other"))
    assert judges.for_catalog(schemas.catalog("none", "postgres")) is None


@pytest.mark.parametrize(
    ("statement", "pointed"),
    [
        ("SELECT 'ä😀', nme FROM artist", "nme"),
        ("SELECT a.nme, name FROM artist a", "a.nme"),
        ('SELECT a."nme x" FROM artist a', 'a."nme x"'),
        ("SELECT (SELECT 1 AS nme), nme FROM artist", "nme FROM"),
        (
            "SELECT name FROM artist WHERE name IN (SELECT nme FROM (SELECT 1 nme)) AND nme = 1",
            "nme = 1",
        ),
        ("SELECT name, name FROM artist a, genre g", "name, "),
        ("SELECT a.name FROM artist a JOIN genre g ON g.name = name", "name"),
        ("SELECT artsit.name FROM genre, artsit", "artsit"),
        ("SELECT x.* FROM artist", "x.*"),
        ("WITH x AS (SELECT 1) SELECT * FROM y", "y"),
        ("INSERT INTO genre (nme) SELECT 'nme'", "nme)"),
        ("UPDATE genre SET nme = 1", "nme"),
        ("SELECT * FROM artist JOIN genre USING (zz)", "zz"),
        ("SELECT count(*) FROM artist WHERE count(*) > 1", "count(*) > 1"),
        ("SELECT lower(name), lower(name, 2) FROM artist", "lower(name, 2)"),
        ("SELECT row_number() FROM artist", "row_number"),
        ("SELECT name FRM artist, genre g h", "artist"),
        ("SELECT name,, name FROM artist", ", name"),
        ("SELECT name, FROM artist WHERE 'FROM' = (SELECT 1 FROM genre)", "FROM artist"),
        ("SELECT name::text FROM artist", "::text"),
        ("SELECT name FROM", ""),
        ("SELECT name FROM artist WHERE (name = 1", ""),
    ],
)
def test_points_at_what_the_message_means(
    music: SqliteMemoryJudge, statement: str, pointed: str
) -> None:
    found = music.judge(statement)
    assert found.ruling is REFUSED
    assert found.offset is not None
    assert statement[found.offset :].startswith(pointed), statement[found.offset :]
    assert pointed or found.offset == len(statement)


def test_says_no_place_rather_than_a_wrong_one(music: SqliteMemoryJudge) -> None:
    for statement in ("SELECT 1 UNION SELECT 1, 2", "INSERT INTO genre VALUES (1)"):
        found = music.judge(statement)
        assert (found.ruling, found.offset) == (REFUSED, None)


@pytest.mark.parametrize(
    ("message", "version", "expected"),
    [
        ('near "ORDER": syntax error', (3, 40, 1), True),
        ('near "ORDER": syntax error', (3, 44, 0), False),
        ('near "RETURNING": syntax error', (3, 34, 0), True),
        ('near "right": syntax error', (3, 38, 5), True),
        ('unrecognized token: "1_000"', (3, 45, 0), True),
        ('unrecognized token: "1_000"', (3, 46, 0), False),
        ('near "FRM": syntax error', (3, 31, 0), False),
    ],
)
def test_an_old_engine_does_not_refuse_what_a_newer_one_takes(
    message: str, version: tuple[int, ...], expected: bool
) -> None:
    text = "SELECT group_concat(name ORDER BY name)"
    tokens = lexer.code(text, dialects.get("sqlite"))
    assert sqlite_messages.is_younger(message, version, tokens, text.index("ORDER")) is expected


def test_only_an_order_within_a_call_is_young() -> None:
    message = 'near "ORDER": syntax error'
    for text in ("SELECT 1 FROM t WHERE ORDER BY 1", "SELECT x IN (SELECT a WHERE ORDER BY 1)"):
        tokens = lexer.code(text, dialects.get("sqlite"))
        assert not sqlite_messages.is_younger(message, (3, 40), tokens, text.index("ORDER"))


def test_judges_at_the_speed_of_typing(music: SqliteMemoryJudge) -> None:
    statement = "SELECT a.name, count(*) FROM artist a JOIN album b USING (artist_id) GROUP BY 1"
    assert music.judge(statement).ruling is ACCEPTED
    start = time.process_time()
    for _ in range(50):
        music.judge(statement)
    assert (time.process_time() - start) / 50 < 0.005


def test_windows_without_end_hold_nobody_up() -> None:
    judge = SqliteMemoryJudge(schemas.of("CREATE TABLE t (a)", "sqlite"))

    def windows(count: int) -> str:
        listed = ", ".join(f"sum(a) OVER (PARTITION BY a + {number})" for number in range(count))
        return f"SELECT {listed} FROM (SELECT 1 AS a)"

    assert judge.judge(windows(10)).ruling is Ruling.ACCEPTED
    started = time.process_time()
    assert judge.judge(windows(900)).ruling is Ruling.UNJUDGED
    assert time.process_time() - started < 1
