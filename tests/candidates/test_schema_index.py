"""Keys and owners of columns over a whole catalog."""

from __future__ import annotations

from support import schemas
from sureql.candidates import schema_index


def neighbours(name: str) -> set[str]:
    index = schema_index.of(schemas.catalog("music"))
    return {edge.other[1] for edge in index.edges["public", name]}


def test_keys_are_followed_both_ways() -> None:
    assert neighbours("invoice_line") == {"invoice", "track"}
    assert {"artist", "track", "review"} <= neighbours("album")
    assert "employee" in neighbours("employee")


def test_owners_of_a_column_name() -> None:
    index = schema_index.of(schemas.catalog("music"))
    assert index.owners["composer"] == (("public", "track"),)
    assert index.with_prefix("mill", 5) == ["milliseconds"]
    assert index.with_prefix("zz", 5) == []


def test_keys_that_only_the_names_tell() -> None:
    schema = schemas.of(
        """CREATE TABLE customers (id int PRIMARY KEY, name text);
        CREATE TABLE orders (id int PRIMARY KEY, customer_id int, total int);
        CREATE TABLE region (r_regionkey int PRIMARY KEY, r_name text);
        CREATE TABLE nation (n_nationkey int PRIMARY KEY, n_name text, n_regionkey int);"""
    )
    index = schema_index.of(schema)
    (edge,) = index.edges["public", "orders"]
    assert (edge.columns, edge.other, edge.other_columns) == (
        ("customer_id",),
        ("public", "customers"),
        ("id",),
    )
    assert not edge.declared
    assert index.edges["public", "nation"][0].other == ("public", "region")


def test_an_index_is_kept_for_its_catalog() -> None:
    schema = schemas.catalog("music")
    assert schema_index.of(schema) is schema_index.of(schema)
