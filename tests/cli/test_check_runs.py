"""How `sureql check` does its work: processes, cache, engines, writing."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from cli.conftest import Run
from sureql.cli import checker, pool, watch
from sureql.ide.diagnostics import runner
from sureql.oracle.duckdb import engine as duckdb_engine
from sureql.ports.judge import Judgement, Ruling


@pytest.fixture
def many(project: Path) -> Path:
    folder = project / "queries"
    folder.mkdir()
    for number in range(40):
        wrong = "titel" if number % 3 == 0 else "title"
        (folder / f"q{number:02}.sql").write_text(f"SELECT {wrong} FROM album -- {number}\n")
    return folder


def test_processes_give_the_same_as_one(many: Path, run: Run) -> None:
    alone = run("check", "queries", "-j", "1", "--no-cache", "--format", "json")
    several = run("check", "queries", "-j", "3", "--no-cache", "--format", "json")
    assert several.json == alone.json
    assert len(several.json) == 14
    assert several.code == alone.code == 1


@pytest.mark.skipif(sys.platform == "win32", reason="processes are ended by signals")
def test_a_process_that_dies_costs_its_own_file(
    many: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = checker.Checker.check

    def dying(self: checker.Checker, place: object, text: checker.Text) -> checker.Result:
        if text.path.name == "q07.sql":
            os.kill(os.getpid(), signal.SIGKILL)
        return known(self, place, text)  # type: ignore[arg-type]

    monkeypatch.setattr(checker.Checker, "check", dying)
    outcome = run("check", "queries", "-j", "2", "--no-cache", "--format", "json")
    assert outcome.code == 2
    assert len(outcome.json) == 14
    assert "q07.sql could not be checked" in outcome.err


def test_unchanged_files_are_not_checked_again(
    many: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = run("check", "queries", "--format", "json")
    assert (tmp_path / "cache" / "checks.sqlite").exists()
    looked: list[str] = []
    real = runner.document

    def counting(snapshot: runner.Snapshot, *more: object) -> object:
        looked.append(Path(snapshot.path).name)
        return real(snapshot, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(checker.runner, "document", counting)
    assert run("check", "queries", "--format", "json").json == first.json
    assert looked == []
    (many / "q01.sql").write_text("SELECT titel FROM album")
    assert len(run("check", "queries", "--format", "json").json) == 15
    assert looked == ["q01.sql"]
    (many.parent / "schema.sql").write_text("CREATE TABLE album (titel TEXT);")
    assert len(run("check", "queries", "-j", "1", "--format", "json").json) == 25


def test_the_cache_may_be_damaged_or_unusable(many: Path, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "cache" / "checks.sqlite"
    first = run("check", "queries", "--format", "json")
    for damage in (b"", b"SQLite format 3\0 but not really" * 100, b"nonsense"):
        file.write_bytes(damage)
        assert run("check", "queries", "--format", "json").json == first.json
        assert run("check", "queries", "--format", "json").json == first.json
    file.unlink(missing_ok=True)
    file.mkdir()
    outcome = run("check", "queries", "--format", "json")
    assert (outcome.json, outcome.err) == (first.json, "")


def test_a_result_of_another_form_is_forgotten(many: Path, run: Run, tmp_path: Path) -> None:
    first = run("check", "queries", "--format", "json")
    file = tmp_path / "cache" / "checks.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE result SET found = '[{}]'")
    connection.close()
    assert run("check", "queries", "--format", "json").json == first.json


def test_the_engine_has_the_last_word_unless_it_is_not_wanted(project: Path, run: Run) -> None:
    (project / "q.sql").write_text("SELECT substr(name, 1) OVER () FROM artist;")
    (judged,) = run("check", "q.sql", "--format", "json", "--no-cache").json
    assert judged["severity"] == "error"
    assert run("check", "q.sql", "--format", "json", "--no-cache", "--no-judge").json == []
    (project / "sureql.toml").write_text("[judge]\nenabled = false\n")
    assert run("check", "q.sql", "--format", "json", "--no-cache").json == []


def test_fixing_keeps_what_is_not_text(project: Path, run: Run) -> None:
    file = project / "q.sql"
    file.write_bytes(b"\xef\xbb\xbfSELECT titel FROM album;\r\n")
    file.chmod(0o640)
    (project / "link.sql").symlink_to(file)
    assert run("check", "link.sql", "--fix").code == 0
    assert file.read_bytes() == b"\xef\xbb\xbfSELECT title FROM album;\r\n"
    assert file.stat().st_mode & 0o777 == 0o640
    assert (project / "link.sql").is_symlink()
    assert sorted(path.name for path in project.iterdir()) == ["link.sql", "q.sql", "schema.sql"]


def test_an_interrupt_ends_it_without_a_trace(many: Path) -> None:
    code = (
        "import sys, signal, os; from sureql.cli import pool, checker, main\n"
        "def check(*_): os.kill(os.getpid(), signal.SIGINT)\n"
        "checker.Checker.check = check\n"
        "sys.exit(main(['check', 'queries', '--no-cache', '-j', '1']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=many.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 130
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a process is stopped by a signal")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_engine_that_hangs_costs_only_its_own_judgement(
    many: Path, run: Run, monkeypatch: pytest.MonkeyPatch, jobs: str
) -> None:
    """DuckDB plans such conditions for many seconds, and nothing stops it."""
    # A second would do, but not for the others on a busy machine.
    monkeypatch.setattr(watch, "LIMIT", 3.0)
    (many.parent / "sureql.toml").write_text("dialect = 'duckdb'\n")
    inner = "EXISTS (SELECT 1 FROM (SELECT 2 AS c) AS v WHERE v.c = t.a + u.b)"
    outer = f"EXISTS (SELECT 1 FROM (SELECT 1 AS b) AS u WHERE u.b = t.a AND {inner})"
    hanging = f"SELECT * FROM (SELECT 1 AS a) AS t WHERE {' AND '.join([outer] * 60)};"
    (many / "q07.sql").write_text(f"{hanging}\nSELECT titel FROM album;\n")
    outcome = run("check", "queries", "-j", jobs, "--no-cache", "--format", "json")
    assert outcome.code == 1
    assert len(outcome.json) == 15
    assert outcome.err.count("was checked without an engine, which crashed or did not") == 1
    assert "q07.sql" in outcome.err


@pytest.mark.skipif(sys.platform == "win32", reason="processes are ended by signals")
def test_no_process_outlives_one_that_is_killed(many: Path) -> None:
    code = (
        "import os, sys, time; from sureql.cli import checker, main\n"
        "def check(*_): os.write(1, b'%d\\n' % os.getpid()); time.sleep(60)\n"
        "checker.Checker.check = check\n"
        "sys.exit(main(['check', 'queries', '--no-cache', '-j', '2']))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=many.parent, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        children = [psutil.Process(int(process.stdout.readline())) for _ in range(2)]
        process.kill()
        assert psutil.wait_procs(children, timeout=60)[1] == []


def test_a_cache_folder_that_is_none_hinders_nothing(many: Path, tmp_path: Path) -> None:
    """As in a container whose user has no home."""
    passing = tmp_path / "passing"
    passing.mkdir()
    (tmp_path / "file").touch()
    done = subprocess.run(
        [sys.executable, "-m", "sureql", "check", "queries", "-j", "2"],
        cwd=many.parent,
        env={**os.environ, "SUREQL_CACHE": str(tmp_path / "file" / "x"), "TMPDIR": str(passing)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "14 errors" in done.stdout
    assert done.stderr == ""
    assert list(passing.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a process is stopped by a signal")
@pytest.mark.parametrize("comes_back", [True, False])
def test_an_engine_that_is_killed_meanwhile_is_waited_for(
    project: Path, run: Run, monkeypatch: pytest.MonkeyPatch, comes_back: bool
) -> None:
    """What it would have said must not be missing from the cache for ever."""
    wrong = [f"SELECT count(DISTINCT *), {number} FROM album;\n" for number in range(5)]
    (project / "sureql.toml").write_text("dialect = 'duckdb'\n")
    (project / "q.sql").write_text("".join(wrong))
    known, asked = duckdb_engine.DuckdbJudge.judge, 0

    def judge(self: duckdb_engine.DuckdbJudge, statement: str) -> Judgement:
        nonlocal asked
        asked += 1
        if asked > 1 and not (comes_back and asked > 8):
            return Judgement(Ruling.UNJUDGED, "The server is gone.", passing=True)
        return known(self, statement)

    with monkeypatch.context() as patched:
        patched.setattr(duckdb_engine.DuckdbJudge, "judge", judge)
        patched.setattr(checker, "PAUSES", (0.01, 0.01, 0.01))
        patched.setattr(pool, "_may_hang", lambda task: False)
        outcome = run("check", "q.sql", "--format", "json")
    assert ("did not answer in time" in outcome.err) is not comes_back
    again = run("check", "q.sql", "--format", "json")
    assert len(again.json) == 5
    assert (outcome.json == again.json) is comes_back
