"""What is said of SQL in a program: it may speak to another database, and be put together."""

from __future__ import annotations

import pytest

from sureql.catalog import model as catalog
from sureql.hosts import reading
from sureql.ide.diagnostics import runner
from sureql.semantics import ddl
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, script
from sureql.text.document import Replaced

POSTGRES = dialects.get("postgres")


def found(code: str) -> list[tuple[str, str]]:
    """Codes and texts of the errors in a line of Python."""
    embedding = reading.of(code, "python", lambda _: False).embedding
    assert embedding.regions
    parts = script.of_parts(embedding.text, embedding.parts, POSTGRES)
    base = ddl.apply(
        catalog.empty("postgres"), "CREATE TABLE worker (id bigint, name text)", POSTGRES
    )
    told = runner.document(Snapshot("f:///a.py", "a.py", 1, parts, base), None)
    return [
        (one.code, embedding.host_span(one.span).of(code))
        for one in told
        if one.severity == "error"
    ]


@pytest.mark.parametrize(
    "code",
    [
        'c.execute("insert ignore into worker values (1) on duplicate key update id = 1")',
        'c.execute("update a, b set a.x = b.y where a.id = b.id")',
        'c.execute("SELECT TOP 10 name FROM worker")',
        "c.execute(f\"SELECT name FROM worker WHERE id='{job.id}'\")",
        'c.execute(f"SELECT name, {columns}FROM worker")',
        'c.execute("SELECT name FROM worker " + where + " ORDER BY id" + end)',
        'c.execute("SELECT name FROM worker %s" % where)',
        'c.execute(f"ALTER TABLE worker VALIDATE CONSTRAINT {name};")',
        'sql = "SELECT name FROM worker %s ORDER BY id"\nc.execute(sql)',
        'query = "SELECT name FROM worker WHERE "\nquery += rest\nc.execute(query + "")',
    ],
)
def test_nothing_is_wrong(code: str) -> None:
    assert found(f'c.execute("SELECT 1")\n{code}') == []


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ('c.execute("SELECT * FORM worker")', ("syntax-error", "FORM")),
        ('c.execute("SELECT name FROM worker WHERE ")', ("syntax-error", "WHERE")),
        ('c.execute(f"SELECT nam FROM worker WHERE id = {i}")', ("unknown-column", "nam")),
        ('c.execute(f"SELECT {a}FROM worker w WHERE worker.id = 1")', ("unknown-alias", "worker")),
    ],
)
def test_what_is_wrong_in_any_database_is_told(code: str, wrong: tuple[str, str]) -> None:
    assert found(code) == [wrong]


def test_code_that_is_mended_is_read_as_if_it_had_never_been_broken() -> None:
    code = 'def f(c):\n    c.execute("SELECT 1")\n\ndef g(c):\n    c.execute("SELECT 2")\n'
    first = reading.of(code, "python", lambda _: False)
    at = code.index('")') + 1
    broken = first.edited(code[: at - 1] + code[at:], Replaced(at - 1, at, at - 1))
    assert not broken.settled
    mended = broken.edited(code, Replaced(at - 1, at - 1, at))
    assert [one.text for one in mended.embedding.regions] == ["SELECT 1", "SELECT 2"]


@pytest.mark.parametrize(
    "text",
    [
        "worker.name = 'x'",
        "EXISTS (SELECT 1 FROM worker)",
        "mysql> SELECT 1;\n+---+\n| 1 |\n+---+",
        "create_worker(\n  id bigint)",
        "SELECT name FROM ... WHERE id = 1",
        "SELECT name FROM worker WHERE id = <the id from above>",
        "SELECT name FROM worker WHERE id IN (<this or that>) AND",
        "SELECT name FROM worker /* ... */ WHERE",
    ],
)
def test_pages_show_pieces_of_statements(text: str) -> None:
    assert of_page(text) == []


def test_pages_may_still_be_wrong() -> None:
    assert of_page("SELCT name FROM worker") == ["syntax-error"]
    assert of_page("SELECT nam FROM worker WHERE id <5") == ["unknown-column"]
    # Neither a text nor two comparisons leave something out.
    assert of_page("SELECT id FROM worker WHERE name = 'Wait...' AND AND id = 3") == [
        "syntax-error"
    ]
    assert of_page("SELECT id FROM worker WHERE name = '<id>' AND AND id = 3") == ["syntax-error"]
    assert of_page("SELECT 1 FROM worker WHERE 3 <id and id> 5 AND AND 3 = 3") == ["syntax-error"]


def of_page(text: str) -> list[str]:
    """The codes of the errors in a fence of Markdown."""
    page = f"# A page\n\n```sql\n{text}\n```\n"
    embedding = reading.of(page, "markdown", lambda _: False).embedding
    parts = script.of_parts(embedding.text, embedding.parts, POSTGRES)
    base = ddl.apply(
        catalog.empty("postgres"), "CREATE TABLE worker (id bigint, name text)", POSTGRES
    )
    told = runner.document(Snapshot("f:///a.md", "a.md", 1, parts, base), None)
    return [one.code for one in told if one.severity == "error"]
