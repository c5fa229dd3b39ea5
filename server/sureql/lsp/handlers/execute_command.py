"""The commands a client may call."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from sureql.lsp import explaining, generating, optimising, prompting, schema_view
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.session import Session


async def _refresh_schema(session: Session, _: Sequence[Any]) -> None:
    session.configuration.reread()
    await asyncio.gather(*session.schemas.reload())


async def _show_log(session: Session, _: Sequence[Any]) -> str:
    return session.journal.text()


async def _plan(session: Session, arguments: Sequence[Any]) -> dict[str, Any]:
    return await session.planning.plan(arguments)


async def _status(session: Session, arguments: Sequence[Any]) -> dict[str, Any]:
    from sureql.lsp import reporting  # At first use: it imports the settings.

    return await reporting.status(session, arguments)


COMMANDS = {
    "sureql.explain": explaining.explain,
    "sureql.generate": generating.generate,
    "sureql.optimize": optimising.optimize,
    "sureql.plan": _plan,
    "sureql.refreshSchema": _refresh_schema,
    "sureql.schema": schema_view.schema,
    "sureql.showLog": _show_log,
    "sureql.showPrompt": prompting.show,
    "sureql.status": _status,
}


async def run(session: Session, params: types.ExecuteCommandParams) -> Any:
    if (command := COMMANDS.get(params.command)) is None:
        raise JsonRpcInvalidParams(f"There is no command {params.command}.")
    return await command(session, params.arguments or ())


HANDLER = Handler(types.WORKSPACE_EXECUTE_COMMAND, Kind.WORKER, run, commands=tuple(COMMANDS))
