"""Comments that ask for a statement, and those that do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from support import cases, schemas
from support.fixture import Case
from sureql.inline import intent
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, script


def snapshot(text: str, dialect: str = "postgres", schema: str = "music") -> Snapshot:
    rules = dialects.get(dialect)
    known = schemas.catalog(schema, dialect)
    return Snapshot("test:///main.sql", "/project/main.sql", 1, script.of(text, rules), known)


@cases.parametrize("intent")
def test_fixtures(case: Case) -> None:
    source = case.source
    seen = snapshot(source.text, case.dialect, case.options["schema"])
    invoked = case.options.get("trigger") == "invoked"
    found = intent.wish(seen, source.cursor, invoked)
    if case.expected("none") is not None:
        assert found is None
        return
    assert found is not None
    cases.check(case, "wish", "\n".join(line.strip() for line in found.words.splitlines()))
    assert found.offset == source.cursor
    assert found.span.of(source.text).lstrip()[:2] in ("--", "/*")
    assert bool(found.lead) == (not source.text[: source.cursor].endswith(("\n", " ")))


@pytest.mark.parametrize("dialect", ["mysql", "bigquery"])
def test_hash_comments_ask_where_they_are_comments(dialect: str) -> None:
    text = "# artists without an album\n"
    found = intent.wish(snapshot(text, dialect, "none"), len(text))
    assert found is not None
    assert found.words == "artists without an album"


def test_windows_line_ends_are_kept() -> None:
    text = "SELECT 1;\r\n-- artists without an album"
    found = intent.wish(snapshot(text), len(text), invoked=True)
    assert found is not None
    assert found.lead == "\r\n"


def test_in_a_file_of_the_schema_only_who_invokes_it_is_answered() -> None:
    text = "CREATE TABLE a (b int);\n-- one row per album and day\n"
    seen = snapshot(text)
    own = replace(seen, path=seen.base.sources[0])
    assert intent.wish(own, len(text)) is None
    assert intent.wish(own, len(text), invoked=True) is not None


def test_long_comments_are_documentation() -> None:
    text = "-- " + "words about this file " * 100 + "\n"
    assert intent.wish(snapshot(text), len(text)) is None
