"""What an engine that judges is, and how one is asked for. Importing this is cheap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sureql.catalog import model as catalog
from sureql.ports.judge import Judge

DEADLINE = 0.15
"""Seconds that a judgement may take."""
LONGEST_DEADLINE = 3.0
"""More than this nobody waits, whatever a workspace's settings say; soon an engine counts as hung."""


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """Which engine: `dialect` is sqlite, duckdb or postgres.

    `url` '' means the embedded one. Else it is a server: with `live` the user's own database,
    which is asked as it is; without, a server on which a scratch database may be made. `cache` is
    the folder for the embedded server's data. `deadline` is in seconds.
    """

    dialect: str
    url: str = ""
    live: bool = False
    cache: str = ""
    deadline: float = DEADLINE


class Engine(Protocol):
    """A running engine that keeps one shadow and fits it to the catalog it is asked for.

    Used by one thread of one process. `judge_for` is cheap: what a statement needs is built when it
    is judged. An engine that is gone answers UNJUDGED, and starts anew when it can.
    """

    dialect: str

    def judge_for(self, schema: catalog.Catalog) -> Judge: ...

    def close(self) -> None: ...
