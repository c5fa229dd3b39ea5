"""The edits of an action on a whole file or by a model, when the user has chosen it."""

from __future__ import annotations

from lsprotocol import types

from sureql.lsp import fixing, mending
from sureql.lsp.actions import Actions
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.session import Session


async def run(session: Session, action: types.CodeAction) -> types.CodeAction:
    data = action.data if isinstance(action.data, dict) else {}
    document = session.documents.get(str(data.get("uri", "")))
    if document is None or document.document.version != data.get("version"):
        return action  # The document has changed since: its edits would hit the wrong places.
    await session.prepared(document.uri)
    if "model" in data:
        await mending.resolve(session, document, action)
        return action
    view = session.view(document)
    edits = await fixing.fixed(session, view, str(data.get("code", "")))
    if edits:
        action.edit = Actions(session, view).edit(edits)
    return action


HANDLER = Handler(types.CODE_ACTION_RESOLVE, Kind.ASYNC, run)
