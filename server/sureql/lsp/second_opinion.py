"""What an engine in its own process says about a statement that is not in the document yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sureql.lsp import judging
from sureql.workers import requests

if TYPE_CHECKING:
    from sureql.assistant.whole import Referee
    from sureql.ide.model import Diagnostic
    from sureql.lsp.open_document import View
    from sureql.lsp.session import Session
    from sureql.semantics.snapshot import Snapshot
    from sureql.syntax.script import Statement


def referee(session: Session, view: View) -> Referee | None:
    """Asks the engine of a document; None if there is none, or it answers in this process."""
    engine = session.judging.engine(view)
    if engine is None or judging.in_memory(engine):
        return None

    async def asked(snapshot: Snapshot, part: Statement) -> tuple[Diagnostic, ...] | None:
        if not session.judging.ready(engine):
            return None
        index = next(
            at for at, one in enumerate(snapshot.script.statements) if one.start == part.start
        )
        # Under a name of its own: the worker keeps the newest text of each document.
        sent = replace(session.schemas.sent(view), uri="sureql:proposed", text=snapshot.text)
        wanted = session.configuration.wanted(view.path, view.in_host)
        request = requests.CheckStatements(sent, (index,), wanted, engine, singly=True)
        said: list[Diagnostic] = []
        heard: list[int] = []

        def take(answer: requests.Checked) -> None:
            for number, found in answer.diagnostics:
                heard.append(number)
                said.extend(found)

        await session.judging.check(request, {index: part.text}, take)
        return tuple(said) if heard else None

    return asked
