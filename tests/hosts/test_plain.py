"""SQL in Markdown and in notebooks: what edits of it do to the file, and files that are not valid."""

from __future__ import annotations

import json

import pytest

from sureql.hosts import reading
from sureql.text.document import Replaced
from sureql.text.edits import TextEdit, apply_edits
from sureql.text.span import Span


def replaced(text: str, language: str, old: str, new: str) -> str:
    """The file after `old` in its SQL was replaced."""
    embedding = reading.of(text, language, nothing).embedding
    at = embedding.text.index(old)
    edits = embedding.edits([TextEdit(Span(at, at + len(old)), new)])
    assert edits is not None
    return apply_edits(text, edits)


def test_new_lines_in_a_quotation_are_quoted() -> None:
    text = "> ```sql\n> SELECT a FROM b\n> ```\n"
    assert replaced(text, "markdown", " FROM b", "\nFROM b\nWHERE c") == (
        "> ```sql\n> SELECT a\n> FROM b\n> WHERE c\n> ```\n"
    )


def test_new_lines_in_a_list_are_indented() -> None:
    text = "- one:\n  ```sql\n  SELECT a FROM b\n  ```\n"
    assert replaced(text, "markdown", " FROM b", "\n  FROM b") == (
        "- one:\n  ```sql\n  SELECT a\n    FROM b\n  ```\n"
    )


def test_an_edit_is_read_as_if_the_file_were_new() -> None:
    text = "# A\n\n```sql\nSELECT 1\n```\n\n```sql\nSELECT 2\n```\n"
    for at in range(len(text)):
        for new in ("`", "\n", "x"):
            after = text[:at] + new + text[at:]
            edited = reading.of(text, "markdown", nothing).edited(after, Replaced(at, at, at + 1))
            whole = reading.of(after, "markdown", nothing)
            assert edited.embedding.regions == whole.embedding.regions


@pytest.mark.parametrize("ascii_only", [True, False])
def test_an_edit_of_a_notebook_is_written_as_json(ascii_only: bool) -> None:
    lines = ["%%sql\n", "SELECT 'é😀\t', \"a\"\n", "FROM b\n"]
    cells = [{"cell_type": "code", "source": lines}]
    text = json.dumps({"cells": cells}, ensure_ascii=ascii_only)
    after = json.loads(replaced(text, "jupyter", "FROM b", 'FROM "c\\d"'))
    assert after["cells"][0]["source"] == [*lines[:2], 'FROM "c\\d"\n']


def test_strings_of_code_in_a_notebook_are_read_and_not_edited() -> None:
    cells = [{"cell_type": "code", "source": ["cur.execute('SELECT 1 FROM a')"]}]
    embedding = reading.of(json.dumps({"cells": cells}), "jupyter", nothing).embedding
    assert embedding.text == "SELECT 1 FROM a"
    assert embedding.edits([TextEdit(Span(7, 8), "2")]) is None


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1]", '{"cells": 1}', '{"cells": [1, {"cell_type": "code"}]}', "[" * 100_000,
     '{"cells": [{"cell_type": "code", "source": [1, null, {"a": "%%sql"}]}]}'],
    ids=lambda one: one[:20],
)  # fmt: skip
def test_a_notebook_that_is_not_valid_has_no_sql(text: str) -> None:
    assert reading.of(text, "jupyter", nothing).embedding.regions == ()


@pytest.mark.parametrize(
    ("first", "sql"),
    [
        ("%%sql", "SELECT 1"),
        ("%%sql postgresql://me@host/db", "SELECT 1"),
        ("%%sql --with x", "SELECT 1"),
        ("%%bigquery frame --project p", "SELECT 1"),
        ("%%sql rows << SELECT 0,", "SELECT 0,\nSELECT 1"),
        ("%%sql SELECT 0,", "SELECT 0,\nSELECT 1"),
        ("%%time", ""),
        ("x %%sql", ""),
    ],
)
def test_the_first_line_of_a_cell(first: str, sql: str) -> None:
    embedding = reading.of(f"{first}\nSELECT 1\n", "python", nothing).embedding
    assert embedding.text == sql


def nothing(text: str) -> bool:
    return False
