"""`sureql explain --plan-from`: a plan that the user has got elsewhere."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from cli.conftest import Run

SCAN = {"Node Type": "Seq Scan", "Relation Name": "album", "Plan Rows": 2, "Actual Rows": 4321}
PLAN = json.dumps([{"Plan": SCAN}])
FAR_OFF = "`Seq Scan` on `album` gave 4,321 rows where 2 were expected"


def test_a_plan_from_a_file(project: Path, run: Run) -> None:
    (project / "q.sql").write_text("SELECT title FROM album;")
    (project / "plan.json").write_text(PLAN)
    outcome = run("explain", "q.sql", "--plan-from", "plan.json", "--format", "json")

    (told,) = outcome.json
    assert any(FAR_OFF in line for line in told["plan"])


def test_a_plan_from_standard_input(
    project: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "q.sql").write_text("SELECT title FROM album;\nSELECT 1;\n")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(PLAN.encode())))
    outcome = run("explain", "q.sql", "--plan-from", "-", "--at", "1:3", "--format", "markdown")

    assert FAR_OFF in outcome.out


def test_a_plan_is_that_of_one_statement(project: Path, run: Run) -> None:
    (project / "q.sql").write_text("SELECT title FROM album;\nSELECT 1;\n")
    (project / "plan.json").write_text(PLAN)
    outcome = run("explain", "q.sql", "--plan-from", "plan.json")

    assert (outcome.code, outcome.out) == (2, "")
    assert "say which of the 2 with --at" in outcome.err


def test_what_is_no_plan_is_said_beside_the_explanation(project: Path, run: Run) -> None:
    (project / "q.sql").write_text("SELECT title FROM album;")
    (project / "plan.json").write_text("Seq Scan on album")
    outcome = run("explain", "q.sql", "--plan-from", "plan.json")

    assert outcome.code == 0
    assert "Lists title from album" in outcome.out
    assert "That is no plan that can be read" in outcome.err
