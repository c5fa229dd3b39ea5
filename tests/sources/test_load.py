"""Configured sources, half a schema, hostile files."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sureql.catalog import render
from sureql.ports.errors import SourceError
from sureql.sources import ddl_files, load
from sureql.storage import catalog_cache
from sureql.syntax import dialects


def names(root: Path, *sources: str, dialect: str = "") -> list[str]:
    found = load.load(load.Spec(str(root), sources, dialect))
    return [relation.name for relation in found.relations()]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "a.sql").write_text("CREATE TABLE a (id int);")
    (tmp_path / "db" / "b.sql").write_text("CREATE TABLE b (id int);")
    (tmp_path / "other.sql").write_text("CREATE TABLE c (id int);")
    return tmp_path


def test_files_folders_and_globs(root: Path) -> None:
    assert names(root, "other.sql") == ["c"]
    assert names(root, "db") == ["a", "b"]
    assert names(root, "db/b.sql", "db/a.sql") == ["b", "a"]
    assert names(root, "**/*.sql") == ["a", "b", "c"]
    assert names(root, str(root / "other.sql")) == ["c"]


def test_configured_migrations_run_by_number(root: Path) -> None:
    (root / "m").mkdir()
    (root / "m" / "10_x.sql").write_text("ALTER TABLE t RENAME TO last;")
    (root / "m" / "9_x.sql").write_text("CREATE TABLE t (id int);")
    assert names(root, "m/*.sql") == ["last"]


def test_a_source_that_names_nothing_is_told_and_opens(root: Path) -> None:
    found = load.load(load.Spec(str(root), ("other.sql", "typo/*.sql")))

    assert [problem.message for problem in found.problems] == ["`typo/*.sql` names no file."]
    assert found.find(("c",)) is not None
    assert not found.closed_for(("unknown",))
    assert not load.load(load.Spec(str(root), ("typo.sql",))).closed_for(("unknown",))


def test_a_schema_without_any_table_is_open(root: Path) -> None:
    (root / "types.sql").write_text("CREATE DOMAIN mail AS text;")
    found = load.load(load.Spec(str(root), ("types.sql",)))

    assert not found.closed_for(("unknown",))


def test_whether_a_schema_shows_its_dialect_is_known_and_kept(root: Path) -> None:
    (root / "shown.sql").write_text("CREATE TABLE a (id serial);")
    (root / "plain.sql").write_text("CREATE TABLE a (id int);")
    shown, plain, said = (
        load.load(spec)
        for spec in (
            load.Spec(str(root), ("shown.sql",)),
            load.Spec(str(root), ("plain.sql",)),
            load.Spec(str(root), ("plain.sql",), "postgres"),
        )
    )

    assert [one.any_dialect for one in (shown, plain, said)] == [False, True, False]
    assert plain.version != said.version
    kept = [catalog_cache.read(catalog_cache.write(one, root / "cache")) for one in (said, plain)]
    assert [one.any_dialect for one in kept if one] == [False, True]


def test_another_dialect_makes_another_schema(root: Path) -> None:
    versions = {
        load.load(load.Spec(str(root), ("other.sql",), dialect)).version
        for dialect in ("postgres", "sqlite", "duckdb")
    }

    assert len(versions) == 3


def test_a_complete_schema_is_closed(root: Path) -> None:
    found = load.load(load.Spec(str(root), ("other.sql",)))

    assert found.closed_for(("unknown",))
    assert found.closed_for(("public", "unknown"))
    assert found.closed_for(("nowhere", "unknown"))
    assert not found.closed_for(("pg_temp", "unknown"))


def test_a_database_beside_files(root: Path) -> None:
    (root / "broken.db").write_bytes(b"no database at all, whatever its name says")
    with pytest.raises(SourceError):
        load.load(load.Spec(str(root), ("broken.db",)))
    found = load.load(load.Spec(str(root), ("other.sql", "broken.db")))
    assert "broken.db is damaged" in found.problems[0].message
    assert not found.closed_for(("unknown",))


def test_the_dialect_is_found_or_set(root: Path) -> None:
    (root / "other.sql").write_text("CREATE TABLE C (ID INTEGER PRIMARY KEY AUTOINCREMENT);")
    assert load.load(load.Spec(str(root), ("other.sql",))).dialect == "sqlite"
    assert names(root, "other.sql") == ["C"]
    assert names(root, "other.sql", dialect="postgres") == ["c"]
    assert load.load(load.Spec(str(root), ("other.sql",), "postgresql")).dialect == "postgres"


def test_encodings(root: Path) -> None:
    text = "CREATE TABLE größe (maß int);"
    for encoding in ("utf-8-sig", "utf-16", "latin-1"):
        (root / "other.sql").write_bytes(text.encode(encoding))
        assert names(root, "other.sql") == ["größe"]


def test_every_place_is_that_of_the_file(root: Path) -> None:
    text = "-- é\r\n\r\nCREATE TABLE a (\r\n    id int,\r\n    name text\r\n);\r\nCREATE VIEW v AS SELECT name FROM a;\r\n"
    (root / "other.sql").write_bytes(text.encode())
    found = load.load(load.Spec(str(root), ("other.sql",)))
    table, view = found.find(("a",)), found.find(("v",))
    assert table and view and table.location and view.location
    column = table.columns[1].location
    assert column is not None

    # Locations count in the text as editors hold it.
    assert table.location.name.of(text) == "a" and table.location.line == 2
    assert column.name.of(text) == "name" and column.line == 4
    assert column.span.of(text) == "name text"
    assert view.location.name.of(text) == "v" and view.location.line == 6
    assert table.location.path == str(root / "other.sql")


def test_progress_is_told(root: Path) -> None:
    told: list[tuple[int, int]] = []
    load.load(load.Spec(str(root)), lambda done, total, path: told.append((done, total)))
    assert told == [(0, 3), (1, 3), (2, 3)]


def load_text(text: str, dialect: str = "postgres") -> str:
    found = ddl_files.load([ddl_files.SchemaText("x.sql", text)], dialects.get(dialect))
    return render.text(found)


HOSTILE = {
    "an unclosed quote at the top": "'\nCREATE TABLE t (id int);",
    "an unclosed comment": "CREATE TABLE t (id int);\n/* never closed\nCREATE TABLE u (id int);",
    "null characters": "CREATE TABLE t (\0id int\0);",
    "parentheses without end": "CREATE TABLE t " + "(" * 20_000,
    "a default without end": "CREATE TABLE t (a int DEFAULT " + "(" * 5_000 + "1" + ")" * 5_000 + ");",
    "a type without end": "CREATE TABLE t (a " + "struct(b " * 3_000 + "int" + ")" * 3_000 + ");",
    "a view nested without end": "CREATE VIEW v AS SELECT " + "(" * 3_000 + "1" + ")" * 3_000 + ";",
    "a view that reads itself": "CREATE VIEW v AS SELECT * FROM v;",
    "views that read each other": "CREATE VIEW a AS SELECT * FROM b; CREATE VIEW b AS SELECT * FROM a;",
    "a table that inherits from itself": "CREATE TABLE t (id int) INHERITS (t);",
    "a table like itself": "CREATE TABLE t (LIKE t);",
    "a key to itself": "CREATE TABLE t (id int PRIMARY KEY REFERENCES t);",
    "renames in a circle": "CREATE TABLE a (x int); ALTER TABLE a RENAME TO b; ALTER TABLE b RENAME TO a;",
    "names of any kind": 'CREATE TABLE "a""b; DROP TABLE x" ("" int, "🎵" text, "a.b" int);',
    "a line of 500 kB": "CREATE TABLE t (" + ", ".join(f"c{n} int" for n in range(40_000)) + ");",
    "a DO block without end": "DO $$ BEGIN CREATE TABLE t (id int);",
    "nested DO blocks": "DO $a$ BEGIN DO $b$ BEGIN CREATE TABLE t (id int); END $b$; END $a$;",
}  # fmt: skip


@pytest.mark.parametrize("dialect", ["postgres", "sqlite", "duckdb"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_neither_crash_nor_hang(name: str, dialect: str) -> None:
    started = time.process_time()
    load_text(HOSTILE[name], dialect)
    assert time.process_time() - started < 10


def test_a_wide_table() -> None:
    columns = ",\n".join(f"    column_{n} text NOT NULL" for n in range(5_000))
    text = f"CREATE TABLE wide (\n{columns}\n);"
    started = time.process_time()
    found = ddl_files.load([ddl_files.SchemaText("x.sql", text)], dialects.get("postgres"))
    wide = found.find(("wide",))

    assert wide is not None and len(wide.columns) == 5_000 and wide.closed
    last = wide.columns[-1].location
    assert last is not None and last.line == 5_000
    assert time.process_time() - started < 5


def test_a_thousand_tables_load_in_seconds() -> None:
    text = "\n".join(
        f"CREATE TABLE t{n} (id int PRIMARY KEY, a text, b text, c int REFERENCES t{max(n - 1, 0)});"
        for n in range(1_000)
    )
    started = time.process_time()
    found = ddl_files.load([ddl_files.SchemaText("x.sql", text)], dialects.get("postgres"))

    assert len(found.schemas["public"].relations) == 1_000
    assert time.process_time() - started < 5


def test_the_version_changes_with_the_content_only() -> None:
    def version(text: str, path: str = "x.sql") -> str:
        return ddl_files.load([ddl_files.SchemaText(path, text)], dialects.get("postgres")).version

    assert version("CREATE TABLE t (a int);") == version("CREATE TABLE t (a int);")
    assert version("CREATE TABLE t (a int);") != version("CREATE TABLE t (b int);")
    assert version("CREATE TABLE t (a int);") != version("CREATE TABLE t (a int);", "y.sql")
