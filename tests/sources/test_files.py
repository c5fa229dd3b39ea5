"""Where a schema is found in a workspace with nothing configured, per layout."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from sureql.sources import files, load

A = "CREATE TABLE a (id int);"
B = "ALTER TABLE a ADD COLUMN b text;"
C = "ALTER TABLE a RENAME COLUMN b TO c;"


def write(root: Path, tree: Mapping[str, str]) -> Path:
    for name, text in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def found(root: Path) -> list[str]:
    """The files of all groups, relative to the root, in the order they are loaded."""
    groups = files.discover(root)
    return [Path(name).relative_to(root).as_posix() for group in groups for name in group.labels]


def columns(root: Path, table: str = "a") -> list[str]:
    relation = load.load(load.Spec(str(root))).find((table,))
    assert relation is not None
    return [column.name for column in relation.columns]


LAYOUTS: dict[str, tuple[dict[str, str], list[str]]] = {
    "flyway: V1.10 after V1.9, repeatable last, undo never": (
        {
            "src/main/resources/db/migration/V1.10__rename.sql": C,
            "src/main/resources/db/migration/V1.9__add.sql": B,
            "src/main/resources/db/migration/V1__init.sql": A,
            "src/main/resources/db/migration/R__views.sql": "CREATE VIEW v AS SELECT id FROM a;",
            "src/main/resources/db/migration/U1.9__add.sql": "ALTER TABLE a DROP COLUMN b;",
        },
        ["V1__init.sql", "V1.9__add.sql", "V1.10__rename.sql", "R__views.sql"],
    ),
    "golang-migrate: down files left out": (
        {
            "migrations/000010_c.up.sql": C,
            "migrations/000010_c.down.sql": "ALTER TABLE a RENAME COLUMN c TO b;",
            "migrations/000009_b.up.sql": B,
            "migrations/000001_a.up.sql": A,
            "migrations/000001_a.down.sql": "DROP TABLE a;",
        },
        ["000001_a.up.sql", "000009_b.up.sql", "000010_c.up.sql"],
    ),
    "dbmate: the way down is not run": (
        {
            "db/migrations/20230101_a.sql": f"-- migrate:up\n{A}\n-- migrate:down\nDROP TABLE a;",
            "db/migrations/20230102_b.sql": f"-- migrate:up\n{B}\n-- migrate:down\nDROP TABLE a;",
            "db/migrations/20230103_c.sql": f"-- migrate:up transaction:false\n{C}\n\n-- migrate:down",
        },
        ["20230101_a.sql", "20230102_b.sql", "20230103_c.sql"],
    ),
    "goose: the way down is not run": (
        {
            "migrations/1_a.sql": f"-- +goose Up\n{A}\n-- +goose Down\nDROP TABLE a;",
            "migrations/2_b.sql": f"-- +goose Up\n-- +goose StatementBegin\n{B}\n-- +goose StatementEnd"
            "\n-- +goose Down\nALTER TABLE a DROP COLUMN b;",
            "migrations/10_c.sql": f"-- +goose Up\n{C}\n-- +goose Down\nDROP TABLE a;",
        },
        ["1_a.sql", "2_b.sql", "10_c.sql"],
    ),
    "sql-migrate": (
        {
            "migrations/1.sql": f"-- +migrate Up\n{A}{B}{C}\n-- +migrate Down\nDROP TABLE a;",
        },
        ["1.sql"],
    ),
    "rails: structure.sql": (
        {
            "db/structure.sql": f"SET search_path = public;\n{A}\n{B}\n{C}\nINSERT INTO x VALUES (1);"
        },
        ["structure.sql"],
    ),
    "django: SQL of its migrations": (
        {
            "shop/migrations/0001_initial.sql": f"BEGIN;\n--\n-- Create model A\n--\n{A}\nCOMMIT;",
            "shop/migrations/0002_b.sql": f"BEGIN;\n{B}\nCOMMIT;",
            "shop/migrations/0003_c.sql": C,
        },
        ["0001_initial.sql", "0002_b.sql", "0003_c.sql"],
    ),
    "alembic: offline SQL in one file": (
        {
            "alembic/upgrade.sql": "BEGIN;\nCREATE TABLE alembic_version (version_num VARCHAR(32));\n"
            f"-- Running upgrade  -> 1975ea83b712\n{A}\n{B}\n-- Running upgrade 19 -> 20\n{C}\nCOMMIT;"
        },
        ["upgrade.sql"],
    ),
    "prisma: a folder for each migration": (
        {
            "prisma/migrations/20240101000000_init/migration.sql": A,
            "prisma/migrations/20240102000000_b/migration.sql": B,
            "prisma/migrations/20240103000000_c/migration.sql": C,
        },
        ["migration.sql", "migration.sql", "migration.sql"],
    ),
    "diesel: up.sql and down.sql": (
        {
            "migrations/2024-01-01-000000_a/up.sql": A + B,
            "migrations/2024-01-01-000000_a/down.sql": "DROP TABLE a;",
            "migrations/2024-01-02-000000_c/up.sql": C,
            "migrations/2024-01-02-000000_c/down.sql": "DROP TABLE a;",
        },
        ["up.sql", "up.sql"],
    ),
    "sqitch: the plan's order": (
        {
            "sqitch.plan": "%syntax-version=1.0.0\n%project=x\n\nzero 2024-01-01T00:00:00Z A <a@b> # a\n"
            "more [zero] 2024-01-02T00:00:00Z A <a@b> # b\nfinal 2024-01-03T00:00:00Z A <a@b> # c\n",
            "deploy/zero.sql": f"-- Deploy x:zero to pg\nBEGIN;\n{A}\nCOMMIT;",
            "deploy/more.sql": B,
            "deploy/final.sql": C,
            "revert/zero.sql": "DROP TABLE a;",
            "verify/zero.sql": "SELECT id FROM a;",
        },
        ["zero.sql", "more.sql", "final.sql"],
    ),
    "numbered files": (
        {"sql/01-tables.sql": A, "sql/02-b.sql": B, "sql/10-c.sql": C},
        ["01-tables.sql", "02-b.sql", "10-c.sql"],
    ),
    "supabase": (
        {
            "supabase/migrations/20230101120000_a.sql": A + B,
            "supabase/migrations/20230201120000_c.sql": C,
            "supabase/seed.sql": "INSERT INTO a VALUES (1);",
        },
        ["20230101120000_a.sql", "20230201120000_c.sql"],
    ),
    "one ddl file under any extension": ({"model.ddl": A + B + C}, ["model.ddl"]),
    "a pg_dump": (
        {
            "backup/dump.sql": "--\n-- PostgreSQL database dump\n--\nSELECT pg_catalog.set_config("
            "'search_path', '', false);\nCREATE TABLE public.a (id integer, c text);\n"
            "COPY public.a (id, c) FROM stdin;\n1\tCREATE TABLE x (y int);\n\\.\n"
        },
        ["dump.sql"],
    ),
    "tables and views in folders of their own": (
        {
            "schema/views/v.sql": "CREATE VIEW v AS SELECT c FROM a;",
            "schema/tables/a.sql": "CREATE TABLE a (id int, c text);",
        },
        ["a.sql", "v.sql"],
    ),
    "a structure file that knows all migrations stands for them": (
        {
            "db/structure.sql": "CREATE TABLE a (id int, c text);",
            "db/migrate/001_a.sql": A,
            "db/migrate/002_b.sql": "ALTER TABLE a ADD COLUMN c text;",
        },
        ["structure.sql"],
    ),
    "a schema file that is behind the migrations is left out": (
        {"schema.sql": A, "migrations/1_a.sql": A + B, "migrations/2_c.sql": C},
        ["1_a.sql", "2_c.sql"],
    ),
    "versions with their letter, and scripts that take everything down": (
        {
            "db/v1.2.0.sql": "CREATE TABLE a (id int); CREATE TABLE old (x int);",
            "db/v1.10.0.sql": "ALTER TABLE a ADD c text;",
            "db/v1.9.0.sql": "DROP TABLE old;",
            "drop_all.sql": "DROP TABLE a;",
        },
        ["v1.2.0.sql", "v1.9.0.sql", "v1.10.0.sql"],
    ),
    "migrations on top of a schema file": (
        {
            "schema.sql": A + "CREATE TABLE base (id int);",
            "migrations/1_b.sql": B,
            "migrations/2_c.sql": C,
        },
        ["schema.sql", "1_b.sql", "2_c.sql"],
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layout(name: str, tmp_path: Path) -> None:
    tree, expected = LAYOUTS[name]
    write(tmp_path, tree)

    assert [Path(file).name for file in found(tmp_path)] == expected
    assert columns(tmp_path) == ["id", "c"]


def test_what_is_no_schema_of_the_project_is_left_out(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "schema.sql": A,
            "node_modules/x/schema.sql": "CREATE TABLE n (id int);",
            ".git/schema.sql": "CREATE TABLE g (id int);",
            "venv/lib/schema.sql": "CREATE TABLE e (id int);",
            "strange-env/pyvenv.cfg": "",
            "strange-env/schema.sql": "CREATE TABLE e2 (id int);",
            "vendor/schema.sql": "CREATE TABLE v (id int);",
            "tests/fixtures/schema.sql": "CREATE TABLE t (id int);",
            "db/seeds.sql": "CREATE TABLE s (id int); INSERT INTO s VALUES (1);",
            "queries/report.sql": "CREATE TEMP TABLE r AS SELECT 1;\nSELECT * FROM r;\nSELECT 2;",
            ".gitignore": "ignored/\n*.dump.sql\n",
            "ignored/schema.sql": "CREATE TABLE i (id int);",
            "big.dump.sql": "CREATE TABLE j (id int);",
            "sub/.gitignore": "/local.sql\n",
            "sub/local.sql": "CREATE TABLE k (id int);",
        },
    )
    (tmp_path / "binary.sql").write_bytes(b"CREATE TABLE b (id int);\0\1\2")
    with (tmp_path / "huge.sql").open("wb") as file:
        file.write(b"CREATE TABLE h (id int);\n")
        file.truncate(files.MAX_BYTES + 1)

    assert found(tmp_path) == ["schema.sql"]


def test_each_project_of_a_monorepo_has_its_own_schema(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "services/billing/db/migrations/001_a.sql": "CREATE TABLE bill (id int);",
            "services/users/schema.sql": "CREATE TABLE account (id int);",
            "services/users/queries/all.sql": "SELECT 1;",
            "tools/report.sql": "SELECT 1;",
        },
    )

    def relations(path: str) -> list[str]:
        spec = load.Spec(str(tmp_path), path=str(tmp_path / path))
        return [relation.name for relation in load.load(spec).relations()]

    assert relations("services/billing/x.sql") == ["bill"]
    assert relations("services/users/queries/all.sql") == ["account"]
    assert relations("tools/report.sql") == []


def test_dialects_side_by_side_are_two_schemas(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "db/postgres/schema.sql": "CREATE TABLE a (id serial, p jsonb);",
            "db/sqlite/schema.sql": "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, s text);",
        },
    )
    groups = files.discover(tmp_path)

    assert sorted(group.dialect for group in groups) == ["postgres", "sqlite"]
    chosen = files.for_file(groups, str(tmp_path / "q.sql"), "sqlite")
    assert chosen is not None and "sqlite" in chosen.files[0]


def test_ddl_comes_before_the_database_file_it_made(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "app.db") as connection:
        connection.execute("CREATE TABLE from_file (id INTEGER)")
    connection.close()
    (tmp_path / "not-a.db").write_bytes(b"something else entirely")
    assert found(tmp_path) == ["app.db"]

    write(tmp_path, {"schema.sql": "-- dialect: sqlite\nCREATE TABLE from_ddl (id INTEGER);"})
    assert found(tmp_path) == ["schema.sql"]


def test_nothing_there_is_an_open_catalog(tmp_path: Path) -> None:
    nothing = load.load(load.Spec(str(tmp_path)))

    assert not nothing.closed_for(("anything",))
    assert not nothing.schemas
    assert load.load(load.Spec(str(tmp_path / "missing"))).sources == ()


def test_symbolic_links_that_run_in_circles(tmp_path: Path) -> None:
    write(tmp_path, {"schema.sql": A})
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)

    assert found(tmp_path) == ["schema.sql"]


def test_a_schema_too_large_to_read_unasked_is_told_and_leaves_the_rest_open(
    tmp_path: Path,
) -> None:
    write(tmp_path, {"schema.sql": A})
    with (tmp_path / "dump.sql").open("wb") as file:
        file.write(b"CREATE TABLE big (id int);\n" + b"-- \n" * (files.MAX_BYTES // 4))
    found = load.load(load.Spec(str(tmp_path)))

    assert [problem.path for problem in found.problems] == [str(tmp_path / "dump.sql")]
    assert found.find(("a",)) is not None
    assert not found.closed_for(("unknown",))
    asked = load.load(load.Spec(str(tmp_path), ("*.sql",)))
    assert asked.find(("big",)) is not None


def test_the_asking_file_decides_between_two_dialects(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "db/postgres/schema.sql": "CREATE TABLE a (id serial, p jsonb);",
            "db/sqlite/schema.sql": "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, s text);",
            "one.sql": "-- dialect: sqlite\nSELECT 1",
            "two.sql": "SELECT p->>'x', id::text FROM a",
        },
    )

    def dialect(name: str) -> str:
        return load.load(load.Spec(str(tmp_path), path=str(tmp_path / name))).dialect

    assert (dialect("one.sql"), dialect("two.sql")) == ("sqlite", "postgres")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such devices.")
def test_links_to_devices_are_not_read(tmp_path: Path) -> None:
    """A cloned workspace may hold them; they have no size and no end."""
    (tmp_path / "schema.sql").write_text("CREATE TABLE a (b integer);")
    for name in ("a.sql", "b.sqlite", ".gitignore", "sqitch.plan"):
        (tmp_path / name).symlink_to("/dev/zero")
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "one.sql").write_text("CREATE TABLE c (d integer);")
    (tmp_path / "deploy" / "endless.sql").symlink_to("/dev/zero")
    found = sorted(path.name for path in files.walk(tmp_path))
    assert found == ["one.sql", "schema.sql"]
    assert [path.name for path in files.expand(tmp_path, "deploy")] == ["one.sql"]
    assert [group.dialect for group in files.discover(tmp_path, "postgres")] == ["postgres"]
