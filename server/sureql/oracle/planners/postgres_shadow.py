"""Plans on an empty copy of the schema in the embedded PostgreSQL, with the statistics of the catalog.

The planner takes the number of rows per page from the statistics, but the number of pages from the
table's file. The embedded server's files are ours: those of the copy are extended with holes, which
take no room, to the size that the table has where its statistics come from. No such page is ever read,
because nothing is run; before an index is built the file is cut back to nothing.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence

from sureql.catalog import model as catalog
from sureql.oracle.engine import EngineSpec
from sureql.oracle.planners import asked, furnishing, holes, postgres_asking, postgres_plan
from sureql.oracle.planners.asked import Asked
from sureql.oracle.postgres import embedded, session
from sureql.oracle.postgres.link import LinkLost
from sureql.oracle.postgres.shadow import Blueprint, Fit, NotBuilt
from sureql.ports.errors import JudgeError, PlanError
from sureql.ports.plan import IndexIdea, Plan, Timing

SECONDS = 5.0
_OLDEST = 18  # Older servers do not take statistics.
BASIS = (
    "row and value counts on an empty copy, default settings; how values are spread is not known"
)
NO_NUMBERS = "the shape on an empty copy; sizes are not known"


class PostgresShadowPlanner:
    """For one catalog. Starts or joins the embedded server; raises PlanError."""

    dialect = "postgres"
    live = False

    def __init__(self, schema: catalog.Catalog, cache: str = "") -> None:
        self._catalog = schema
        self._blueprint = Blueprint(schema)
        self._spec = EngineSpec("postgres", cache=cache, deadline=SECONDS)
        self._furnished: dict[tuple[str, str], furnishing.Furnished] = {}
        try:
            self._lease = embedded.joined(cache)
            try:
                self._session = session.on_embedded(self._lease, SECONDS)
            except JudgeError:
                self._lease.leave()
                raise
        except JudgeError as error:
            raise PlanError(str(error)) from error
        self._link = self._session.link
        ((version,),) = postgres_asking.answered(self._link, ["SHOW server_version_num"], SECONDS)[
            0
        ]
        self._takes_statistics = int(version) >= _OLDEST * 10_000
        self.engine = f"PostgreSQL {int(version) // 10_000}"

    def plan(self, query: str, indexes: Sequence[IndexIdea] = ()) -> Plan:
        """The plan of a query over the copy, as if `indexes` existed."""
        found = asked.asked(query, self.dialect)
        asked.refuse_growth(found)
        relations = list(asked.relations(found, self._catalog))
        _refuse(found, relations, self._catalog)
        fit = self._fit(found)
        tables = [self._furnish(relation) for relation in relations]
        ideas = [self._checked(idea, relations) for idea in indexes]
        try:
            text = self._explained(found, tables, ideas)
        finally:
            # A lost server has nothing to undo.
            with contextlib.suppress(LinkLost):
                self._link.run(["ROLLBACK", f"DEALLOCATE {postgres_asking.NAME}"], SECONDS)
        plan = postgres_plan.read(text, self.engine, BASIS)
        if fit.incomplete or fit.vague or not all(table.sized for table in tables):
            return postgres_plan.shape(plan, NO_NUMBERS)
        left_out = [name for table in tables for name in table.left_out]
        if left_out:
            listed = ", ".join(f"`{name}`" for name in left_out)
            return postgres_plan.read(text, self.engine, f"{BASIS}; without {listed}")
        return plan

    def time(self, query: str, seconds: float, runs: int = 3) -> Timing:
        """An empty copy takes no time: raises PlanError."""
        raise PlanError("Only the database itself can tell how long a query takes.")

    def close(self) -> None:
        """Drop the copy and leave the server."""
        session.close(self._session, self._spec, self._lease)
        self._lease.leave()

    def _fit(self, found: Asked) -> Fit:
        assert self._session.shadow is not None
        until = time.monotonic() + SECONDS
        try:
            return self._session.shadow.fit(self._blueprint, asked.names(found), until)
        except NotBuilt as error:
            raise PlanError("The copy of the schema could not be built in time.") from error
        except LinkLost as error:
            raise PlanError("The embedded PostgreSQL was lost: try again.") from error

    def _furnish(self, relation: catalog.Relation) -> furnishing.Furnished:
        key = (relation.schema, relation.name)
        if key not in self._furnished:
            made = furnishing.furnished(self._link, relation, self._takes_statistics, SECONDS)
            self._furnished[key] = made
            for file in made.files:
                self._extend(file)
        return self._furnished[key]

    def _extend(self, file: furnishing.File) -> None:
        try:
            holes.extend(self._lease.folder / "data" / file.path, file.pages)
        except OSError as error:
            raise PlanError(f"The copy's files can't be extended: {error.strerror}.") from error

    def _checked(
        self, idea: IndexIdea, relations: Sequence[catalog.Relation]
    ) -> tuple[IndexIdea, catalog.Relation]:
        for relation in relations:
            if (relation.schema, relation.name) == (idea.schema, idea.relation):
                return idea, relation
        raise PlanError(f"The query does not read `{idea.relation}`.")

    def _explained(
        self,
        found: Asked,
        tables: list[furnishing.Furnished],
        ideas: list[tuple[IndexIdea, catalog.Relation]],
    ) -> str:
        postgres_asking.answered(self._link, ["BEGIN"], SECONDS)
        for idea, relation in ideas:
            table = self._furnished[relation.schema, relation.name]
            if table.files:
                holes.cut(self._lease.folder / "data" / table.files[0].path)
            made = furnishing.imagined(self._link, idea, relation, table.sized, SECONDS)
            for file in (*made, *table.files[:1]):
                self._extend(file)
        bounds = asked.ranged(found)
        unknown = [one for table in tables for one in furnishing.forgetting(table, bounds)]
        if unknown:
            postgres_asking.answered(self._link, unknown, SECONDS)
        return postgres_asking.explained(self._link, found, SECONDS)


def _refuse(found: Asked, relations: list[catalog.Relation], schema: catalog.Catalog) -> None:
    for relation in relations:
        if not asked.of_the_user(schema, relation):
            raise PlanError(f"`{relation.name}` is the server's own: only it can plan that.")
        if relation.kind not in ("table", "materialized view", "temporary table"):
            message = (
                f"`{relation.name}` is a {relation.kind}: only the database itself can plan it."
            )
            raise PlanError(message)
    for name in sorted(asked.own_functions(found, schema)):
        raise PlanError(f"`{name}` is a function of yours: only the database itself can plan it.")
