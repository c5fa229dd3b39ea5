"""`sureql.optimize`: faster forms of a statement, each with its evidence. The client applies one, or,
with `ask`, the user is asked and the server does."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from sureql.lsp import generating, studying, to_proto
from sureql.lsp.editor import unlinked
from sureql.lsp.progress import Progress
from sureql.ports.errors import ModelError, SureqlError

if TYPE_CHECKING:
    from sureql.ide.optimise.model import Candidate, IndexAdvice
    from sureql.lsp.open_document import View
    from sureql.lsp.session import Session
    from sureql.workers.requests import Where

WANTS = "sureql.optimize takes {uri, position, ask?, time?, model?, partialResultToken?}."
TITLE = "Optimising"
CHANGED = "The text has changed meanwhile: nothing was applied."
ANNOTATION = "sureql.rewrite"
LATER = "Leave it as it is"
THINKING = 600.0
"""Seconds that somebody may take to choose."""


async def optimize(session: Session, arguments: Sequence[Any]) -> dict[str, Any]:
    """`{candidates, statement, message}`. Candidates come best first, indexes last; what is found is
    sent to `partialResultToken` as soon as it is checked."""
    uri, given = studying.asked(arguments, WANTS)
    view = await studying.view(session, uri)
    if isinstance(view, str):
        return _answer((), view)
    offset = studying.offset(session, view, given.get("position"), WANTS)
    if offset is None:
        return _answer((), studying.NO_SQL)
    where = studying.where(session, view, offset, connected=True)
    if where is None:
        return _answer((), studying.NO_STATEMENT)
    progress = Progress(session.editor, TITLE)
    session.spawn(progress.show(), "Showing progress")
    try:
        told, notes = await _found(session, view, where, given, progress)
    except SureqlError as error:
        return _answer((), str(error))
    finally:
        progress.end("")
    if given.get("ask") is True:
        await _ask(session, view, told, notes)
    written = view.snapshot.script.at(offset).text.strip()
    return _answer(told, " ".join(notes), written)


async def _found(
    session: Session, view: View, where: Where, given: Any, progress: Progress
) -> tuple[list[dict[str, Any]], list[str]]:
    from sureql.ide.optimise import told
    from sureql.ide.optimise.model import Candidate
    from sureql.workers import requests

    token = given.get("partialResultToken")

    def take(part: Any) -> None:
        if isinstance(part, requests.Searched):
            progress.report(part.message, int(100 * part.share))
        elif isinstance(part, Candidate) and isinstance(token, str | int):
            value = {"candidates": [_told(session, view, where.offset, part)]}
            session.editor.tell_plain("$/progress", {"token": token, "value": value})

    request = requests.OptimiseStatement(where, time=given.get("time") is True)
    ours = session.studying.call("optimise_statement", request, take)
    if given.get("model") is False:
        done, model, message = await ours, None, ""
    else:
        done, (model, message) = await asyncio.gather(ours, _by_model(session, view, where))
    found, notes = list(done.candidates), [*done.notes, *([message] if message else [])]
    known = {one.sql for one in found}
    if model is not None and model.sql not in known:
        found.append(model)
    if not found:
        notes.insert(0, done.refused or told.NOTHING)
    listed = [_told(session, view, where.offset, one) for one in found]
    return listed + [_told_index(one) for one in done.indexes], notes


async def _by_model(session: Session, view: View, where: Where) -> tuple[Candidate | None, str]:
    """What a configured model proposes, if it passes the same checks; else why not, '' where none is
    asked."""
    if not session.configuration.options(view.place).model.configured:
        return None, ""
    from sureql.assistant import rewriting
    from sureql.workers import requests

    await session.assisting.prepare(view.place)
    means = generating.means_for(session, view)
    if means is None:
        return None, generating.why_none(session, view)

    async def check(sql: str) -> Any:
        return await session.studying.call("check_rewrite", requests.CheckRewrite(where, sql))

    part = view.snapshot.script.at(where.offset)
    place = session.assisting.place(view, where.offset)
    path = session.assisting.relative(view.place)
    try:
        made = await rewriting.rewritten(place, part, (), means, check, path)
    except ModelError as error:
        return None, str(error)
    return made.candidate, made.message


async def _ask(
    session: Session, view: View, told: Sequence[dict[str, Any]], notes: Sequence[str]
) -> None:
    """Let the user choose in a message, for clients without an interface of their own."""
    editor = session.editor
    can = [one for one in told if one["edit"] is not None]
    if not can:
        message = " ".join([*(f"{one['title']}: {one['short']}." for one in told), *notes])
        editor.tell(
            types.WINDOW_SHOW_MESSAGE,
            types.ShowMessageParams(types.MessageType.Info, unlinked(message)),
        )
        return
    listed = "\n".join(f"{one['title']} ({one['short']})" for one in can)
    actions = [types.MessageActionItem(one["title"]) for one in can]
    chosen = await editor.ask(
        types.WINDOW_SHOW_MESSAGE_REQUEST,
        types.ShowMessageRequestParams(
            types.MessageType.Info, unlinked(listed), [*actions, types.MessageActionItem(LATER)]
        ),
        THINKING,
    )
    picked = next((one for one in can if chosen and one["title"] == chosen.title), None)
    if picked is None:
        return
    document = session.documents.get(view.document.uri)
    if document is None or document.sql is not view.document:
        session.status.flash("Warning", CHANGED)
        return
    params = types.ApplyWorkspaceEditParams(edit=picked["edit"], label=picked["title"])
    # Where it has to be confirmed, that takes as long as choosing.
    await editor.ask(types.WORKSPACE_APPLY_EDIT, params, THINKING)


def _told(session: Session, view: View, offset: int, one: Candidate) -> dict[str, Any]:
    from sureql.ide.optimise import told

    edit = None
    if one.edits:
        start = view.snapshot.script.at(offset).start
        edit = workspace_edit(session, view, start, one)
    evidence = list(told.evidence(one))
    return {**told.as_json(one), "short": told.short(one), "evidence": evidence, "edit": edit}


def _told_index(one: IndexAdvice) -> dict[str, Any]:
    from sureql.ide.optimise import told

    evidence = list(told.index_evidence(one))
    return {**told.index_as_json(one), "short": "an index", "evidence": evidence, "edit": None}


def workspace_edit(
    session: Session, view: View, start: int, one: Candidate
) -> types.WorkspaceEdit | None:
    """The candidate's edits of the statement that begins at `start`, to be confirmed where the client
    can do that. None if they can't be written in the strings of a host file."""
    from sureql.ide.optimise import told
    from sureql.text.edits import moved

    editor = session.editor
    convert = to_proto.Converter(view.document, editor.encoding)
    edits = convert.edits(moved(one.edits, start))
    if edits is None:
        return None
    return editor.annotated_edit(
        view.document, edits, ANNOTATION, one.title, f"Checked: {told.short(one)}."
    )


def _answer(found: Sequence[dict[str, Any]], message: str, statement: str = "") -> dict[str, Any]:
    return {"candidates": list(found), "statement": statement, "message": message}
