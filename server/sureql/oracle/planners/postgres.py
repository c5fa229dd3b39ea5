"""Plans and timings of the user's own PostgreSQL database, when the user asks for them.

`EXPLAIN` without ANALYZE in a read-only transaction that is rolled back, with limits for statements and
locks. Planning computes constant calls of functions that are not marked volatile, and a function of
the user's may be marked wrongly: a statement that may reach one, directly, by an operator or a cast, or
through a view or a policy, is not planned here. Functions of extensions are, as only those who own the
server install them.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence

from sureql.catalog import model as catalog
from sureql.oracle.planners import asked, postgres_asking, postgres_plan, postgres_reach
from sureql.oracle.planners.asked import Asked
from sureql.oracle.postgres import link
from sureql.oracle.postgres.link import Link, LinkLost
from sureql.ports.errors import JudgeError, PlanError
from sureql.ports.plan import IndexIdea, Plan, Timing

SECONDS = 5.0
"""For a plan; waiting for a lock ends earlier."""

BASIS = "the database's own statistics"
_CONNECT = 5.0
_LOCK_MILLISECONDS = 1000
_SPARE = 2.0  # Seconds more than the server has, to hear that it gave up.


class PostgresPlanner:
    """The database at `url`. Raises PlanError if it can't be reached."""

    dialect = "postgres"
    live = True

    def __init__(self, schema: catalog.Catalog, url: str) -> None:
        self._catalog = schema
        try:
            target = link.address(url, application_name="sureql", client_encoding="UTF8")
            self._link = Link(target, _CONNECT)
        except JudgeError as error:
            raise PlanError(str(error)) from error
        ((version,),) = postgres_asking.answered(self._link, ["SHOW server_version_num"], SECONDS)[
            0
        ]
        self.engine = f"PostgreSQL {int(version) // 10_000}"

    def plan(self, query: str, indexes: Sequence[IndexIdea] = ()) -> Plan:
        """The plan, as the database would choose it now."""
        if indexes:
            raise PlanError("Nothing is made on your database: an index is tried on an empty copy.")
        found = asked.asked(query, self.dialect)
        asked.refuse_growth(found)
        try:
            self._begin(SECONDS)
            self._check(found, False)
            text = postgres_asking.explained(self._link, found, SECONDS + _SPARE)
        finally:
            self._end()
        return postgres_plan.read(text, self.engine, BASIS)

    def time(self, query: str, seconds: float, runs: int = 3) -> Timing:
        """Run a query that only reads; the rows are counted by the server."""
        found = asked.asked(query, self.dialect)
        if not asked.is_harmless(found):
            raise PlanError("Only a query that changes and locks nothing is run to be timed.")
        asked.refuse_growth(found)
        if asked.with_numbers(found)[1]:
            raise PlanError("A query with parameters can't be timed: put values in their place.")
        # OFFSET 0 keeps the server from leaving out what a mere count does not need.
        command = (
            f"SELECT count(sureql) FROM (SELECT * FROM (\n{found.text}\n) AS a OFFSET 0) AS sureql"
        )
        times: list[float] = []
        try:
            self._begin(seconds)
            self._check(found, True)
            for _ in range(runs):
                start = time.perf_counter()
                answer = self._link.run([command], seconds + _SPARE)[0]
                if isinstance(answer, link.Refusal):
                    if answer.code == postgres_asking.TIMED_OUT:
                        return Timing((seconds * 1000,), True)
                    raise PlanError(postgres_asking.sentence(answer, "run"))
                times.append((time.perf_counter() - start) * 1000)
        except LinkLost as error:
            raise PlanError("The PostgreSQL server was lost while the query ran.") from error
        finally:
            self._end()
        return Timing(tuple(times))

    def close(self) -> None:
        """Leave the database."""
        self._link.close()

    def _begin(self, seconds: float) -> None:
        # Set for the transaction only: a pooler would hand it on to the user's other programs.
        limits = [
            f"SET LOCAL statement_timeout = {max(int(seconds * 1000), 1)}",
            f"SET LOCAL lock_timeout = {_LOCK_MILLISECONDS}",
            "SET LOCAL client_min_messages = error",
            # Else a backslash in a text would hide from us what the server calls.
            "SET LOCAL standard_conforming_strings = on",
        ]
        postgres_asking.answered(self._link, ["BEGIN READ ONLY", *limits], SECONDS)

    def _check(self, found: Asked, run: bool) -> None:
        reached = postgres_reach.reached(self._link, found, run, SECONDS)
        if reached:
            doing = "run" if run else "planned"
            raise PlanError(f"It is not {doing} on your database, because it reaches {reached}.")

    def _end(self) -> None:
        # DEALLOCATE behind the transaction: a plan that was refused left its statement.
        with contextlib.suppress(LinkLost):
            self._link.run(["ROLLBACK", f"DEALLOCATE {postgres_asking.NAME}"], SECONDS)
