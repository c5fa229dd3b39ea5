"""A pipe in the place of a database file is not waited for."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from support import schemas
from sureql.oracle.planners import open as planners
from sureql.ports.errors import SourceError
from sureql.sources import sqlite_file

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="It has no such pipes.")


def test_a_pipe_is_no_database(tmp_path: Path) -> None:
    pipe = tmp_path / "shop.db"
    os.mkfifo(pipe)
    with pytest.raises(SourceError, match="is not a file"):
        sqlite_file.load(pipe)
    schema = schemas.of("CREATE TABLE t (a integer);", "sqlite")
    planner = planners.planner(schema, "sqlite", sources=(f"sqlite:///{pipe}",))
    assert planner is not None and not planner.live
    planner.close()
