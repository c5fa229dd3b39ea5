"""The editor waits for `initialize`: nothing is imported for it that is not needed to answer."""

from __future__ import annotations

import subprocess
import sys

_START = """
import sys
from sureql.lsp import dispatch, server
list(dispatch.discover())
server.Server()
print(*sys.modules)
"""
_LATER = (
    "sqlglot",
    "sureql.app",
    "sureql.catalog",
    "sureql.ide",
    "sureql.oracle",
    "sureql.semantics",
    "sureql.settings",
    "sureql.syntax",
    "sureql.workers",
    "tree_sitter",
    "yaml",
)


def test_nothing_heavy_is_imported_before_initialize_is_answered() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _START], capture_output=True, text=True, check=True
    )
    imported = set(done.stdout.split())
    assert "sureql.lsp.handlers.completion" in imported
    assert [name for name in _LATER if name in imported] == []
