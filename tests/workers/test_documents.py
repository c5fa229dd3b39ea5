"""In which dialect a document is read, and against which schema."""

from __future__ import annotations

from dataclasses import replace

from support import schemas
from sureql.catalog import model as catalog
from sureql.syntax import dialects
from sureql.workers import documents

FOREIGN = (
    "CREATE TABLE `t` (`id` INT AUTO_INCREMENT) ENGINE=InnoDB; INSERT IGNORE INTO `t` VALUES (1);"
)


def read(text: str, base: catalog.Catalog) -> tuple[str, bool]:
    """The dialect of `text`, and whether `base` is its schema."""
    dialect = documents.dialect_of(text, "/x/a.sql", "", base)
    return dialect.name, documents.schema_for(dialect, base) is base


def test_a_schema_says_nothing_of_a_file_for_another_engine() -> None:
    base = schemas.catalog("music")
    assert read("SELECT 1", base) == ("postgres", True)
    assert read(FOREIGN, base) == ("mysql", False)
    assert read("-- dialect: sqlite\nSELECT 1", base) == ("sqlite", False)
    empty = documents.schema_for(dialects.get("sqlite"), base)
    assert empty is documents.schema_for(dialects.get("sqlite"), base)


def test_a_schema_that_shows_no_dialect_is_for_all_engines() -> None:
    base = replace(schemas.catalog("music"), any_dialect=True)
    assert read("SELECT 1", base) == ("postgres", True)
    assert read(FOREIGN, base) == ("mysql", True)


def test_one_engine_runs_all_of_a_dbt_project() -> None:
    base = schemas.catalog("dbt/shop")
    for dialect in (base.dialect, "generic"):
        assert read(FOREIGN, replace(base, dialect=dialect)) == (dialect, True)
