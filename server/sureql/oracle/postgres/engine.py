"""The PostgreSQL engine: one session, found again when it is lost, and a judge for each catalog."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

from sureql.catalog import model as catalog
from sureql.oracle.engine import EngineSpec
from sureql.oracle.postgres import embedded, session
from sureql.oracle.postgres.judge import PostgresJudge
from sureql.ports.errors import JudgeError
from sureql.ports.judge import Judge

MOST_KEPT = 8
"""Judges, by the version of their catalog."""

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
"""Seconds between two attempts to reach a server that is gone."""

_AWAY = "The PostgreSQL server is being started."


class PostgresEngine:
    """A running server that judges. Used by one thread of one process."""

    dialect = "postgres"

    def __init__(self, spec: EngineSpec) -> None:
        """Start or reach the server. Raises JudgeError."""
        self._spec = spec
        self._lease = None if spec.url else embedded.joined(spec.cache)
        self._judges: OrderedDict[str, PostgresJudge] = OrderedDict()
        self._arrived: session.Session | None = None
        self._reason = ""
        self._search: threading.Thread | None = None
        self._pause = FIRST_PAUSE
        self._next = 0.0
        try:
            self._session: session.Session | None = self._opened()
        except JudgeError:
            self._leave()
            raise

    def judge_for(self, schema: catalog.Catalog) -> Judge:
        """The judge for a catalog, kept by the catalog's version."""
        if not schema.version:
            return PostgresJudge(schema, self._current, self._spec.deadline)
        if schema.version in self._judges:
            self._judges.move_to_end(schema.version)
            return self._judges[schema.version]
        judge = PostgresJudge(schema, self._current, self._spec.deadline)
        self._judges[schema.version] = judge
        while len(self._judges) > MOST_KEPT:
            self._judges.popitem(last=False)
        return judge

    def close(self) -> None:
        """Drop the scratch database and leave the server."""
        if self._search:
            self._search.join(embedded.WAIT)
        for found in (self._session, self._arrived):
            if found:
                session.close(found, self._spec, self._lease)
        self._session = self._arrived = None
        self._next = float("inf")
        self._leave()

    def _leave(self) -> None:
        if self._lease:
            self._lease.leave()

    def _current(self) -> session.Session | str:
        # The session, or why there is none. Never waits.
        if self._session and not self._session.link.closed:
            return self._session
        self._session = None
        if self._arrived:
            self._session, self._arrived = self._arrived, None
            self._pause = FIRST_PAUSE
            return self._session
        if self._search and self._search.is_alive():
            return _AWAY
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + self._pause
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
            self._search = threading.Thread(target=self._look, name="postgres", daemon=True)
            self._search.start()
        return self._reason or _AWAY

    def _look(self) -> None:
        try:
            self._arrived = self._opened()
        except JudgeError as error:
            self._reason = str(error)
            self._next = time.monotonic() + self._pause

    def _opened(self) -> session.Session:
        if self._lease:
            return session.on_embedded(self._lease, self._spec.deadline)
        if self._spec.live:
            return session.on_live(self._spec.url, self._spec.deadline)
        return session.on_server(self._spec.url, self._spec.deadline)
