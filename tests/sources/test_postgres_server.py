"""A PostgreSQL database is read as it is, without changing it and without telling its password."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from oracle import postgres_server as servers
from support import schemas
from support.waiting import wait_until
from sureql.catalog.model import Catalog, Column, Relation
from sureql.ports.errors import SourceError
from sureql.ports.judge import Ruling
from sureql.sources import load, postgres_server
from sureql.storage import catalog_cache

DEFINITIONS = """
CREATE SCHEMA s;
CREATE TYPE s.mood AS ENUM ('calm', 'it''s');
CREATE TYPE mood AS ENUM ('z', 'a');
CREATE DOMAIN money2 AS numeric(10, 2) CHECK (VALUE > 0);
CREATE TYPE pair AS (x int, y mood);
CREATE TABLE t (
    a serial PRIMARY KEY,
    b varchar(10) NOT NULL DEFAULT 'x',
    c timestamp(3) with time zone,
    d numeric(10, 2)[],
    e int GENERATED ALWAYS AS IDENTITY,
    f int GENERATED ALWAYS AS (1 + 1) STORED,
    g s.mood, h mood[], i money2, j pair, k bpchar, "Odd name" time,
    dropped int,
    UNIQUE (b, c),
    CHECK (b <> '')
);
ALTER TABLE t DROP COLUMN dropped;
CREATE TABLE s.u (id int REFERENCES t, other int, y text, FOREIGN KEY (id) REFERENCES t (a));
CREATE VIEW v AS SELECT t.a, u.y FROM t JOIN s.u ON u.id = t.a;
CREATE MATERIALIZED VIEW m AS SELECT * FROM v;
CREATE SEQUENCE lonely;
CREATE INDEX plain ON t (c, b);
CREATE UNIQUE INDEX folded ON t (lower(b), a);
CREATE UNIQUE INDEX covering ON t (b) INCLUDE (a);
CREATE UNIQUE INDEX partly ON t (c) WHERE a > 1;
CREATE FUNCTION f(a int, b text DEFAULT 'x', VARIADIC c int[] DEFAULT '{}') RETURNS SETOF t
    LANGUAGE sql AS $$ SELECT * FROM t $$;
