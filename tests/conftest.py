"""Options and fixtures of the whole test suite."""

from __future__ import annotations

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
