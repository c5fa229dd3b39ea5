"""Nothing that the PostgreSQL judge is asked or built from has an effect."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from oracle.postgres_server import Server
from support import schemas
from support.waiting import wait_until
from sureql.catalog.model import (
    Catalog,
    Column,
    Enum,
    Function,
    Key,
    Relation,
    Schema,
    UserType,
)
from sureql.oracle.engine import EngineSpec
from sureql.oracle.postgres.engine import PostgresEngine
from sureql.ports.judge import Judge, Ruling

REFUSED, UNJUDGED = Ruling.REFUSED, Ruling.UNJUDGED

# A user's own database, in which everything could be lost.
PRECIOUS = """
CREATE TABLE account (id integer PRIMARY KEY, money numeric);
INSERT INTO account VALUES (1, 100);
CREATE SEQUENCE ticket;
CREATE TABLE trace (what text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO trace VALUES (TG_OP); RETURN NULL; END $$;
CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON account
    FOR EACH STATEMENT EXECUTE FUNCTION note();
CREATE FUNCTION copy_out() RETURNS void LANGUAGE plpgsql AS $$
    BEGIN COPY (SELECT 1) TO PROGRAM 'cat > {file}'; END $$;
CREATE FUNCTION leak() RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$
    BEGIN PERFORM copy_out(); RETURN 1; END $$;
CREATE FUNCTION is_fine(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
    BEGIN PERFORM copy_out(); RETURN true; END $$;
CREATE DOMAIN checked AS text CHECK (is_fine(VALUE));
CREATE TABLE looked (name checked DEFAULT 'x', half integer GENERATED ALWAYS AS (leak()) STORED);
CREATE VIEW peek AS SELECT leak() AS n;
CREATE RULE spy AS ON UPDATE TO trace DO ALSO SELECT leak();
"""

HOSTILE = [
    "SELECT setval('ticket', 99)",
    "SELECT nextval('ticket')",
    "SELECT leak()",
    "SELECT * FROM leak()",
    "SELECT n FROM peek",
    "SELECT 1 WHERE leak() = 1",
    "SELECT id FROM account LIMIT leak()",
    "SELECT 'x'::checked, CAST('y' AS checked)",
    "INSERT INTO looked (name) VALUES ('x')",
    "INSERT INTO account VALUES (2, 5)",
    "INSERT INTO account VALUES (1, 5) ON CONFLICT (id) DO UPDATE SET money = 0",
    "UPDATE account SET money = 0",
    "UPDATE trace SET what = 'x'",
    "DELETE FROM account",
    "WITH gone AS (DELETE FROM account RETURNING id) SELECT id FROM gone",
    "MERGE INTO account a USING account b ON a.id = b.id WHEN MATCHED THEN DELETE",
    "SELECT id INTO copied FROM account",
    "SELECT id FROM account FOR UPDATE",
    "SELECT pg_advisory_lock(1)",
    "SELECT pg_sleep(60)",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '{file}')",
    "SELECT pg_terminate_backend(pg_backend_pid())",
    "SELECT set_config('search_path', 'nowhere', false)",
    "SELECT query_to_xml('DELETE FROM account', true, true, '')",
    "COPY account TO PROGRAM 'touch {file}'",
    "COPY account TO '{file}'",
    "COPY account FROM PROGRAM 'touch {file}'",
    "DO $$ BEGIN DELETE FROM account; END $$",
    "CALL anything()",
    "CREATE EXTENSION dblink",
    "CREATE TABLE x (y integer)",
    "CREATE TABLE x AS SELECT leak()",
    "DROP TABLE account",
    "TRUNCATE account",
    "ALTER TABLE account ADD COLUMN z integer",
    "ALTER SYSTEM SET fsync = on",
    "GRANT ALL ON account TO PUBLIC",
    "SET search_path = nowhere",
    "RESET ALL",
    "DISCARD ALL",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "PREPARE leaked AS SELECT 1",
    "EXECUTE leaked",
    "DEALLOCATE ALL",
    "DECLARE c CURSOR WITH HOLD FOR SELECT leak()",
    "LISTEN x",
    "NOTIFY x",
    "LOCK TABLE account",
    "VACUUM",
    "CHECKPOINT",
    "LOAD 'auto_explain'",
    "EXPLAIN ANALYZE DELETE FROM account",
    "EXPLAIN SELECT leak()",
    "REFRESH MATERIALIZED VIEW x",
    "SELECT 1; DROP TABLE account",
    "SELECT 1; DELETE FROM account; --",
    "DELETE FROM account; SELECT 1",
    "SELECT 1;;DROP TABLE account",
    "SELECT $$a$$; DROP TABLE account",
    "COMMIT; DROP TABLE account",
    "(SELECT 1); DROP TABLE account",
    "WITH x AS (SELECT 1) COMMIT",
    "SELECT 1 \\; DROP TABLE account",
    "SELECT 1 /* ; */ ; DROP TABLE account",
    "SELECT E'\\'; DROP TABLE account; --'",
    "SELECT '\\'; DROP TABLE account; --'",
]


@dataclass(frozen=True, slots=True)
class Precious:
    """A database in which a function leaves a file behind when it is run."""

    definitions: str
    database: str
    file: Path


@pytest.fixture
def precious(postgres: Server, tmp_path: Path) -> Precious:
    folder = Path(postgres.cache) / "out"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)
    file = folder / "leaked"
    text = PRECIOUS.replace("{file}", str(file))
    found = Precious(text, postgres.database(text), file)
    postgres.ask("EXPLAIN SELECT leak()", found.database)
    assert file.exists(), "planning alone runs it, so that this can go wrong"
    file.unlink()
    return found


STATE = """
SELECT (SELECT sum(money) FROM account), (SELECT count(*) FROM trace), (SELECT count(*) FROM looked),
    (SELECT is_called FROM ticket),
    (SELECT count(*) FROM pg_class WHERE relname IN ('copied', 'x')),
    (SELECT count(*) FROM pg_largeobject_metadata), (SELECT count(*) FROM pg_extension)
"""


@pytest.mark.parametrize("live", [False, True], ids=["shadow", "live"])
def test_hostile_statements_have_no_effect(
    postgres: Server, precious: Precious, live: bool
) -> None:
    url = postgres.url(precious.database) if live else ""
    spec = EngineSpec("postgres", url, live, postgres.cache, deadline=5.0)
    engine = PostgresEngine(spec)
    before = postgres.ask(STATE, precious.database)
    locks = "SELECT count(*) FROM pg_locks WHERE locktype IN ('relation', 'advisory')"
    try:
        judge = engine.judge_for(schemas.of(precious.definitions))
        for statement in HOSTILE:
            start = time.monotonic()
            found = judge.judge(statement.replace("{file}", str(precious.file)))
            # Those that sleep, or compute without end, would take far longer.
            assert time.monotonic() - start < 30, statement
            plain = statement.startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE"))
            assert plain or found.ruling is UNJUDGED, statement
            assert found.ruling is not REFUSED or "\\" in statement or "COMMIT" in statement
            assert judge.judge("SELECT money FROM account").ruling is Ruling.ACCEPTED, statement
            assert judge.judge("SELECT money FROM copied").ruling is REFUSED, statement
        assert postgres.ask(STATE, precious.database) == before
        assert postgres.ask(f"{locks} AND pid <> pg_backend_pid()") == [(0,)]
        assert not precious.file.exists()
    finally:
        engine.close()


def test_the_server_itself_runs_nothing(postgres: Server, precious: Precious) -> None:
    # The second wall, should the kind of a statement ever be misread.
    from sureql.oracle.postgres.link import Description, Link, Refusal

    link = Link(postgres.url(precious.database), 5.0)
    before = postgres.ask(STATE, precious.database)
    for statement in HOSTILE:
        found = link.describe(statement.replace("{file}", str(precious.file)).encode(), 5.0)
        assert isinstance(found, Description | Refusal)
    # Nothing stays prepared by name, no transaction stays open.
    prepared = link.run(["SELECT count(*) FROM pg_prepared_statements WHERE name <> ''"], 5.0)
    assert prepared == [(("0",),)]
    link.close()
    assert postgres.ask(STATE, precious.database) == before


NAME = 'x" (y integer); DROP TABLE treasure; --'
QUOTE = "'); DROP TABLE treasure; --"


def hostile_catalog() -> Catalog:
    columns = (
        Column('a" text); DROP TABLE treasure; --', "TEXT); DROP TABLE treasure; --"),
        Column("b", "INTEGER; DROP TABLE treasure"),
        Column("c", "NUMERIC(1); DROP TABLE treasure; --)"),
        Column("d", 'public."k"; DROP TABLE treasure; --'),
        Column("e", "TEXT", default="(SELECT pg_sleep(9))", generated=True),
        Column("f", f'"{NAME.replace(chr(34), chr(34) * 2)}"'),
        Column("g", "INTEGER[1]; DROP TABLE treasure"),
        Column("h", 'TEXT COLLATE pg_catalog."C"; DROP TABLE treasure'),
    )
    relations = {
        NAME: Relation("public", NAME, columns=columns, keys=(Key((NAME,), True, NAME),)),
        "treasure": Relation("public", "treasure", columns=(Column("id", "INTEGER"),)),
        "seen": Relation(
            "public",
            "seen",
            kind="materialized view",
            columns=(Column("id", "INTEGER"),),
            definition="SELECT pg_read_file('/etc/passwd')",
            checks=("pg_sleep(9) IS NULL",),
        ),
    }
    functions = {
        NAME: (Function(NAME, ("TEXT) RETURNS text AS 'x'; --",), "INTEGER"),),
        "f": (
            Function("f", ("INTEGER",), "INTEGER; DROP TABLE treasure", required=1),
            Function("f", ("TEXT",), "INTEGER", required=1, signature=QUOTE, doc=QUOTE),
            Function("f", (), "", "table", columns=(Column(NAME, "INTEGER"),)),
        ),
    }
    public = Schema(
        "public",
        relations=relations,
        enums={
            NAME: Enum("public", NAME, (QUOTE, "\\'", "a\0b")),
            "k": Enum("public", "k", (QUOTE, "\\'; DROP TABLE treasure; --")),
        },
        functions=functions,
        types={
            "d": UserType("public", "d", "domain", "TEXT; DROP TABLE treasure"),
            "t": UserType("public", "t", "composite", fields=(Column(NAME, "k"),)),
        },
        closed=True,
    )
    evil = Schema(NAME, relations={"treasure": Relation(NAME, "treasure")}, closed=True)
    return Catalog(
        "postgres",
        {"public": public, NAME: evil},
        (NAME, "public"),
        case_sensitive=True,
        closed=True,
    )


def test_the_shadow_is_built_from_values_not_from_text(postgres: Server) -> None:
    engine = PostgresEngine(EngineSpec("postgres", cache=postgres.cache, deadline=5.0))
    try:
        judge = engine.judge_for(hostile_catalog())
        assert judge.judge("SELECT id FROM public.treasure").ruling is Ruling.ACCEPTED
        name = NAME.replace('"', '""')
        for asked in (
            f'SELECT b FROM "{name}"',
            f'SELECT "{name}"(1)',
            f"SELECT 'x'::\"{name}\", 'x'::d, 'x'::k, 'x'::t",
            f'SELECT * FROM "{name}".treasure',
            "SELECT f(1), f('x'), f() FROM seen",
            "SELECT id FROM seen",
        ):
            judge.judge(asked)
        assert judge.judge("SELECT '\\''; DROP TABLE treasure; --'::k").ruling is Ruling.ACCEPTED
        assert judge.judge("SELECT 'none'::k").ruling is REFUSED
        assert judge.judge("SELECT id FROM public.treasure").ruling is Ruling.ACCEPTED
        (database,) = (session.database for session in [engine._session] if session is not None)
        tables = postgres.ask(
            "SELECT relname, relkind FROM pg_class WHERE relname = 'treasure'", database
        )
        assert ("treasure", "r") in tables
        owners = "SELECT DISTINCT r.rolsuper FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
        own = f"{owners} WHERE c.oid >= 16384"
        assert postgres.ask(own, database) == [(False,)]
        bodies = postgres.ask(
            "SELECT DISTINCT prosrc FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner"
            " WHERE NOT rolsuper",
            database,
        )
        assert bodies == [("SELECT NULL",)]
    finally:
        engine.close()


DEEP = "SELECT " + "(" * 5000 + "1" + ")" * 5000
CHAIN = "WITH t0 AS (SELECT 1 AS a), " + ", ".join(
    f"t{n} AS (SELECT x.a FROM t{n - 1} x, t{n - 1} y)" for n in range(1, 40)
)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT '\ud800'",
        "SELECT 'a\0b'",
        "\0",
        "😀",
        "SELECT " + "1, " * 400_000 + "1",
        "SELECT '" + "x" * 1_000_000 + "'",
        DEEP,
        "SELECT " + "(" * 400 + "1" + ")" * 400,
        "SELECT " + "1+" * 30_000 + "1",
        "SELECT " + "NOT " * 20_000 + "true",
        "SELECT ARRAY" + "[" * 3000 + "]" * 3000,
        f"{CHAIN} SELECT a FROM t39",
        "SELECT * FROM artist " + "CROSS JOIN artist " * 3000,
        "SELECT name FROM artist WHERE name IN (" + "'x', " * 15_000 + "'y')",
        "SELECT repeat(repeat(repeat('x', 100000), 100000), 100000)",
    ],
    ids=lambda text: ascii(text[:20]),
)
def test_answers_in_time_and_never_raises(postgres: Server, statement: str) -> None:
    spec = EngineSpec("postgres", cache=postgres.cache)
    engine = PostgresEngine(spec)
    try:
        judge = engine.judge_for(schemas.catalog("music"))
        judge.judge("SELECT name FROM artist")
        start = time.monotonic()
        judge.judge(statement)
        # Without a limit some would take minutes.
        assert time.monotonic() - start < 30
        wait_until(lambda: judge.judge("SELECT name FROM artist").ruling is not UNJUDGED)
    finally:
        engine.close()


def judged(postgres: Server, schema: Catalog) -> Judge:
    return postgres.engine.judge_for(replace(schema, version=""))


def test_follows_whichever_catalog_it_is_asked_for(postgres: Server) -> None:
    first = schemas.of(
        "CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (id integer PRIMARY KEY, m mood);"
        "CREATE TABLE u (x t, y mood[]); CREATE SCHEMA s; CREATE TABLE s.w (a integer);"
        "CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';"
        "CREATE TEMP TABLE tt (a integer);"
    )
    second = schemas.of(
        "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (id integer, m mood, n text);"
        "CREATE FUNCTION f(text) RETURNS integer LANGUAGE sql AS 'SELECT 1';"
        "CREATE DOMAIN w AS integer; CREATE TABLE tt (b integer);"
    )
    asked = {
        "SELECT m FROM t WHERE m = 'b'": (REFUSED, Ruling.ACCEPTED),
        "SELECT n FROM t": (REFUSED, Ruling.ACCEPTED),
        "SELECT id, m FROM t GROUP BY id": (Ruling.ACCEPTED, REFUSED),
        "SELECT (x).m, y[1] FROM u": (Ruling.ACCEPTED, REFUSED),
        "SELECT a FROM s.w": (Ruling.ACCEPTED, REFUSED),
        "SELECT f(1)": (Ruling.ACCEPTED, REFUSED),
        "SELECT f('x'::text)": (REFUSED, Ruling.ACCEPTED),
        "SELECT 1::w": (REFUSED, Ruling.ACCEPTED),
        "SELECT a FROM tt": (Ruling.ACCEPTED, REFUSED),
        "SELECT b FROM tt": (REFUSED, Ruling.ACCEPTED),
    }
    for _ in range(2):
        for index, schema in enumerate((first, second)):
            for statement, expected in asked.items():
                found = judged(postgres, schema).judge(statement)
                assert found.ruling is expected[index], (statement, found)
