"""Fixes that a model proposes: checked, small, and nothing at all if they do not hold up."""

from __future__ import annotations

import pytest

from support.scripted_model import ScriptedModel, means, place
from sureql.assistant import mend
from sureql.assistant.mend import Mended
from sureql.ide.diagnostics import runner
from sureql.prompt.model import Place
from sureql.syntax import dialects, minimal
from sureql.text.edits import apply_edits

SQLITE = dialects.get("sqlite")


async def mended(
    text: str, *answers: str, code: str = "", **more: str
) -> tuple[Mended, ScriptedModel, Place]:
    here = place(text, **more)
    part = here.snapshot.script.statements[-1]
    model = ScriptedModel(*answers)
    means_here = means(model, here)
    judge = means_here.judge
    found = runner.unfiltered(here.snapshot, part, (lambda _: judge) if judge else None)
    cause = next(one for one in found if one.severity == "error" and code in one.code)
    return await mend.mended(here, part, cause, found, means_here), model, here


def after(made: Mended, here: Place) -> str:
    return apply_edits(here.snapshot.text, made.edits)


async def test_the_error_goes_and_the_layout_stays() -> None:
    text = "select  a.name , -- the name\n       zzqx.country\nfrom artist a\nwhere a.name <> ''"
    answer = "SELECT a.name, a.country FROM artist a WHERE a.name <> '';"
    made, model, here = await mended(text, answer)
    assert after(made, here) == text.replace("zzqx", "a")
    assert len(made.edits) == 1
    assert len(model.asked) == 1
    assert text in model.told[0]


async def test_only_the_statement_in_question_changes() -> None:
    text = "SELECT 1;\n\nSELECT zzqx FROM artist"
    made, _, here = await mended(text, "```sql\nSELECT name FROM artist\n```")
    assert after(made, here) == "SELECT 1;\n\nSELECT name FROM artist"


async def test_what_is_still_wrong_goes_back_once() -> None:
    text = "SELECT zzqx FROM artist"
    made, model, here = await mended(text, "SELECT yyqx FROM artist", "SELECT name FROM artist")
    assert after(made, here) == "SELECT name FROM artist"
    assert "yyqx" in model.told[1]
    assert "artist_id, name" in model.told[1]


@pytest.mark.parametrize(
    "answer",
    [
        "SELECT yyqx FROM artist",
        "SELECT zzqx FROM artist",
        "SELECT name FROM artists_of_nowhere",
        "DROP TABLE artist",
        "DELETE FROM artist",
        "SELECT name FROM artist; DROP TABLE artist",
        "SELECT load_extension('x') FROM artist",
        "SELECT name FROM",
        "I do not know.",
        "",
    ],
)
async def test_what_does_not_hold_up_changes_nothing(answer: str) -> None:
    made, model, _ = await mended("SELECT zzqx FROM artist", answer)
    assert made.edits == ()
    assert made.message.startswith("No fix passed the checks: ")
    assert len(model.asked) == 2


async def test_a_schema_without_the_data_is_told() -> None:
    made, _, _ = await mended("SELECT zzqx FROM artist", "-- NO DATA: nothing like zzqx")
    assert made == Mended((), "This schema has no such data: nothing like zzqx.")


async def test_other_errors_may_stay() -> None:
    text = "SELECT zzqx, yyqx FROM artist"
    made, _, here = await mended(text, "SELECT name, yyqx FROM artist")
    assert after(made, here) == "SELECT name, yyqx FROM artist"


async def test_syntax_is_mended_only_to_what_is_right() -> None:
    text = "SELECT name FROM artist WHERE ((country = 'NZ' AND ("
    made, model, _ = await mended(text, "SELECT nzzme FROM artist WHERE country = 'NZ'")
    assert made.edits == ()
    made, model, here = await mended(text, "SELECT name FROM artist WHERE country = 'NZ'")
    assert after(made, here) == "SELECT name FROM artist WHERE country = 'NZ'"
    assert len(model.asked) == 1


async def test_a_statement_stays_of_its_kind() -> None:
    made, _, _ = await mended("DELETE FROM artist WHERE zzqx = 1", "SELECT * FROM artist")
    assert made.edits == ()
    made, _, here = await mended(
        "DELETE FROM artist WHERE zzqx = 1", "DELETE FROM artist WHERE artist_id = 1"
    )
    assert after(made, here) == "DELETE FROM artist WHERE artist_id = 1"


@pytest.mark.parametrize(
    ("old", "new", "expected", "count"),
    [
        ("select a\nfrom t", "SELECT b FROM t", "select b\nfrom t", 1),
        ("select a from t", "select a, b from t", "select a, b from t", 1),
        ("select a, b from t", "select a from t", "select a from t", 1),
        ("select a from t", "select a from t where b = 1", "select a from t where b = 1", 1),
        ("a", "b", "b", 1),
        ("select /* x */ a from t", "select b from t", "select /* x */ b from t", 1),
        ("select a -- x\nfrom t", "select a from t join u", "select a -- x\nfrom t join u", 1),
        ("select count(a) from t", "select count(*) from t", "select count(*) from t", 1),
        ("select a from t", "SELECT a FROM t", "select a from t", 0),
        ("from t select a", "select a", "select a", 1),
        (
            "select a from t",
            "with x as (select 1) select a from t",
            "with x as (select 1) select a from t",
            1,
        ),
        ("select a+b from t", "select b from t", "select b from t", 1),
        ("select a b from t", "select a, b from t", "select a, b from t", 1),
        ("select f(a) from t", "select f(a, 1) from t", "select f(a, 1) from t", 1),
        ("select 'x' from t", "select 'X' from t", "select 'X' from t", 1),
        (
            "select a from t where x=1and y=2",
            "select a from t where x=1",
            "select a from t where x=1",
            1,
        ),
    ],
)
def test_edits_are_minimal(old: str, new: str, expected: str, count: int) -> None:
    found = minimal.edits(old, new, SQLITE)
    assert apply_edits(old, found) == expected
    assert len(found) == count