CREATE FUNCTION g() RETURNS TABLE (n int, w mood) LANGUAGE sql AS $$ SELECT 1, 'z'::mood $$;
CREATE FUNCTION h(OUT x int, INOUT y text, z int) LANGUAGE sql AS $$ SELECT 1, 'a' $$;
CREATE PROCEDURE p(a int) LANGUAGE sql AS $$ SELECT 1 $$;
CREATE AGGREGATE total(int) (sfunc = int4pl, stype = int);
CREATE TABLE parts (a int, b int) PARTITION BY LIST (a);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
CREATE TABLE empty ();
CREATE TABLE "T" (only_here int);
COMMENT ON TABLE t IS 'Things.';
COMMENT ON COLUMN t.a IS 'Which one.';
COMMENT ON FUNCTION g IS 'Gives.';
"""


@pytest.fixture(scope="module")
def server() -> Iterator[servers.Server]:
    with servers.started() as server:
        yield server


@pytest.fixture(scope="module")
def url(server: servers.Server) -> str:
    return uri(server, server.database(DEFINITIONS))


@pytest.fixture(scope="module")
def read(url: str) -> Catalog:
    return load.load(load.Spec("", (url,)))


def uri(server: servers.Server, database: str) -> str:
    """The address of a database as a user would write it."""
    given = psycopg.conninfo.conninfo_to_dict(server.url(database))
    return f"postgresql://{given['user']}@/{database}?host={given['host']}"


def table(read: Catalog, *name: str) -> Relation:
    found = read.find(name)
    assert found is not None
    return found


def test_columns(read: Catalog) -> None:
    # `T` and `t` differ by case only, which a catalog can't tell apart: `t` is the common one.
    assert not table(read, "t").closed
    assert table(read, "s", "u").closed

    def column(name: str, kind: str, nullable: bool = True, **more: object) -> Column:
        return Column(name, kind, nullable, **more)  # type: ignore[arg-type]

    found = table(read, "t")
    assert found.columns == (
        column(
            "a",
            "INTEGER",
            False,
            default="nextval('public.t_a_seq'::regclass)",
            comment="Which one.",
        ),
        column("b", "VARCHAR(10)", False, default="'x'::character varying"),
        column("c", "TIMESTAMPTZ(3)"),
        column("d", "NUMERIC(10,2)[]"),
        column("e", "INTEGER", False, default="identity always"),
        column("f", "INTEGER", default="(1 + 1)", generated=True),
        column("g", "s.mood"),
        column("h", "mood[]"),
        column("i", "money2"),
        column("j", "pair"),
        column("k", "BPCHAR"),
        column("Odd name", "TIME"),
    )
    assert found.comment == "Things."


def test_keys_indexes_and_checks(read: Catalog) -> None:
    found = table(read, "t")
    assert found.primary_key == ("a",)
    assert [(key.columns, key.primary) for key in found.keys] == [
        (("a",), True),
        (("b", "c"), False),
        (("b",), False),
    ]
    assert [(index.name, index.columns, index.unique) for index in found.indexes] == [
        ("plain", ("c", "b"), False),
        ("folded", (), True),
        ("covering", ("b",), True),
        ("partly", ("c",), True),
    ]
    assert found.checks == ("((b)::text <> ''::text)",)
    foreign = table(read, "s", "u").foreign_keys
    assert [(key.columns, key.target, key.target_columns) for key in foreign] == [
        (("id",), ("public", "t"), ("a",)),
        (("id",), ("public", "t"), ("a",)),
    ]


def test_kinds_and_what_views_read(read: Catalog) -> None:
    kinds = {relation.name: relation.kind for relation in read.schemas["public"].relations.values()}
    assert kinds["v"] == "view"
    assert kinds["m"] == "materialized view"
    assert kinds["parts"] == kinds["parts_1"] == kinds["empty"] == "table"
    assert "lonely" not in kinds
    assert table(read, "lonely").kind == "sequence"
    assert table(read, "v").depends == (("public", "t"), ("s", "u"))
    assert [column.type for column in table(read, "m").columns] == ["INTEGER", "TEXT"]


def test_types(read: Catalog) -> None:
    public, other = read.schemas["public"], read.schemas["s"]
    assert public.enums["mood"].values == ("z", "a")
    assert other.enums["mood"].values == ("calm", "it's")
    found = table(read, "t")
    by_name = {column.name: column for column in found.columns}
    assert read.enum_of(by_name["g"]) == other.enums["mood"]
    assert (public.types["money2"].kind, public.types["money2"].base) == ("domain", "NUMERIC(10,2)")
    fields = [(field.name, field.type) for field in public.types["pair"].fields]
    assert (public.types["pair"].kind, fields) == ("composite", [("x", "INTEGER"), ("y", "mood")])
    assert "t" not in public.types


def test_functions(read: Catalog) -> None:
    (f,), (g,), (h,), (p,), (total,) = (
        read.functions((name,)) for name in ("f", "g", "h", "p", "total")
    )
    assert f.arguments == ("INTEGER", "TEXT", "INTEGER[]")
    assert (f.required, f.variadic, f.returns, f.kind) == (1, True, "t", "table")
    assert f.signature == "f(a INTEGER, b TEXT, variadic c INTEGER[]) -> t"
    assert [(column.name, column.type) for column in g.columns] == [("n", "INTEGER"), ("w", "mood")]
    assert (g.kind, g.doc) == ("table", "Gives.")
    assert (h.arguments, h.required, h.returns) == (("TEXT", "INTEGER"), 2, "")
    assert [column.name for column in h.columns] == ["x", "y"]
    assert (p.kind, total.kind, total.returns) == ("procedure", "aggregate", "INTEGER")


def test_the_whole_is_closed_and_has_its_search_path(read: Catalog, url: str) -> None:
    assert (read.dialect, read.closed, read.search_path) == (
        "postgres",
        True,
        ("public", "pg_catalog"),
    )
    assert set(read.schemas) == {"public", "s"}
    assert all(schema.closed for schema in read.schemas.values())
    assert read.find(("pg_class",)) is not None
    assert not read.problems
    other = load.load(load.Spec("", (url + "&options=-csearch_path%3Ds",)))
    assert other.search_path == ("s", "pg_catalog")
    assert other.version != read.version
    types = {column.name: column.type for column in other.schemas["public"].relations["t"].columns}
    assert types["g"] == "mood"
    assert types["h"] == "public.mood[]"
    assert load.load(load.Spec("", (url,))).version == read.version


def test_agrees_with_the_same_schema_read_as_text(server: servers.Server) -> None:
    text = schemas.text("music")
    ours = schemas.catalog("music")
    theirs = load.load(load.Spec("", (uri(server, server.database(text)),)))
    short = {"TIMESTAMP WITHOUT TIME ZONE": "TIMESTAMP", "NUMERIC(10, 2)": "NUMERIC(10,2)"}

    def shape(found: Catalog) -> dict[tuple[str, str], object]:
        return {
            (relation.schema, relation.name): (
                relation.kind,
                # A view's columns may be null as far as the engine knows.
                [
                    (
                        c.name,
                        short.get(c.type, c.type),
                        c.nullable or "view" in relation.kind,
                        c.generated,
                    )
                    for c in relation.columns
                ],
                sorted(key.columns for key in relation.keys),
                sorted(
                    (key.columns, key.target, key.target_columns) for key in relation.foreign_keys
                ),
                sorted(set(relation.depends)),
            )
            for relation in found.relations()
        }

    assert shape(theirs) == shape(ours)
    assert {name: enum.values for name, enum in theirs.schemas["public"].enums.items()} == {
        name: enum.values for name, enum in ours.schemas["public"].enums.items()
    }


def test_a_judge_works_with_what_was_read(server: servers.Server, read: Catalog) -> None:
    judge = server.engine.judge_for(read)
    for statement in (
        "SELECT a, y FROM v",
        "SELECT (j).x, g, h[1] FROM parts, s.u, m, (SELECT NULL::pair AS j, NULL::s.mood AS g, "
        "NULL::mood[] AS h) q",
        "SELECT * FROM g()",
        "INSERT INTO s.u (id) VALUES (1)",
    ):
        assert judge.judge(statement).ruling is Ruling.ACCEPTED, statement
    assert judge.judge("SELECT z FROM s.u").ruling is Ruling.REFUSED


def test_keeps_the_types_and_functions_of_extensions(server: servers.Server) -> None:
    available = {name for (name,) in server.ask("SELECT name FROM pg_available_extensions")}
    name = next((one for one in ("citext", "vector", "hstore") if one in available), None)
    if name is None:
        pytest.skip("this server has no extension with a type")
    database = server.database(f"CREATE EXTENSION {name}; CREATE TABLE e (a {name})")
    found = load.load(load.Spec("", (uri(server, database),)))
    assert table(found, "e").columns[0].type == name
    assert found.schemas["public"].types[name].kind == "base"
    assert found.schemas["public"].functions


def test_knows_what_a_server_has_beyond_the_usual_functions(server: servers.Server) -> None:
    database = server.database(
        "SET allow_system_table_mods = on; CREATE TABLE here (a int);"
        "CREATE FUNCTION pg_catalog.cloud_version() RETURNS text LANGUAGE sql AS $$ SELECT '' $$;"
    )
    found = load.load(load.Spec("", (uri(server, database),)))
    assert [one.returns for one in found.functions(("cloud_version",))] == ["TEXT"]
    assert set(found.schemas["public"].functions) == {"cloud_version"}


def test_a_large_schema_is_read_quickly(server: servers.Server) -> None:
    column_list = ", ".join(f"c{n} varchar(20)" for n in range(19))
    made = server.database(
        "DO $$ BEGIN FOR i IN 1..1000 LOOP EXECUTE 'CREATE TABLE big' || i || "
        f"' (id int PRIMARY KEY, {column_list})'; COMMIT; END LOOP; END $$"
    )
    address = uri(server, made)
    start = time.perf_counter()
    found = postgres_server.load(address)
    elapsed = time.perf_counter() - start
    assert len(found.schemas["public"].relations) == 1000
    # A quarter of a second on a machine that does nothing else; a query a table would take minutes.
    assert elapsed < 60


def test_reading_changes_nothing_and_leaves_no_session(server: servers.Server, url: str) -> None:
    database = server.database(DEFINITIONS)
    # A transaction that writes takes a number.
    query = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text"
    before = server.ask(query)
    postgres_server.load(url)
    assert server.ask(query) == before
    sessions = (
        "SELECT count(*) FROM pg_stat_activity "
        f"WHERE datname = '{database}' AND application_name = 'sureql'"
    )
    wait_until(lambda: server.ask(sessions) == [(0,)])


def test_objects_of_the_users_cannot_stand_in_for_built_in_ones(server: servers.Server) -> None:
    database = server.database(
        """
        CREATE TABLE touched (a int);
        CREATE TABLE kept (a int DEFAULT 7);
        CREATE FUNCTION public.format_type(oid, int) RETURNS text LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'ran'; END $$;
        CREATE FUNCTION public.current_schemas(bool) RETURNS name[] LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'ran'; END $$;
        CREATE FUNCTION public.no(text, name) RETURNS bool LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'ran'; END $$;
        CREATE OPERATOR public.= (leftarg = text, rightarg = name, procedure = public.no);
        CREATE TABLE public.pg_class (a int);
        CREATE FUNCTION public.bomb() RETURNS int IMMUTABLE LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'ran'; END $$;
        CREATE TABLE trapped (a int DEFAULT public.bomb(), CHECK (public.bomb() > a));
        CREATE VIEW trap AS SELECT public.bomb() AS b;
        """
    )
    hijacked = uri(server, database) + "&options=-csearch_path%3Dpublic,pg_catalog"
    found = postgres_server.load(hijacked)
    assert table(found, "trapped").columns[0].default == "public.bomb()"
    assert table(found, "trap").columns[0].name == "b"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("postgresql://joe:s3cret@127.0.0.1:1/db", "postgresql://joe@127.0.0.1:1/db can't be read"),
        ("postgres://joe:s3cret@127.0.0.1:1/db?sslmode=disable", "postgresql://joe@127.0.0.1:1/db"),
        ("postgresql://joe:s3cret@127.0.0.1:1/db?connect_timeout=x", "can't be read"),
        ("postgresql://joe:%zzs3cret@127.0.0.1/db", "no valid address"),
        ("postgresql://joe:s3cret@more@127.0.0.1/db", "no valid address"),
        ("postgresql://joe:12/s3cret@127.0.0.1/db", "no valid address"),
        ("postgresql://joe:12#s3cret@127.0.0.1/db", "no valid address"),
        ("postgresql://joe:1?s3cret@127.0.0.1/db", "no valid address"),
        (
            "postgresql://joe@127.0.0.1:1/db?password=s3cret",
            "postgresql://joe@127.0.0.1:1/db can't",
        ),
        ("postgresql://joe:s3cret@127.0.0.1:123456/db", "no valid address"),
        ("postgresql://joe@127.0.0.1:1/db?nonsense=s3cret", "no valid address"),
    ],
)
def test_what_cannot_be_read_is_said_without_the_password(
    address: str, expected: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(SourceError) as caught:
        load.load(load.Spec("", (address,)))
    assert expected in str(caught.value)
    chain = [
        str(caught.value),
        repr(caught.value.__cause__),
        caplog.text,
        postgres_server.shown(address),
    ]
    assert "s3cret" not in " ".join(chain)
    assert str(caught.value).endswith((".", "`."))


def test_neither_the_catalog_nor_its_cache_has_the_password(
    server: servers.Server, url: str, tmp_path: Path
) -> None:
    address = url.replace("@/", ":s3cret@/")
    found = load.load(load.Spec("", (address,)))
    assert "s3cret" not in repr(found)
    file = catalog_cache.write(found, tmp_path)
    assert b"s3cret" not in file.read_bytes()
    again = catalog_cache.read(file)
    assert again is not None
    assert again.sources == found.sources
    assert [r.name for r in again.relations()] == [r.name for r in found.relations()]
    assert again.schemas["public"].types == dict(found.schemas["public"].types)


def test_a_dead_server_beside_files_is_one_problem(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text("CREATE TABLE here (a int);")
    dead = "postgresql://joe:s3cret@127.0.0.1:1/db"
    found = load.load(load.Spec(str(tmp_path), ("schema.sql", dead), "postgres"))
    assert found.find(("here",)) is not None
    (problem,) = found.problems
    assert problem.path == "postgresql://joe@127.0.0.1:1/db"
    assert "s3cret" not in problem.message
    assert not found.closed


def test_a_missing_database_is_named(server: servers.Server) -> None:
    with pytest.raises(SourceError, match='database "nowhere" does not exist'):
        postgres_server.load(uri(server, "nowhere"))
