"""The session begins: warm up, ask for settings, watch files. None of it delays anything."""

from __future__ import annotations

from lsprotocol import types

from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.session import Session

WATCHED = (
    "*.{sql,ddl,pgsql,psql}",
    "*.{db,db3,sqlite,sqlite3,duckdb,ddb}",
    "{dbt_project,packages,dependencies}.yml",
    "{models,seeds,snapshots,macros}/**/*.{yml,yaml,md,csv,py}",
)


def run(session: Session, params: types.InitializedParams) -> None:
    session.spawn(session.warm_up(), "Warming up")
    session.spawn(session.reconfigure(), "Reading the settings")
    session.spawn(_register(session), "Watching files")


async def _register(session: Session) -> None:
    registrations = []
    if session.editor.can("workspace.did_change_watched_files.dynamic_registration"):
        names = (*WATCHED, *session.configuration.files)
        watchers = [types.FileSystemWatcher(f"**/{name}") for name in names]
        registrations.append(
            types.Registration(
                "sureql-files",
                types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                types.DidChangeWatchedFilesRegistrationOptions(watchers),
            )
        )
    if session.editor.can("workspace.did_change_configuration.dynamic_registration"):
        registrations.append(
            types.Registration(
                "sureql-settings",
                types.WORKSPACE_DID_CHANGE_CONFIGURATION,
                types.DidChangeConfigurationRegistrationOptions(section="sureql"),
            )
        )
    if registrations:
        await session.editor.ask(
            types.CLIENT_REGISTER_CAPABILITY, types.RegistrationParams(registrations)
        )


HANDLER = Handler(types.INITIALIZED, Kind.SYNC, run)
