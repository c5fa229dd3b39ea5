"""The parts that an engine's answers go through: repaired texts, places, messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sureql.ide.diagnostics.engine_messages import duckdb, postgres, sqlite
from sureql.ide.diagnostics.engine_messages.reading import Reading
from sureql.ide.diagnostics.verdicts import patched, placing, units
from sureql.ports.judge import Judgement, Ruling
from sureql.syntax import dialects
from sureql.text.edits import TextEdit
from sureql.text.span import Span

POSTGRES = dialects.get("postgres")


@st.composite
def _edited(draw: st.DrawFn) -> tuple[str, list[TextEdit]]:
    """A text and edits that stand apart."""
    text = draw(st.text("abcé😀 \n", min_size=1, max_size=40))
    edits: list[TextEdit] = []
    position = 0
    while position < len(text) and len(edits) < 5:
        start = draw(st.integers(position, len(text)))
        end = draw(st.integers(start, len(text)))
        if end > start or draw(st.booleans()):
            edits.append(TextEdit(Span(start, end), draw(st.text("XY", max_size=4))))
        position = end + 1
    return text, edits


@given(_edited())
def test_what_is_not_repaired_is_found_again(edited: tuple[str, list[TextEdit]]) -> None:
    text, edits = edited
    repaired = patched.of(text, edits)
    for index, character in enumerate(repaired.text):
        if not repaired.replaced(Span(index, index + 1)):
            back = repaired.back(Span(index, index + 1))
            assert back.of(text) == character
            assert repaired.forth(back) == Span(index, index + 1)


@given(_edited(), st.integers(0, 60), st.integers(0, 60))
def test_every_place_has_one_in_the_original(
    edited: tuple[str, list[TextEdit]], one: int, other: int
) -> None:
    text, edits = edited
    repaired = patched.of(text, edits)
    start, end = sorted((min(one, len(repaired.text)), min(other, len(repaired.text))))
    back = repaired.back(Span(start, end))
    assert 0 <= back.start <= back.end <= len(text)


@given(_edited(), st.integers(0, 40), st.integers(0, 40))
def test_a_repair_of_a_repair_takes_its_place(
    edited: tuple[str, list[TextEdit]], one: int, other: int
) -> None:
    text, edits = edited
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    changed = patched.of(text, edits).changed([TextEdit(Span(start, end), "ZZ")])
    if changed is not None:
        assert "ZZ" in changed.text
        assert list(changed.edits) == sorted(changed.edits)
        assert patched.of(text, changed.edits).text == changed.text


@pytest.mark.parametrize(
    ("text", "at", "around"),
    [
        ("SELECT a + b FROM t", "b", ["b", "a + b"]),
        ("SELECT lower(a.x) || 'q' AS z FROM t", "x", ["a.x", "lower(a.x)", "lower(a.x) || 'q'"]),
        ("SELECT 1 FROM t WHERE a = b AND c", "a", ["a", "a = b"]),
        ("SELECT 1 FROM t WHERE a::foo > 1", "foo", ["a::foo", "a::foo > 1"]),
        ("SELECT CASE WHEN a THEN 1 END c", "a", ["a", "CASE WHEN a THEN 1 END"]),
        ("SELECT sum(a) OVER (ORDER BY b) x", "sum", ["sum(a) OVER (ORDER BY b)"]),
        ("SELECT 1 FROM t WHERE x IN (1, a)", "a", ["a", "(1, a)", "x IN (1, a)"]),
        ("SELECT 1 FROM f(a)", "a", ["a"]),
        ("SELECT 1 FROM t", "t", []),
        ("UPDATE t SET a = b + 1", "b", ["b", "b + 1"]),
        ("SELECT 1 ORDER BY a DESC", "a", ["a"]),
        ("SELECT (SELECT a FROM t) + 1", "a", ["a", "(SELECT a FROM t)", "(SELECT a FROM t) + 1"]),
    ],
)
def test_ever_larger_expressions_stand_around_a_place(
    text: str, at: str, around: list[str]
) -> None:
    found = units.of(text, POSTGRES)
    index = next(i for i, token in enumerate(found.tokens) if token.text == at)
    assert [found.span(*one).of(text) for one in units.around(found, index)] == around


@pytest.mark.parametrize(
    ("text", "message", "offset", "place"),
    [
        ("SELECT a.b.c", 'column a.b.c does not exist', 7, "c"),
        ("SELECT x.y FROM t", 'missing FROM-clause entry for table "x"', 7, "x"),
        ("SELECT (r).f FROM t", "column r.f does not exist", 8, "f"),
        ("SELECT s.f(1)", "function s.f(integer) does not exist", 7, "f"),
        ("SELECT 1 WHERE", "syntax error at end of input", 14, "WHERE"),
        ("SELECT 1 WHERE a || b", "argument of WHERE must be type boolean, not type text", 15, "a || b"),
        ("SELECT (SELECT 1, 2) FROM t", "subquery must return only one column", 7, "1, 2"),
        ("SELECT 1 FROM t a, t a", 'table name "a" specified more than once', None, "a"),
        ("INSERT INTO t (a) ON CONFLICT (b)", 'column "b" does not exist', 30, "b"),
    ],
)  # fmt: skip
def test_what_an_engine_points_at(text: str, message: str, offset: int | None, place: str) -> None:
    reading = postgres.read(Judgement(Ruling.REFUSED, message))
    found = placing.place(reading, offset, units.of(text, POSTGRES))
    assert found is not None
    assert found.span.of(text) == place


@pytest.mark.parametrize(
    ("read", "message", "code", "told"),
    [
        (postgres.read, 'column "a" does not exist', "unknown-column", "No column `a` here."),
        (postgres.read, "operator does not exist: date + date", "type-mismatch", "`+` does not work with date and date."),
        (postgres.read, 'invalid input value for enum mood: "x"', "unknown-value", "`mood` has no value `x`."),
        (postgres.read, "JOIN/ON clause refers to what?", "refused", "JOIN/ON clause refers to what?"),
        (duckdb.read, 'Referenced table "x" not found', "unknown-alias", "`x` is not in FROM."),
        (duckdb.read, "GROUP BY term out of range - should be between 1 and 2", "position-out-of-range", "GROUP BY: the select list has only 2 items."),
        (sqlite.read, "no such column: a.b", "unknown-column", "No column `a.b` here."),
        (sqlite.read, "3 values for 2 columns", "insert-arity", "There are 2 columns, but 3 values."),
        (sqlite.read, "strange things happen!", "refused", "Strange things happen."),
    ],
)  # fmt: skip
def test_messages_in_our_words(read: object, message: str, code: str, told: str) -> None:
    assert callable(read)
    found = read(Judgement(Ruling.REFUSED, message))
    assert isinstance(found, Reading)
    assert (found.code, found.message) == (code, told)
