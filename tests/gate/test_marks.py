"""A suggestion neither swallows what the user writes nor hides anything in itself."""

from __future__ import annotations

import pytest

from support import schemas
from sureql.gate import check, marks
from sureql.gate.model import Suggestion
from sureql.history.model import NOTHING
from sureql.inline import complete as pipeline
from sureql.inline import spot as spots
from sureql.inline.cache import Cache
from sureql.inline.complete import Proposal
from sureql.inline.model import Request
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, script
from sureql.text.span import Span

WHERE = "SELECT name FROM artist WHERE <|>"
UPDATE = "UPDATE artist SET <|> WHERE artist_id = 1;"

OPEN = [
    (WHERE, "name = 'the_country_id", "postgres"),
    (WHERE, "name = 'a' OR name = '", "postgres"),
    (WHERE, "name = E'abc\\'", "postgres"),
    (WHERE, "name = $$abc", "postgres"),
    (WHERE, "name = $q$abc", "postgres"),
    (WHERE, "name = 'a' /* ", "postgres"),
    (WHERE, 'name = "abc', "postgres"),
    (WHERE, "name = `abc", "mysql"),
    (WHERE, "name = [abc", "tsql"),
    (WHERE, "'; DROP TABLE artist; --", "postgres"),
    ("SELECT name FROM artist WHERE name = '<|>", "x' OR '1'='1", "postgres"),
    (UPDATE, "name = 'x' --", "postgres"),
    (UPDATE, "name = 'x' /*", "postgres"),
    (UPDATE, "name = 'x", "postgres"),
    ("SELECT 1 -<|> 1", "-", "postgres"),
]
HIDDEN = [
    (UPDATE, "name = 'x' --\n", "postgres"),
    (WHERE, "name = 'a' -- see example.org", "postgres"),
    (WHERE, "name = 'a' /*!50000 OR 1=1 */", "mysql"),
    ("<|>", "/*!50000 DROP TABLE artist */", "mysql"),
    ("<|>", "{% raw %}", "postgres"),
    (WHERE, "name = {{ run_query('x') }}", "postgres"),
    (WHERE, "name = '{{ run_query(1) }}'", "postgres"),
    (WHERE, "name = '\u202eevil\u202c'", "postgres"),
    (WHERE, "name = 'x\u200b'", "postgres"),
    (WHERE, "name = 'x'\u2028", "postgres"),
    (WHERE, "name = 'x\x1b[31m'", "postgres"),
    (WHERE, "name = 'x' \\! rm", "postgres"),
]
HARMLESS = [
    (WHERE, "name = 'it''s'", "postgres"),
    (WHERE, "name = $$it's$$", "postgres"),
    (WHERE, "name = 'می\u200cخواهم'", "postgres"),
    ("SELECT name FROM artist WHERE name = '<|>", "x' AND artist_id = 1", "postgres"),
    ("SELECT name FROM artist WHERE name = '<|>", "x", "postgres"),
    ("SELECT name -- all of them\nFROM <|>", "artist", "postgres"),
    ("SELECT '{{ x }}', <|> FROM artist", "name", "postgres"),
    (WHERE, "name = '{a}'", "postgres"),
]


def _parts(text: str) -> tuple[str, str]:
    before, _, after = text.partition("<|>")
    return before, after


@pytest.mark.parametrize(("text", "insert", "dialect"), OPEN)
def test_nothing_is_left_open(text: str, insert: str, dialect: str) -> None:
    before, after = _parts(text)
    assert marks.runs_over(before, insert, after, dialects.get(dialect))


@pytest.mark.parametrize(("text", "insert", "dialect"), HIDDEN)
def test_nothing_is_hidden(text: str, insert: str, dialect: str) -> None:
    before, after = _parts(text)
    assert marks.hides(before, insert, after, dialects.get(dialect))


@pytest.mark.parametrize(("text", "insert", "dialect"), HARMLESS)
def test_what_is_whole_passes(text: str, insert: str, dialect: str) -> None:
    before, after = _parts(text)
    rules = dialects.get(dialect)
    assert not marks.runs_over(before, insert, after, rules)
    assert not marks.hides(before, insert, after, rules)


@pytest.mark.parametrize("source", ["model", "engine", "history"])
@pytest.mark.parametrize(("text", "insert", "dialect"), OPEN)
def test_the_gate_keeps_it_back(text: str, insert: str, dialect: str, source: str) -> None:
    before, after = _parts(text)
    suggestion = Suggestion(Span(len(before), len(before)), insert, source)
    schema = schemas.catalog("music", "postgres")
    verdict = check.check(before + after, suggestion, schema, dialects.get(dialect))
    assert not verdict.insert or not marks.runs_over(
        before, verdict.insert, after, dialects.get(dialect)
    )


def test_what_cannot_be_understood_is_not_a_models_to_go_on_with() -> None:
    text = "CREATE TABLE "
    schema = schemas.catalog("music", "postgres")
    for insert in ("DROP TABLE artist", "DELETE FROM artist", "DO $$ BEGIN END $$"):
        suggestion = Suggestion(Span(len(text), len(text)), insert, "model")
        assert not check.check(text, suggestion, schema, dialects.get("postgres")).insert


@pytest.mark.parametrize(
    ("text", "answer", "shown"),
    [
        (WHERE, "name = 'x' -- see example.org", "name = 'x'"),
        ("SELECT name FROM artist WHERE name = <|> ORDER BY 1;", "'x' -- all", "'x'"),
        (WHERE, "/* run this first */ name = 'x'", "name = 'x'"),
        (WHERE, "name = 'a--b'", "name = 'a--b'"),
        (WHERE, "-- nothing but words", None),
    ],
)
def test_a_models_comments_are_left_off(text: str, answer: str, shown: str | None) -> None:
    before, after = _parts(text)
    rules = dialects.get("postgres")
    found = script.of(before + after, rules)
    snapshot = Snapshot("test:///a.sql", "", 1, found, schemas.catalog("music", "postgres"))
    asked = pipeline.begin(Request(snapshot, len(before), NOTHING, invoked=True))
    assert asked is not None
    proposal = Proposal(answer, spots.half_typed(asked.spot), "model", raw=True)
    kept = pipeline.checked(asked, proposal, Cache())
    assert (kept.insert.rstrip() if kept else None) == shown
