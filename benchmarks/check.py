"""`sureql check` on many files, and sqlfluff's command line on the same, with as many processes."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from benchmarks import workspace

PROCESSES = 2
QUERIES = 4
"""In each file."""


def row(
    place: Path, environment: dict[str, str], files: int
) -> tuple[str, str, str, str, float, float]:
    """The line of the table: what, ours, theirs ÷ ours, the limit, ours ÷ theirs, the most."""
    folder = place / "many"
    folder.mkdir()
    workspace.create(folder, "postgres")
    queries = folder / "reports"
    queries.mkdir()
    for number in range(files):
        text = "".join(
            workspace.statement(QUERIES * number + each, wrong=number % 10 == 0)
            for each in range(QUERIES)
        )
        (queries / f"{number}.sql").write_text(text)
    ours = _timed(
        [*_SUREQL, "reports", "--no-cache", "-j", str(PROCESSES), "--format", "json"],
        folder,
        environment,
    )
    theirs = _timed(
        [*_SQLFLUFF, "reports", "--processes", str(PROCESSES), "--format", "none"],
        folder,
        environment,
    )
    what = (
        f"`sureql check` on {files:,} files, nothing cached, {PROCESSES} processes: sqlfluff {theirs:.1f} s "
        f"÷ sureql {ours:.1f} s"
    )
    ratio = theirs / ours
    return what, f"{ratio:.1f} ×", "", "≥ 10 ×", 1 / ratio, 1 / 10


def _timed(command: list[str], folder: Path, environment: dict[str, str]) -> float:
    begun = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    took = time.perf_counter() - begun
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{command[0]} failed: {done.stderr[-500:]}")
    return took


_SUREQL = (sys.executable, "-m", "sureql", "check")
_SQLFLUFF = (sys.executable, "-m", "sqlfluff", "lint", "--dialect", "postgres")
