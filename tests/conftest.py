"""Options and fixtures of the whole test suite."""

from __future__ import annotations

import os
from collections.abc import Iterator

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


@pytest.fixture(scope="session", autouse=True)
def nobodys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whoever runs the tests has settings, keys and a log of their own: none is read or written."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [one for one in os.environ if one.startswith(("SUREQL_", "OPENAI_"))]:
            patch.delenv(name)
        folder = tmp_path_factory.mktemp("nobody")
        patch.setenv("SUREQL_CACHE", str(folder / "cache"))
        patch.setenv("SUREQL_CONFIG", str(folder / "config.toml"))
        yield
