"""`sureql.plan`: how the engine would run a statement, shown in its text until it is edited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sureql.lsp import studying
from sureql.ports.errors import SureqlError

if TYPE_CHECKING:
    from sureql.lsp.open_document import View
    from sureql.lsp.session import Session
    from sureql.ports.plan import Plan
    from sureql.syntax.script import Statement

WANTS = "sureql.plan takes {uri, position, hide?}."
MOST_KEPT = 50


class Planning:
    """The plans that the user has asked for, by the text of their statement: an edit ends one."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._plans: dict[tuple[str, str], Plan] = {}

    async def plan(self, arguments: Sequence[Any]) -> dict[str, Any]:
        """Ask for the plan of a statement, or hide all of a document: `{heading, lines, message}`."""
        from sureql.ide import plan_notes
        from sureql.workers import requests

        session = self._session
        uri, given = studying.asked(arguments, WANTS)
        if given.get("hide") is True:
            self._plans = {key: plan for key, plan in self._plans.items() if key[0] != uri}
            self._session.publishing.plans_changed()
            return _answer()
        view = await studying.view(session, uri)
        if isinstance(view, str):
            return _answer(message=view)
        offset = studying.offset(session, view, given.get("position"), WANTS)
        if offset is None:
            return _answer(message=studying.NO_SQL)
        where = studying.where(session, view, offset, connected=True)
        if where is None:
            return _answer(message=studying.NO_STATEMENT)
        try:
            request = requests.ExplainStatement(where, plan=True)
            found = await session.studying.call("explain_statement", request)
        except SureqlError as error:
            return _answer(message=str(error))
        plan = found.explanation.source_plan
        if plan is None:
            return _answer(message=found.no_plan)
        self._keep(uri, view.snapshot.script.at(offset).text, plan)
        return _answer(plan_notes.heading(plan), found.explanation.plan)

    def lenses(self, view: View) -> Iterator[tuple[Statement, str]]:
        """The statements whose plan is known, with a line about it."""
        from sureql.ide import plan_notes

        for statement, plan in self._known(view):
            yield statement, plan_notes.heading(plan)

    def notes(self, view: View) -> Iterator[tuple[int, str]]:
        """Offsets in the document and what the engine does there."""
        from sureql.ide import plan_notes
        from sureql.ide.diagnostics import context

        for statement, plan in self._known(view):
            snapshot = view.snapshot
            schema = snapshot.catalog_at(statement)
            seen = context.of(statement, schema, snapshot.script.dialect, snapshot.path)
            for offset, text in plan_notes.at(seen, plan):
                yield statement.start + offset, text

    def _known(self, view: View) -> Iterator[tuple[Statement, Plan]]:
        uri = view.snapshot.uri
        if not any(key[0] == uri for key in self._plans):
            return
        for statement in view.snapshot.script.statements:
            plan = self._plans.get((uri, statement.text))
            if plan is not None:
                yield statement, plan

    def _keep(self, uri: str, text: str, plan: Plan) -> None:
        self._plans[uri, text] = plan
        while len(self._plans) > MOST_KEPT:
            self._plans.pop(next(iter(self._plans)))
        self._session.publishing.plans_changed()


def _answer(heading: str = "", lines: Sequence[str] = (), message: str = "") -> dict[str, Any]:
    return {"heading": heading, "lines": list(lines), "message": message}
