"""Our problems and an engine's opinion, merged: with the real engines and with scripted ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ide.test_diagnostics import of_case, snapshot
from oracle import postgres_server
from support import cases
from support.fixture import Case
from support.waiting import PATIENCE, wait_until
from sureql.catalog import model as catalog
from sureql.ide.diagnostics import judged, rulebook, runner
from sureql.ide.model import Diagnostic
from sureql.oracle import engines
from sureql.oracle.engine import Engine, EngineSpec
from sureql.ports.judge import Judge, Judgement, Ruling
from sureql.text.edits import apply_edits

ACCEPTED = Judgement(Ruling.ACCEPTED)


@pytest.fixture(scope="module")
def opening() -> Iterator[Callable[[str], Engine]]:
    """The real engine of a dialect, opened once."""
    opened: dict[str, Engine] = {}
    with postgres_server.cache_folder() as cache:

        def get(dialect: str) -> Engine:
            if dialect not in opened:
                spec = EngineSpec(dialect, cache=cache, deadline=5.0)
                opened[dialect] = _ready(engines.opened(spec))
            return opened[dialect]

        yield get
        for one in opened.values():
            one.close()


@pytest.fixture
def engine(
    opening: Callable[[str], Engine], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Engine]:
    """The real engine of a dialect, which may take its time: the machine may be busy."""
    monkeypatch.setattr(judged, "PATIENCE", PATIENCE)
    return opening


def _ready(opened: Engine) -> Engine:
    judge = opened.judge_for(catalog.empty(opened.dialect))
    wait_until(lambda: judge.judge("SELECT 1").ruling is Ruling.ACCEPTED)
    return opened


def _errors(found: tuple[Diagnostic, ...]) -> list[tuple[int, int, str]]:
    rules = rulebook.all_rules()
    return sorted(
        (one.span.start, one.span.end, f"{one.severity}[{one.code}]")
        for one in found
        if one.code not in rules
    )


@cases.parametrize("ide/judged")
def test_every_error_is_found_at_its_place(case: Case, engine: Callable[[str], Engine]) -> None:
    found = runner.document(of_case(case), engine(case.dialect).judge_for)
    expected = sorted((a.start, a.end, a.label) for a in case.source.annotations)
    assert _errors(found) == expected


@cases.parametrize("ide/judged")
def test_messages_are_sentences(case: Case, engine: Callable[[str], Engine]) -> None:
    for one in runner.document(of_case(case), engine(case.dialect).judge_for):
        assert one.message.endswith((".", "?")), one.message
        assert "\n" not in one.message and len(one.message) < 160, one.message


@cases.parametrize("ide/judged")
def test_a_fix_of_a_judged_error_takes_that_error_away(
    case: Case, engine: Callable[[str], Engine]
) -> None:
    before = of_case(case)
    judges = engine(case.dialect).judge_for
    for one in runner.document(before, judges):
        for fix in one.fixes:
            if not fix.preferred or one.code in rulebook.all_rules():
                continue
            text = apply_edits(before.text, fix.edits)
            after = runner.document(snapshot(text, case.dialect, case.options["schema"]), judges)
            grown = len(text) - len(before.text)
            still = {(other.code, other.span.start) for other in after}
            assert (one.code, one.span.start) not in still or grown, fix.title


@dataclass
class Scripted:
    """A judge that answers by a function and remembers what it was asked."""

    answer: Callable[[str], Judgement]
    dialect: str = "postgres"
    asked: list[str] = field(default_factory=list)

    def judge(self, statement: str) -> Judgement:
        self.asked.append(statement)
        return self.answer(statement)

    def judges(self, schema: catalog.Catalog) -> Judge:
        return self


def _refused(message: str, offset: int | None = None, code: str = "") -> Judgement:
    return Judgement(Ruling.REFUSED, message, offset, code)


def _check(text: str, judge: Scripted) -> tuple[Diagnostic, ...]:
    """With a schema of no version, of which nothing is kept."""
    seen = snapshot(text, judge.dialect)
    return runner.document(replace(seen, base=replace(seen.base, version="")), judge.judges)


def test_the_engine_refutes_our_errors_but_not_our_warnings() -> None:
    text = "SELECT nme FROM artist WHERE name = NULL"
    assert "error" in {one.severity for one in runner.document(snapshot(text))}
    found = _check(text, Scripted(lambda _: ACCEPTED))
    assert {one.severity for one in found} == {"warning"}


def test_a_function_that_the_engine_has_after_all_is_not_unknown() -> None:
    seen = snapshot("SELECT nvl(name, 'a') FROM artist", "sqlite")
    assert [one.code for one in runner.document(seen)] == ["unknown-function"]
    assert not _check(seen.script.text, Scripted(lambda _: ACCEPTED, "sqlite"))


def test_without_an_answer_our_errors_stay() -> None:
    text = "SELECT nme FROM artist"
    judge = Scripted(lambda _: Judgement(Ruling.UNJUDGED, "too slow"))
    assert _check(text, judge) == runner.document(snapshot(text))
    assert judge.asked == [text]


def test_no_answer_is_not_remembered_and_an_answer_is() -> None:
    text = "SELECT nme, name FROM artist"
    answers = [Judgement(Ruling.UNJUDGED, "too slow"), ACCEPTED]
    judge = Scripted(lambda _: answers.pop(0))
    seen = snapshot(text)
    assert _errors(runner.document(seen, judge.judges))
    assert not _errors(runner.document(seen, judge.judges))
    assert not _errors(runner.document(seen, judge.judges))
    assert len(judge.asked) == 2


def test_an_unknown_message_is_told_in_the_engines_own_words() -> None:
    judge = Scripted(lambda sent: _refused("the moon is full", 7) if "name" in sent else ACCEPTED)
    (found,) = _check("SELECT name FROM artist", judge)
    assert (found.code, found.message, found.span.start) == ("refused", "The moon is full.", 7)
    assert found.span.end == 11


def test_a_message_without_a_place_finds_the_name_it_speaks_of() -> None:
    judge = Scripted(
        lambda sent: _refused('column "name" does not exist') if "name" in sent else ACCEPTED
    )
    text = "SELECT country, name FROM artist"
    (found,) = _check(text, judge)
    assert found.span.of(text) == "name"


def test_one_cause_is_told_once_however_often_the_engine_repeats_it() -> None:
    judge = Scripted(lambda _: _refused("the moon is full", 7))
    (found,) = _check("SELECT name FROM artist", judge)
    assert found.code == "refused"
    assert len(judge.asked) <= judged.MOST_ASKED


def test_an_engine_that_is_slow_is_not_asked_for_long() -> None:
    def answer(sent: str) -> Judgement:
        time.sleep(0.03)
        return _refused(f"the moon is full {len(sent)}", len(sent) // 2)

    judge = Scripted(answer)
    _check(f"SELECT {', '.join(['name'] * 50)} FROM artist", judge)
    assert len(judge.asked) <= judged.PATIENCE / 0.03 + 2


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("SELECT name FROM artist", ["SELECT name FROM artist"]),
        ("CREATE VIEW v AS SELECT 1 WITH CHECK OPTION", ["SELECT 1 "]),
        ("CREATE VIEW v (a, b) AS (SELECT 1, 2)", ["(SELECT 1, 2)"]),
        ("CREATE TEMP TABLE t AS SELECT 1 WITH NO DATA", ["SELECT 1 "]),
        ("CREATE TABLE t (a integer)", []),
        ("CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a) STORED)", []),
        ("EXPLAIN (ANALYZE, BUFFERS) SELECT 1", ["SELECT 1"]),
        ("EXPLAIN ANALYZE VERBOSE DELETE FROM artist", ["DELETE FROM artist"]),
        ("EXPLAIN (SELECT 1)", ["(SELECT 1)"]),
        ("COPY (SELECT 1) TO PROGRAM 'rm -rf /'", ["SELECT 1"]),
        ("COPY artist FROM '/etc/passwd'", []),
        ("DECLARE c SCROLL CURSOR FOR SELECT 1", ["SELECT 1"]),
        ("PREPARE p (int) AS SELECT 1", ["SELECT 1"]),
        ("DROP TABLE artist", []),
        ("DO $$ BEGIN END $$", []),
        ("SET search_path = x", []),
        ("CREATE FUNCTION f() RETURNS integer AS $$ SELECT 1 $$ LANGUAGE sql", []),
        ("SELECT {{ x }} FROM artist", []),
        ("SELECT ${x} FROM artist", []),
        ("SELECT name FROM artist {% if x %} WHERE true {% endif %}", []),
    ],
)
def test_only_the_text_of_a_query_is_sent(text: str, asked: list[str]) -> None:
    judge = Scripted(lambda _: ACCEPTED)
    _check(text, judge)
    assert judge.asked == asked


@pytest.mark.parametrize(
    ("dialect", "text", "asked"),
    [
        ("postgres", "SELECT %s, %(a)s, ?, :b, %(a)s", "SELECT $1, $2   , $3, $4, $2   "),
        ("postgres", "SELECT $2, $1, :b", "SELECT $2, $1, $3"),
        ("postgres", "SELECT $12, $3, %s", "SELECT $2 , $1, $3"),
        ("postgres", "SELECT tags ? 'a' FROM album", "SELECT tags ? 'a' FROM album"),
        ("postgres", "SELECT '%s', 5 %2", "SELECT '%s', 5 %2"),
        ("sqlite", "SELECT %s, ?, :b, @c, $d, ?1", "SELECT ? , ?, :b, @c, $d, ?1"),
        ("duckdb", "SELECT ?, ?", "SELECT ?, ?"),
        ("duckdb", "SELECT $a, $1", "SELECT $a, $1"),
        ("duckdb", "SELECT :name, %s, $1", "SELECT ?    , ? , ? "),
    ],
)
def test_parameters_are_written_as_the_engine_takes_them(
    dialect: str, text: str, asked: str
) -> None:
    judge = Scripted(lambda _: ACCEPTED, dialect)
    _check(text, judge)
    assert judge.asked == [asked]


def test_types_of_parameters_stand_behind_them() -> None:
    text = "SELECT 1;\nSELECT name FROM artist WHERE name = %s AND artist_id = :id OR name = :id"
    judge = Scripted(lambda _: Judgement(Ruling.ACCEPTED, parameters=("text", "integer")))
    seen = snapshot(text)
    found = runner.types(seen, seen.script.statements[1], judge.judges)
    assert [(text[:offset].split()[-1], kind) for offset, kind in found] == [
        ("%s", "text"),
        (":id", "integer"),
        (":id", "integer"),
    ]
    asked = len(judge.asked)
    runner.document(seen, judge.judges)
    assert len(judge.asked) == asked + 1


_PIECES = st.sampled_from(
    """SELECT FROM WHERE JOIN ON GROUP BY ORDER BY UNION INSERT INTO VALUES UPDATE SET DELETE CASE WHEN
    THEN END AS IN ( ( ) ) , , . * = > :: 'x' 'open "q" "open 1 %s $1 ? :p artist name nme album nosuch.x
    a.b count(*) lower(name) -- /* äö 😀 WITH x NULL""".split()  # noqa: SIM905
)
_MESSAGES = st.sampled_from(
    (
        'column "nme" does not exist',
        'syntax error at or near "FROM"',
        "syntax error at end of input",
        'relation "nosuch.x" does not exist',
        'missing FROM-clause entry for table "a"',
        'table name "artist" specified more than once',
        "operator does not exist: integer = text",
        "function lower(integer) does not exist",
        "each UNION query must have the same number of columns",
        "INSERT has more expressions than target columns",
        "subquery must return only one column",
        "could not determine data type of parameter $1",
        'column "artist.name" must appear in the GROUP BY clause or be used in an aggregate function',
        "something new",
    )
)
_RULINGS = st.sampled_from((Ruling.ACCEPTED, Ruling.REFUSED, Ruling.REFUSED, Ruling.UNJUDGED))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(_PIECES, max_size=25),
    st.lists(
        st.tuples(_RULINGS, _MESSAGES, st.none() | st.integers(-5, 300)), min_size=1, max_size=6
    ),
)
def test_whatever_an_engine_says_spans_stay_inside_the_text(
    pieces: list[str], answers: list[tuple[Ruling, str, int | None]]
) -> None:
    text = "SELECT " + " ".join(pieces)
    turn = iter(range(1_000_000))

    def answer(_: str) -> Judgement:
        return Judgement(*answers[next(turn) % len(answers)])

    seen = snapshot(text)
    for statement in seen.script.statements:
        found = runner.statement(seen, statement, Scripted(answer).judges)
        for one in found:
            assert statement.start <= one.span.start <= one.span.end <= statement.end
            assert len(one.span) or one.severity != "error" or not statement.text
            for fix in one.fixes:
                apply_edits(text, fix.edits)
        places = [(one.span, one.code) for one in found]
        assert len(places) == len(set(places))


def test_an_open_quote_is_told_once_even_if_the_engine_complains_at_its_place() -> None:
    text = 'SELECT "open'
    for offset in range(len(text) + 2):
        judge = Scripted(lambda _, at=offset: _refused('syntax error at or near "open"', at))
        places = [(one.span, one.code) for one in _check(text, judge)]
        assert len(places) == len(set(places)), offset


def test_a_huge_statement_full_of_errors_takes_no_longer_than_its_limit() -> None:
    columns = ", ".join(f"nothing_{number}" for number in range(1_500))

    def answer(sent: str) -> Judgement:
        at = sent.find("nothing_")
        name = sent[at:].split(",")[0].split(" ")[0]
        return ACCEPTED if at < 0 else _refused(f'column "{name}" does not exist', at)

    text = f"SELECT {columns} FROM artist"
    seen = snapshot(text)
    before = runner.document(seen)
    started = time.process_time()
    found = runner.document(seen, Scripted(answer).judges)
    assert time.process_time() - started < 1.5
    assert len([one for one in found if one.code == "unknown-column"]) == len(before) == 1_500
