"""The diagnostics of all SQL files of the workspace, for clients that ask for them."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.session import Session


def empty() -> dict[str, Any]:
    return {"items": []}


async def run(session: Session, params: types.WorkspaceDiagnosticParams) -> dict[str, Any]:
    from sureql.lsp import workspace_report  # At first use: `initialize` must not wait.

    known = {one.uri: one.value for one in params.previous_result_ids}
    token = params.partial_result_token
    items: list[dict[str, Any]] = []

    def send(part: list[dict[str, Any]]) -> None:
        if token is None:
            items.extend(part)
        else:
            session.editor.tell_plain(types.PROGRESS, {"token": token, "value": {"items": part}})

    await workspace_report.send(session, known, send)
    return {"items": items}


HANDLER = Handler(types.WORKSPACE_DIAGNOSTIC, Kind.WORKER, run, empty=empty)
