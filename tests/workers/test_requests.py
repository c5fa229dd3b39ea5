"""What the main process imports before it answers `initialize`."""

from __future__ import annotations

import subprocess
import sys


def test_what_jobs_take_and_give_is_known_without_the_parser() -> None:
    code = "import sys, sureql.workers.requests; print('sqlglot' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
