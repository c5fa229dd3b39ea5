"""`sureql ask`: questions in words, answered by an endpoint that is scripted."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run
from support import fault_server
from support.fault_server import FaultServer
from support.spoken import Answer

GOOD = "SELECT name FROM artist WHERE name LIKE 'A%'"


@pytest.fixture
def endpoint(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    """An endpoint that the user's own settings name."""
    with fault_server.running() as server:
        named = {"NAME": "model", "BASE_URL": server.base_url, "API": "chat"}
        file = project.parent / "config.toml"
        lines = [f"{name.lower()} = {json.dumps(value)}" for name, value in named.items()]
        file.write_text(
            "[model]\n" + "\n".join([*lines, "price_input = 1.0", "price_output = 2.0"])
        )
        monkeypatch.setenv("SUREQL_CONFIG", str(file))
        yield server


def asked(server: FaultServer) -> list[Any]:
    """The messages of each conversation that came."""
    found = [json.loads(one.raw) for one in server.asked]
    return [one["messages"] for one in found if "artist" in json.dumps(one)]


def test_the_statement_alone_is_printed(endpoint: FaultServer, run: Run) -> None:
    endpoint.script(Answer(pieces=("```sql\n", GOOD, ";\n```"), usage=(100, 20)))
    outcome = run("ask", "artists", "that", "begin", "with", "A")
    assert (outcome.code, outcome.out) == (0, GOOD + ";\n")
    assert "judged" in outcome.err
    assert "120 tokens" in outcome.err
    assert "cost 0.0001" in outcome.err
    assert "artists that begin with A" in asked(endpoint)[0][-1]["content"]


def test_json_has_the_documented_shape(endpoint: FaultServer, run: Run) -> None:
    endpoint.script(Answer(pieces=(GOOD,), usage=(100, 20)))
    found = run("ask", "artists with A", "--format", "json").json
    assert set(found) == {"sql", "message", "verdict", "turns", "usage"}
    assert found["sql"] == GOOD
    assert found["verdict"] == {"outcome": "accepted", "level": "judged", "reason": ""}
    assert found["usage"] == {"prompt": 100, "completion": 20, "cost": pytest.approx(0.00014)}
    assert [turn["role"] for turn in found["turns"]] == ["user", "assistant"]


def test_refine_goes_on_with_the_last_conversation(
    endpoint: FaultServer, run: Run, project: Path
) -> None:
    endpoint.script(Answer(pieces=(GOOD,)), Answer(pieces=(GOOD + " LIMIT 3",)))
    assert run("ask", "artists with A, for password=hunter2hunter2").code == 0
    outcome = run("ask", "--refine", "only three")
    assert outcome.out == GOOD + " LIMIT 3;\n"
    assert [one["role"] for one in asked(endpoint)[1]][-3:] == ["user", "assistant", "user"]
    (kept,) = (project.parent / "cache" / "conversations").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "hunter2hunter2" not in kept.read_text()
    # Without --refine a new conversation begins.
    run("ask", "something else")
    assert [one["role"] for one in asked(endpoint)[2]].count("user") == 1


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("-- NO DATA: no weather", "This schema has no such data: no weather."),
        ("DROP TABLE artist", "No statement passed the checks: DROP was not asked for."),
        ("SELECT * FROM singers_of_all", "No statement passed the checks:"),
    ],
)
def test_no_checked_answer_is_one(
    endpoint: FaultServer, run: Run, answer: str, message: str
) -> None:
    endpoint.script(Answer(pieces=(answer,)))
    outcome = run("ask", "the weather")
    assert outcome.code == 1
    assert outcome.out.startswith(message)
    found = run("ask", "the weather", "--format", "json")
    assert found.code == 1
    assert found.json["sql"] == ""
    assert found.json["verdict"]["outcome"] == "dropped"


def test_a_file_says_what_was_made_above(endpoint: FaultServer, run: Run, project: Path) -> None:
    endpoint.script(Answer(pieces=("SELECT avg(stars) FROM review",)))
    (project / "q.sql").write_text("CREATE TABLE review (stars INTEGER);\n")
    wanted = ("ask", "the mean of stars", "--schema", "schema.sql")
    assert run(*wanted, "--at", "q.sql").out.startswith("SELECT avg(stars)")
    assert run(*wanted).code == 1


def test_without_a_model_one_sentence_says_how_to_get_one(run: Run) -> None:
    outcome = run("ask", "anything", "--format", "json")
    assert (outcome.code, outcome.out) == (2, "")
    assert "`model.name`" in outcome.err
    assert outcome.err.count("\n") == 1


def test_an_endpoint_that_cannot_be_reached_is_two(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUREQL_MODEL_NAME", "model")
    monkeypatch.setenv("SUREQL_MODEL_BASE_URL", "http://127.0.0.1:9/v1")
    outcome = run("ask", "anything")
    assert (outcome.code, outcome.out) == (2, "")
    assert "127.0.0.1" in outcome.err
    assert "Traceback" not in outcome.err


def test_files_of_which_nothing_may_be_sent_stay_here(
    endpoint: FaultServer, run: Run, project: Path
) -> None:
    (project / "secrets").mkdir()
    (project / "secrets" / "q.sql").write_text("SELECT 1;\n")
    outcome = run("ask", "anything", "--at", "secrets/q.sql")
    assert outcome.code == 2
    assert "Nothing was sent" in outcome.err
    assert asked(endpoint) == []


def test_the_workspaces_statements_and_earlier_answers_are_examples(
    endpoint: FaultServer, run: Run, project: Path
) -> None:
    example = "SELECT artist_id, count(*) FROM album GROUP BY artist_id"
    (project / "albums.sql").write_text(f"-- Albums of each artist\n{example};\n")
    endpoint.script(Answer(pieces=(GOOD,)))
    run("ask", "how", "many", "albums", "has", "each", "artist")
    assert example in json.dumps(asked(endpoint)[0])
    assert GOOD not in json.dumps(asked(endpoint)[0])
    run("ask", "artists", "by", "name")
    assert GOOD in json.dumps(asked(endpoint)[1])
