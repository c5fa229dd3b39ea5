"""The cache file: the same catalog comes out, fast, and damage is no more than a miss."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from support import schemas
from sureql.catalog import model as catalog
from sureql.catalog import render
from sureql.semantics import ddl
from sureql.sources import ddl_files
from sureql.storage import catalog_cache
from sureql.syntax import dialects


def loaded(name: str, dialect: str) -> catalog.Catalog:
    file = ddl_files.SchemaText(f"/x/{name}.sql", schemas.text(name) + "\nCREATE TABLE bad (;")
    return ddl_files.load([file], dialects.get(dialect))


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("name", "dialect"), [("music", "postgres"), ("music_sqlite", "sqlite"), ("shop", "duckdb")]
)
def test_what_was_written_is_read(name: str, dialect: str, tmp_path: Path) -> None:
    before = loaded(name, dialect)
    after = catalog_cache.read(catalog_cache.write(before, tmp_path))

    assert after is not None
    assert render.text(after) == render.text(before)
    assert list(after.relations()) == list(before.relations())
    for key, schema in before.schemas.items():
        again = after.schemas[key]
        assert dict(again.functions) == dict(schema.functions)
        assert dict(again.enums) == dict(schema.enums)
        assert dict(again.types) == dict(schema.types)
        assert dict(again.hidden) == dict(schema.hidden)
    for field in ("version", "sources", "problems", "search_path", "closed", "unstable", "dialect"):
        assert getattr(after, field) == getattr(before, field)
    assert after.find(("information_schema", "tables")) == before.find(
        ("information_schema", "tables")
    )


def test_writing_again_keeps_the_file(tmp_path: Path) -> None:
    found = loaded("music", "postgres")
    path = catalog_cache.write(found, tmp_path)
    content = path.read_bytes()

    assert catalog_cache.write(found, tmp_path) == path
    assert path.read_bytes() == content
    assert listed(tmp_path) == [path.name]


@pytest.mark.parametrize("damage", ["cut", "text", "empty", "format", "zeros"])
def test_a_damaged_file_is_a_miss_and_is_written_anew(damage: str, tmp_path: Path) -> None:
    found = loaded("music", "postgres")
    path = catalog_cache.write(found, tmp_path)
    content = path.read_bytes()
    changed = {
        "cut": content[: len(content) // 2],
        "text": b"not a database",
        "empty": b"",
        "format": content.replace(f'"{catalog_cache.FORMAT}"'.encode(), b'"0"'),
        "zeros": content[:100] + bytes(len(content) - 100),
    }[damage]
    path.write_bytes(changed)

    assert catalog_cache.read(path) is None
    again = catalog_cache.read(catalog_cache.write(found, tmp_path))
    assert again is not None and again.find(("track",)) == found.find(("track",))


def test_a_missing_file_is_a_miss(tmp_path: Path) -> None:
    assert catalog_cache.read(tmp_path / "none") is None
    assert catalog_cache.read(tmp_path) is None


def test_old_files_go(tmp_path: Path) -> None:
    old = tmp_path / "old.1.catalog"
    half = tmp_path / "half.new"
    other = tmp_path / "keep.txt"
    for path in (old, half, other):
        path.write_text("x")
        os.utime(path, (0, 0))
    written = catalog_cache.write(loaded("music", "postgres"), tmp_path)

    assert listed(tmp_path) == sorted(["keep.txt", written.name])


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """10,000 tables of 20 columns, made without parsing."""
    tables = {
        f"table_{n}": catalog.Relation(
            "public",
            f"table_{n}",
            columns=tuple(catalog.Column(f"column_{n}_{c}", "TEXT") for c in range(20)),
            keys=(catalog.Key((f"column_{n}_0",), True),),
            foreign_keys=(
                catalog.ForeignKey((f"column_{n}_1",), ("public", "table_0"), ("column_0_0",)),
            )
            if n == 77
            else (),
        )
        for n in range(10_000)
    }
    schema = catalog.Schema("public", tables, closed=True)
    found = catalog.Catalog("postgres", {"public": schema}, ("public",), "v1", case_sensitive=True)
    return catalog_cache.write(found, tmp_path_factory.mktemp("cache"))


def test_ten_thousand_tables_open_in_a_moment(large: Path) -> None:
    catalog_cache.read(large)
    started = time.process_time()
    found = catalog_cache.read(large)
    taken = time.process_time() - started

    assert found is not None and taken < 0.5
    relation = found.find(("table_4711",))
    assert relation is not None and len(relation.columns) == 20


def test_ddl_on_top_decodes_only_what_it_needs(large: Path) -> None:
    found = catalog_cache.read(large)
    assert found is not None
    started = time.process_time()
    renamed = ddl.apply(found, "ALTER TABLE table_0 RENAME TO first", dialects.get("postgres"))
    created = ddl.apply(renamed, "CREATE TABLE extra (id int)", dialects.get("postgres"))
    taken = time.process_time() - started

    referring = created.find(("table_77",))
    assert referring is not None and referring.foreign_keys[0].target == ("public", "first")
    assert created.find(("table_0",)) is None and created.find(("extra",)) is not None
    assert len(created.schemas["public"].relations) == 10_001
    assert taken < 0.1
