"""Options and fixtures of the whole test suite."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from support import cases


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-fixtures",
        action="store_true",
        help="rewrite the bodies of `--- expect:` sections to what the code yields now",
    )


def pytest_configure(config: pytest.Config) -> None:
    cases.updating = bool(config.getoption("--update-fixtures"))
    if cases.updating and getattr(config.option, "numprocesses", None):
        raise pytest.UsageError("--update-fixtures rewrites files: run it without -n")
    _hide_the_users_own(config)


def _hide_the_users_own(config: pytest.Config) -> None:
    # Whoever runs the tests has settings, keys and a log: none is read or written.
    for name in [one for one in os.environ if one.startswith(("SUREQL_", "OPENAI_"))]:
        del os.environ[name]
    folder = tempfile.TemporaryDirectory(prefix="sureql-tests-", ignore_cleanup_errors=True)
    config.add_cleanup(folder.cleanup)
    os.environ["SUREQL_CACHE"] = str(Path(folder.name) / "cache")
    os.environ["SUREQL_CONFIG"] = str(Path(folder.name) / "config.toml")
