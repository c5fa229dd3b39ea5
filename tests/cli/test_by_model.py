"""What a model adds to `optimize` and `explain`: checked like everything else."""

from __future__ import annotations

from pathlib import Path

from cli.conftest import Run
from cli.test_ask import endpoint
from support.fault_server import FaultServer
from support.spoken import Answer

__all__ = ["endpoint"]

SLOW = "SELECT name FROM artist WHERE artist_id IN (SELECT artist_id FROM album)\n"
SAME = (
    "SELECT name FROM artist a WHERE EXISTS (SELECT 1 FROM album b WHERE b.artist_id = a.artist_id)"
)
OTHER = "SELECT name FROM artist a JOIN album b ON b.artist_id = a.artist_id"


def test_a_rewrite_of_a_model_comes_with_evidence(
    endpoint: FaultServer, run: Run, project: Path
) -> None:
    (project / "q.sql").write_text(SLOW)
    endpoint.script(Answer(pieces=(SAME,)))
    found = run("optimize", "q.sql", "--format", "json").json
    (model,) = [one for one in found if one["rewrites"] == ["model"]]
    assert model["sql"] == SAME
    assert model["equivalence"]["verdict"] in ("proved", "no-difference")


def test_one_that_returns_other_rows_is_refuted_and_never_shown(
    endpoint: FaultServer, run: Run, project: Path
) -> None:
    (project / "q.sql").write_text(SLOW)
    endpoint.script(Answer(pieces=(OTHER,)))
    outcome = run("optimize", "q.sql", "--format", "json")
    assert not [one for one in outcome.json if one["rewrites"] == ["model"]]
    assert "No rewrite passed the checks: " in outcome.err
    told = [one.raw.decode() for one in endpoint.asked]
    assert sum("returns other rows" in one for one in told) == 2


def test_no_model_is_asked_if_the_user_says_so(
    endpoint: FaultServer, run: Run, project: Path
) -> None:
    (project / "q.sql").write_text(SLOW)
    assert run("optimize", "q.sql", "--no-model").code == 0
    assert run("explain", "q.sql").code == 0
    assert endpoint.asked == []


def test_an_explanation_is_reworded_and_lies_are_left_out(
    endpoint: FaultServer, run: Run, project: Path
) -> None:
    (project / "q.sql").write_text(SLOW)
    endpoint.script(Answer(pieces=("It reads `artist`.\n", "The 7 artists are in `customer`.\n")))
    outcome = run("explain", "q.sql", "--reword", "--format", "markdown")
    assert outcome.out.startswith("It reads `artist`.\n")
    assert "customer" not in outcome.out


def test_without_a_model_it_says_so(run: Run, project: Path) -> None:
    (project / "q.sql").write_text(SLOW)
    outcome = run("explain", "q.sql", "--reword")
    assert outcome.code == 0
    assert "No model is configured" in outcome.err
