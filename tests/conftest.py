"""Options and fixtures of the whole test suite."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

from support import cases

TOGETHER = "tests/e2e/vscode/"
"""A folder whose files share what takes long to start: they go to one worker."""


LONGEST = (
    TOGETHER,
    "tests/e2e/",
    "tests/lsp/",
    "tests/local/",
    "tests/oracle/",
    "tests/cli/",
    "",
)
"""Folders of tests that start editors, servers, models and engines; '' is all others."""


class Together(LoadFileScheduling):
    """`--dist loadfile`, with the files of one folder taken for one."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(TOGETHER) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Together | None:
    return Together(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # What takes longest begins first, so that no worker is left alone with it at the end.
    items.sort(key=lambda item: next(i for i, one in enumerate(LONGEST) if one in item.nodeid))


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
    _always_the_same(config)


def _always_the_same(config: pytest.Config) -> None:
    # A failure must tell of a change, and not of a busy machine or of luck. Other examples of what
    # must hold for all are tried with `--hypothesis-seed`.
    seed = config.getoption("--hypothesis-seed")
    settings.register_profile(
        "sureql",
        deadline=None,
        derandomize=seed is None,
        database=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("sureql")


def _hide_the_users_own(config: pytest.Config) -> None:
    # Whoever runs the tests has settings, keys and a log: none is read or written.
    for name in [one for one in os.environ if one.startswith(("SUREQL_", "OPENAI_"))]:
        del os.environ[name]
    folder = tempfile.TemporaryDirectory(prefix="sureql-tests-", ignore_cleanup_errors=True)
    config.add_cleanup(folder.cleanup)
    os.environ["SUREQL_CACHE"] = str(Path(folder.name) / "cache")
    os.environ["SUREQL_CONFIG"] = str(Path(folder.name) / "config.toml")
