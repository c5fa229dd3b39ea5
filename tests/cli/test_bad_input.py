"""What users get wrong: a plain message and exit code 2, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import Run


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("check", "missing.sql"), "missing.sql does not exist."),
        (("check", "binary.sql"), "binary.sql is not a text file."),
        (("check", "empty"), "No .sql files in empty."),
        (("check", "good.sql", "--diff", "--format", "json"), "--diff prints text"),
        (("complete", "missing.sql", "--at", "1:1"), "missing.sql does not exist."),
        (("complete", "empty", "--at", "1:1"), "empty is a folder, not a file."),
        (("complete", "good.sql", "--at", "1"), "--at takes LINE:COL, such as 3:14, not `1`."),
        (("complete", "good.sql", "--at", "9:1"), "good.sql has no line 9: it has 1 line."),
        (("complete", "good.sql", "--at", "1:99"), "has no column 99: it ends at 9."),
        (("complete", "good.sql", "--at", "0:1"), "good.sql has no line 0"),
        (("schema", "--at", "missing"), "missing does not exist."),
        (("doctor", "missing"), "missing does not exist."),
        (("lsp", "--tcp", "nonsense"), "--tcp takes HOST:PORT"),
        (("lsp", "--tcp", "localhost:99999"), "--tcp takes HOST:PORT"),
        (("lsp", "--tcp", "0.0.0.0:0"), "0.0.0.0 can be reached from other machines."),
        (("lsp", "--tcp", "no-such-host.invalid:0"), "Can't listen on no-such-host.invalid:0"),
        (
            ("lsp", "--tcp", "127.0.0.1:0", "--allow-origin", "*"),
            "--allow-origin takes the address",
        ),
        (("lsp", "--allow-remote"), "go with --tcp HOST:PORT"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_plain_message(project: Path, run: Run, arguments: tuple[str, ...], message: str) -> None:
    (project / "empty").mkdir()
    (project / "binary.sql").write_bytes(b"\x7fELF\0\0")
    (project / "good.sql").write_text("SELECT 1")
    outcome = run(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert message in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(project: Path, run: Run) -> None:
    file = project / "secret.sql"
    file.write_text("SELECT 1")
    file.chmod(0)
    outcome = run("check", "secret.sql")
    assert (outcome.code, outcome.err) == (
        2,
        "sureql: secret.sql cannot be read: permission denied.\n",
    )


def test_wrong_usage_ends_with_2(run: Run) -> None:
    assert run("check").code == 2
    assert run("frobnicate").code == 2
    assert run().code == 2


def test_odd_files_are_checked(project: Path, run: Run) -> None:
    (project / "empty.sql").write_text("")
    (project / "bom.sql").write_bytes(b"\xef\xbb\xbfSELECT name FROM artist")
    (project / "latin.sql").write_bytes("SELECT 'é' FROM artist".encode("latin-1"))
    (project / "mixed.sql").write_bytes(b"SELECT name\r\nFROM artist\rWHERE 1 = 1\n")
    (project / "unclosed.sql").write_text("SELECT 'oops FROM artist;\nSELECT name FROM artist;")
    (project / "long.sql").write_text("SELECT " + ", ".join(["name"] * 60_000) + " FROM artist")
    for name in ("empty", "bom", "latin", "mixed", "long"):
        outcome = run("check", f"{name}.sql")
        assert (outcome.code, name) == (0, name), outcome.out
    assert run("check", "unclosed.sql").code in (0, 1)


def test_help_is_quick_and_imports_nothing_heavy() -> None:
    code = (
        "import sys; from sureql import cli\ntry: cli.main(['--help'])\nexcept SystemExit: pass\n"
    )
    code += "heavy = {'sqlglot', 'pygls', 'rich', 'sqlite3'} & set(sys.modules); sys.exit(str(heavy) if heavy else 0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "doctor" in done.stdout


def test_an_internal_error_ends_with_2() -> None:
    code = (
        "import sys; from sureql import cli; import sureql.cli.doctor as d\n"
        "def broken(options): raise RuntimeError('boom')\n"
        "d.run = broken; sys.argv = ['sureql', 'doctor']; sys.exit(cli.main())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "internal error" in done.stderr
    assert done.stdout == ""


def test_a_closed_pipe_is_no_error(project: Path) -> None:
    (project / "wrong.sql").write_text("SELECT titel FROM album;\n" * 3000)
    command = [sys.executable, "-m", "sureql", "check", "wrong.sql", "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
    # 1 if the system took everything before it noticed that nobody reads.
    assert process.returncode in (0, 1)
