"""Whole documents changed by the worker: fix all, and what is done when a file is saved."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sureql.ports.errors import SureqlError
from sureql.text.edits import TextEdit

if TYPE_CHECKING:
    from sureql.lsp.open_document import View
    from sureql.lsp.session import Session

SAVING = 0.5
"""Seconds that saving may be held up."""
TOO_LONG = "The file was saved as it was: correcting it took too long."


async def fixed(session: Session, view: View, code: str = "") -> tuple[TextEdit, ...]:
    """The edits of all safe fixes of a document, or of those of one `code`."""
    return await _rewritten(session, view, fix=True, layout=False, code=code)


async def saved(session: Session, view: View) -> tuple[TextEdit, ...]:
    """The edits that the settings want when a file is saved: all of them, or none if they are not
    ready in time."""
    wanted = session.configuration.options(view.path).save
    if not wanted.fix_all and not wanted.format:
        return ()
    try:
        async with asyncio.timeout(SAVING):
            edits = await _rewritten(session, view, fix=wanted.fix_all, layout=wanted.format)
        session.schemas.tell()  # If it failed last time, the status still says so.
        return edits
    except TimeoutError:
        message = TOO_LONG
    except SureqlError as error:
        message = f"The file was saved as it was: {str(error)[:1].lower()}{str(error)[1:]}"
    session.status.flash("Warning", message)
    return ()


async def _rewritten(
    session: Session, view: View, fix: bool, layout: bool, code: str = ""
) -> tuple[TextEdit, ...]:
    from sureql.lsp import judging  # At first use: `initialize` must not wait.
    from sureql.workers import requests

    engine = session.judging.engine(view)
    judge = session.judging.worker_of(engine) if session.checking.judged(view) else None
    asked = engine if engine and (judge or judging.in_memory(engine)) else None
    configuration = session.configuration
    request = requests.RewriteFile(
        session.schemas.sent(view),
        configuration.wanted(view.path, view.in_host),
        asked,
        code=code,
        fix=fix,
        layout=configuration.options(view.path).lint.tool if layout and not view.in_host else "",
        root=configuration.root_of(view.path),
    )
    # What the engine accepts is not fixed, so the process that can ask it does the work, unless
    # it would have to judge the whole file for that.
    worker = judge or session.worker
    edits: tuple[TextEdit, ...] = await worker.call("rewrite_file", request, priority=0)
    return edits
