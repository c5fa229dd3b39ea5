"""What a model proposes passes the same checks as our own rewrites, and says why it does not."""

from __future__ import annotations

import pytest

from ide.optimise.made_up import Costs, Judgement, statement
from sureql.equivalence.model import Kind, Verdict
from sureql.ide.optimise import evidence, optimise
from sureql.ide.optimise.model import Candidate, Means
from sureql.text.edits import apply_edits

QUERY = "SELECT a -- the key\nFROM t\nWHERE a = 1 AND b = 2"


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Judgement:
    made = Judgement()
    monkeypatch.setattr(evidence.compare, "compare", made)
    return made


def test_a_proposal_that_holds_up_is_a_candidate_in_the_users_layout(judged: Judgement) -> None:
    found = optimise.check_proposal(
        statement(QUERY), "select A from T where B = 2 and c = 1;\n", Means()
    )
    assert isinstance(found, Candidate)
    assert found.rewrites == ("model",)
    assert found.sql.startswith("SELECT a -- the key\nFROM t\nWHERE ")
    assert apply_edits(QUERY, found.edits) == found.sql
    assert not found.proved
    assert found.verdict.kind is Kind.NO_DIFFERENCE


@pytest.mark.parametrize("kind", [Kind.DIFFERENT, Kind.INCONCLUSIVE])
def test_one_that_does_not_is_a_verdict(judged: Judgement, kind: Kind) -> None:
    judged.kinds = {"c = 1": kind}
    found = optimise.check_proposal(statement(QUERY), "SELECT a FROM t WHERE c = 1", Means())
    assert isinstance(found, Verdict)
    assert found.kind is kind


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("DELETE FROM t", "delete"),
        ("SELECT a FROM t; DROP TABLE t", "drop"),
        ("SELECT a FROM nobody", "nobody"),
        ("SELECT nothing FROM t", "nothing"),
        ("SELECT a FROM t WHERE", ""),
        ("SELECT a FROM t WHERE random() < 1", "random"),
        ("SELECT a FROM t WHERE pg_read_file('x') = ''", "pg_read_file"),
        (QUERY.lower().replace(" -- the key", ""), "as it was"),
        ("", "no statement"),
    ],
)
def test_what_is_not_even_compared(judged: Judgement, sql: str, reason: str) -> None:
    found = optimise.check_proposal(statement(QUERY), sql, Means())
    assert isinstance(found, Verdict)
    assert found.kind is Kind.INCONCLUSIVE
    assert reason in found.reason.lower()
    assert found.reason.endswith(".")
    assert judged.asked == []


@pytest.mark.parametrize(("cost", "offered"), [(50.0, True), (99.0, False), (None, False)])
def test_the_engine_has_to_expect_a_gain(
    judged: Judgement, cost: float | None, offered: bool
) -> None:
    planner = Costs(lambda text: cost if "c = 1" in text else 100.0)
    found = optimise.check_proposal(
        statement(QUERY), "SELECT a FROM t WHERE c = 1", Means(planner=planner)
    )
    assert isinstance(found, Candidate) == offered
    assert bool(judged.asked) == offered


def test_names_that_the_proposal_makes_itself_are_known(judged: Judgement) -> None:
    sql = "WITH few AS (SELECT a AS one FROM t AS other WHERE other.c = 1) SELECT one AS a FROM few"
    found = optimise.check_proposal(statement(QUERY), sql, Means())
    assert isinstance(found, Candidate), found
