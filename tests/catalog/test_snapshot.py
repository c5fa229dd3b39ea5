"""The overlay: what the DDL above a statement does to the catalog it sees."""

from __future__ import annotations

import time

import pytest

from support import schemas
from sureql.catalog import model as catalog
from sureql.semantics.snapshot import Snapshot
from sureql.sources import ddl_files
from sureql.syntax import dialects, script

POSTGRES = dialects.get("postgres")


def snapshot(text: str, base: catalog.Catalog, path: str = "query.sql") -> Snapshot:
    parsed = script.of(text, dialects.get(base.dialect))
    return Snapshot(f"file:///{path}", path, 1, parsed, base)


def seen(text: str, base: catalog.Catalog, path: str = "query.sql") -> catalog.Catalog:
    """The catalog of the last statement."""
    found = snapshot(text, base, path)
    return found.catalog_at(found.script.statements[-1])


def columns(found: catalog.Catalog, *name: str) -> list[str] | None:
    relation = found.find(name)
    return None if relation is None else [column.name for column in relation.columns]


@pytest.fixture
def music() -> catalog.Catalog:
    return schemas.catalog("music")


def test_without_ddl_it_is_the_base_itself(music: catalog.Catalog) -> None:
    assert seen("SELECT 1; SELECT 2; SELECT 3", music) is music


def test_a_table_is_known_below_its_definition_only(music: catalog.Catalog) -> None:
    found = snapshot("SELECT 1;\nCREATE TABLE extra (a int);\nSELECT 2;", music)
    before, at, after = (found.catalog_at(one) for one in found.script.statements)

    assert columns(before, "extra") is None and before is music
    assert columns(at, "extra") is None
    assert columns(after, "extra") == ["a"]
    assert after.closed_for(("nothing",))
    assert after.version != music.version


def test_a_temporary_table_hides_the_permanent_one(music: catalog.Catalog) -> None:
    found = seen("CREATE TEMP TABLE customer (x int);\nSELECT 1", music)

    assert columns(found, "customer") == ["x"]
    assert "country" in (columns(found, "public", "customer") or [])
    assert found.closed_for(("nothing",))


def test_altered_renamed_and_dropped(music: catalog.Catalog) -> None:
    text = """
    ALTER TABLE genre ADD COLUMN mood text;
    ALTER TABLE artist RENAME TO performer;
    DROP TABLE review;
    SELECT 1
    """
    found = seen(text, music)
    album = found.find(("album",))

    assert columns(found, "genre") == ["genre_id", "name", "mood"]
    assert columns(found, "artist") is None
    assert columns(found, "performer") is not None
    assert columns(found, "review") is None
    assert album is not None and album.foreign_keys[0].target == ("public", "performer")
    assert columns(music, "review") is not None  # The base stays as it was.


def test_the_place_of_a_definition_is_in_the_document(music: catalog.Catalog) -> None:
    text = "SELECT 1;\n\nCREATE TABLE extra (\n  first int\n);\nSELECT 2"
    relation = seen(text, music).find(("extra",))

    assert relation is not None and relation.location is not None
    assert relation.location.name.of(text) == "extra"
    assert relation.location.line == 2
    column = relation.columns[0].location
    assert column is not None and column.name.of(text) == "first" and column.line == 3


def test_broken_ddl_opens_only_what_it_names(music: catalog.Catalog) -> None:
    found = seen("CREATE TABLE extra (a int,, b text);\nSELECT 1", music)
    relation = found.find(("extra",))

    assert relation is not None and not relation.closed
    assert found.closed_for(("nothing",))


def test_a_file_without_any_schema_knows_its_own_tables() -> None:
    found = seen("CREATE TABLE Mine (A int);\nSELECT 1", catalog.empty("postgres"))

    assert columns(found, "mine") == ["a"]
    assert not found.closed_for(("other",))


def test_a_statement_in_the_same_document_is_not_applied_twice(music: catalog.Catalog) -> None:
    text = "CREATE TABLE a (x int);\nSELECT 1;\nCREATE TABLE b (y int);\nSELECT 2"
    found = snapshot(text, music)
    first, last = found.catalog_at(found.script.statements[1]), None
    for _ in range(3):
        last = found.catalog_at(found.script.statements[3])

    assert columns(first, "b") is None
    assert last is found.catalog_at(found.script.statements[3])


SCHEMA = """CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a FROM t;
ALTER TABLE t RENAME COLUMN b TO c;
"""


def source(text: str = SCHEMA) -> catalog.Catalog:
    return ddl_files.load([ddl_files.SchemaText("schema.sql", text)], POSTGRES)


def test_a_schema_file_sees_what_it_has_made_so_far() -> None:
    """Its own tables are in the base; it must not find them twice, nor as they are later."""
    base = source()
    found = snapshot(SCHEMA + "SELECT 1", base, "schema.sql")
    at_view, at_rename, at_end = (found.catalog_at(one) for one in found.script.statements[1:])

    assert columns(at_view, "t") == ["a", "b"]
    assert columns(at_rename, "t") == ["a", "b"]
    assert columns(at_end, "t") == ["a", "c"]


def test_an_edit_of_a_schema_file_counts_before_it_is_saved() -> None:
    edited = SCHEMA.replace("a int,", "a int, fresh text,") + "SELECT 1"
    assert columns(seen(edited, source(), "schema.sql"), "t") == ["a", "fresh", "c"]


def test_a_migration_may_use_what_later_ones_took_away() -> None:
    files = [
        ddl_files.SchemaText("1.sql", "CREATE TABLE t (old int);\nCREATE TABLE gone (x int);"),
        ddl_files.SchemaText("2.sql", "UPDATE t SET old = 1;\nSELECT * FROM gone;"),
        ddl_files.SchemaText("3.sql", "ALTER TABLE t RENAME old TO new;\nDROP TABLE gone;"),
    ]
    base = ddl_files.load(files, POSTGRES)
    inside = seen(files[1].text, base, "2.sql")
    outside = seen(files[1].text, base, "query.sql")
    relation = inside.find(("t",))

    assert relation is not None and not relation.closed
    assert not inside.closed_for(("gone",))
    assert outside.closed_for(("gone",))
    assert outside.find(("t",)).closed  # type: ignore[union-attr]


def test_no_search_path_of_the_file_leaks_into_the_base(music: catalog.Catalog) -> None:
    found = seen("SET search_path = audit;\nSELECT 1", music)

    assert columns(found, "login_event") is not None
    assert columns(music, "login_event") is None


def test_two_thousand_statements_of_ddl_are_fast_enough(music: catalog.Catalog) -> None:
    text = "\n".join(f"CREATE TEMP TABLE t{n} (id int);\nSELECT * FROM t{n};" for n in range(1_000))
    found = snapshot(text, music)
    started = time.process_time()
    for statement in found.script.statements:
        found.catalog_at(statement)
    assert time.process_time() - started < 6
