"""Reads the workspace's own statements, so that ghost text and ranking follow its habits."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.history.model import History
from sureql.workers.context import Context


@dataclass(frozen=True, slots=True)
class Request:
    """The workspace's folder, and the cache file and dialect of its schema."""

    root: str
    catalog: str
    dialect: str


def run(request: Request, context: Context) -> History:
    """What the statements of all `.sql` files below the root teach."""
    raise NotImplementedError
