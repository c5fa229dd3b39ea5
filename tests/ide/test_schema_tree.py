"""The schema as a tree: pages, columns and their keys, names as they must be written, search."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import schemas
from sureql.catalog.model import Catalog
from sureql.ide import schema_tree
from sureql.sources import ddl_files
from sureql.sources.ddl_files import SchemaText
from sureql.storage import catalog_cache
from sureql.syntax import dialects

POSTGRES = dialects.get("postgres")
DDL = """
CREATE TABLE "Order Lines" (line_id int PRIMARY KEY, "user" int NOT NULL DEFAULT 7, note text UNIQUE);
COMMENT ON TABLE "Order Lines" IS 'what was ordered';
CREATE TABLE parcel (parcel_id int PRIMARY KEY, line_id int NOT NULL REFERENCES "Order Lines");
CREATE SCHEMA archive;
CREATE TABLE archive.parcel (parcel_id int, größe int, a_b int, axb int);
CREATE VIEW open_parcel AS SELECT parcel_id FROM parcel;
"""


def loaded(text: str) -> Catalog:
    return ddl_files.load([SchemaText("/w/schema.sql", text)], POSTGRES)


@pytest.fixture(params=["as loaded", "from its file"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Catalog:
    found = loaded(DDL)
    if request.param == "as loaded":
        return found
    read = catalog_cache.read(catalog_cache.write(found, tmp_path))
    assert read is not None
    return read


def test_schemas_are_listed_where_names_are_looked_up_first(shop: Catalog) -> None:
    found = [(one.name, one.relations, one.default) for one in schema_tree.schemas(shop)]
    assert found == [("public", 3, True), ("archive", 1, False)]


def test_names_are_given_as_they_must_be_written(shop: Catalog) -> None:
    page = schema_tree.relations(shop, POSTGRES, "public")
    assert {one.name: one.insert for one in page.relations} == {
        "Order Lines": '"Order Lines"',
        "open_parcel": "open_parcel",
        "parcel": "parcel",
    }
    assert {one.kind for one in page.relations} == {"table", "view"}
    (archived,) = schema_tree.relations(shop, POSTGRES, "archive").relations
    assert archived.insert == "archive.parcel"


def test_columns_say_what_they_are(shop: Catalog) -> None:
    line, user, note = schema_tree.columns(shop, POSTGRES, "public", "Order Lines")
    assert (line.key, line.nullable) == ("primary", False)
    assert (user.insert, user.nullable, user.default) == ('"user"', False, "7")
    assert note.key == "unique"
    _, reference = schema_tree.columns(shop, POSTGRES, "public", "parcel")
    assert (reference.key, reference.references) == ("foreign", "Order Lines.line_id")
    assert reference.location is not None
    assert reference.location.line == 3
    assert schema_tree.columns(shop, POSTGRES, "public", "nothing") == ()
    assert schema_tree.columns(shop, POSTGRES, "nothing", "parcel") == ()


def names(shop: Catalog, text: str) -> list[str]:
    """What a search finds: tables, and columns behind a colon."""
    return [
        ": ".join([one.insert, *[", ".join(column.name for column in one.found)] * bool(one.found)])
        for one in schema_tree.search(shop, POSTGRES, text).relations
    ]


def test_tables_come_before_what_contains_the_word_and_columns_last(shop: Catalog) -> None:
    assert names(shop, "PARC") == ["archive.parcel", "parcel", "open_parcel"]
    assert names(shop, "line") == ['"Order Lines"', "parcel: line_id"]
    assert names(shop, "arch parc") == ["archive.parcel"]


def test_a_dot_divides_table_and_column(shop: Catalog) -> None:
    assert names(shop, "parcel.line") == ["parcel: line_id"]
    assert names(shop, "archive.parcel.größe") == ["archive.parcel: größe"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a_b", ["archive.parcel: a_b"]),
        ("%", []),
        ("!", []),
        ("GRÖSSE", []),
        ("GRÖß", ["archive.parcel: größe"]),
        (" . ", []),
        ('"', []),
        ("\\", []),
    ],
)
def test_a_search_is_for_letters_not_for_patterns(
    shop: Catalog, text: str, found: list[str]
) -> None:
    assert names(shop, text) == found


def test_ten_thousand_tables_come_in_pages(tmp_path: Path) -> None:
    text = "\n".join(
        f"CREATE TABLE t{number:05} (id int, c{number} text);" for number in range(450)
    )
    found = catalog_cache.read(catalog_cache.write(loaded(text), tmp_path))
    assert found is not None
    seen: list[str] = []
    start: int | None = 0
    while start is not None:
        page = schema_tree.relations(found, POSTGRES, "public", start)
        assert len(page.relations) <= schema_tree.PAGE
        seen += [one.name for one in page.relations]
        start = page.next
    assert seen == [f"t{number:05}" for number in range(450)]
    hits = schema_tree.search(found, POSTGRES, "c449")
    assert [(one.name, hits.next) for one in hits.relations] == [("t00449", None)]
    first = schema_tree.search(found, POSTGRES, "t0", most=400)
    assert len(first.relations) == 400
    assert len(schema_tree.search(found, POSTGRES, "t0", 400).relations) == 50


def test_comments_and_counts_are_told() -> None:
    shop = schemas.catalog("music", "postgres")
    page = schema_tree.relations(shop, POSTGRES, "public")
    assert len(page.relations) == len(shop.schemas["public"].relations)
    assert all(one.columns > 0 and one.complete for one in page.relations)
    (lines,) = schema_tree.search(loaded(DDL), POSTGRES, "order").relations
    assert lines.comment == "what was ordered"
