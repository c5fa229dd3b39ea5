"""The options of each workspace folder, kept in step with files and the editor."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

from lsprotocol import types

from sureql import settings
from sureql.ide.diagnostics.selection import Selection
from sureql.lsp import uris
from sureql.lsp.editor import Editor
from sureql.settings.options import Options

SECTION = "sureql"
TRUSTED = "trusted"
"""Beside its settings, an editor can say whether its user trusts the folders that are open."""


class Configuration:
    """Folders and their options. Never waits for the client: what it says later applies later."""

    files = (settings.PROJECT_FILE, "pyproject.toml")

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._from_editor: dict[str, Mapping[str, Any]] = {"": {}}
        self._options: dict[str, Options] = {}
        self._places: dict[str, tuple[str, str]] = {}
        self._problems: dict[str, set[str]] = {}
        self.folders: list[str] = []
        self.trusted: bool | None = None
        """None if the editor has no notion of trust."""

    def introduce(self, params: types.InitializeParams) -> None:
        """Take folders and first options from `initialize`."""
        folders = [folder.uri for folder in params.workspace_folders or []]
        if not folders and params.root_uri:
            folders = [params.root_uri]
        elif not folders and params.root_path:
            folders = [uris.from_path(params.root_path)]
        self.change_folders(folders, [])
        self.set_from_editor(params.initialization_options)

    def change_folders(self, added: list[str], removed: list[str]) -> None:
        """Add and remove folders, given as URIs."""
        gone = {uris.to_path(uri) for uri in removed}
        for path in [path for uri in added if (path := uris.to_path(uri))]:
            if path not in self.folders and not _too_broad(path):
                self.folders.append(path.rstrip("/\\") or path)
        self.folders = [path for path in self.folders if path not in gone]
        self._options.clear()
        self._places.clear()

    def set_from_editor(self, values: Any, folder: str = "") -> None:
        """Take the editor's own settings, as a table with or without the section's name."""
        if isinstance(values, Mapping) and isinstance(values.get(SECTION), Mapping):
            values = values[SECTION]
        taken = dict(values) if isinstance(values, Mapping) else {}
        if TRUSTED in taken:
            self.trusted = taken.pop(TRUSTED) is True
        self._from_editor[folder] = taken
        self._options.clear()

    async def pull(self) -> bool:
        """Ask the client for its settings; False if it does not give any."""
        if not self._editor.can("workspace.configuration"):
            return False
        places = ["", *self.folders]
        items = [
            types.ConfigurationItem(
                section=SECTION, scope_uri=uris.from_path(place) if place else None
            )
            for place in places
        ]
        answer = await self._editor.ask(
            types.WORKSPACE_CONFIGURATION, types.ConfigurationParams(items=items)
        )
        if not isinstance(answer, list | tuple) or len(answer) != len(items):
            return False
        for place, values in zip(places, answer, strict=True):
            if values is not None:
                self.set_from_editor(values, place)
        return True

    def reread(self) -> None:
        """A configuration file changed."""
        self._options.clear()

    def root_of(self, path: str) -> str:
        """The innermost folder that holds `path`, '' if none does."""
        return self._place(path)[0]

    def relative(self, path: str) -> str:
        """The path below that folder, with `/`; the file's name if no folder holds it."""
        return self._place(path)[1]

    def options(self, path: str) -> Options:
        """The options for the file at `path`; mistakes in them are shown once."""
        root = self.root_of(path) if path else (self.folders[0] if self.folders else "")
        if root not in self._options:
            options, problems = settings.load(
                Path(root) if root else None,
                self._from_editor.get(root) or self._from_editor[""],
                os.environ,
                settings.user_file(os.environ),
                trusted=self.trusted,
            )
            self._options[root] = options
            messages = [problem.message for problem in problems]
            self._editor.forget(self._problems.get(root, set()).difference(messages))
            self._problems[root] = set(messages)
            for message in messages:
                self._editor.warn(message)
        return self._options[root]

    def dialect(self, path: str) -> str:
        """The dialect set for the file at `path`, '' if it is to be found out."""
        return self.options(path).dialect_of(self.relative(path))

    def schema(self, path: str) -> tuple[str, ...]:
        """The schema sources set for the file at `path`, () if they are to be found."""
        return self.options(path).schema_of(self.relative(path))

    def wanted(self, path: str, in_host: bool = False) -> Selection:
        """The codes that are shown in the file at `path`; `in_host`: in the SQL of a program."""
        from sureql.ide.diagnostics import selection

        chosen = self.options(path).selection_of(self.relative(path))
        return selection.in_host(chosen) if in_host else chosen

    def _place(self, path: str) -> tuple[str, str]:
        # A keystroke asks this a hundred times, and paths take long to take apart.
        found = self._places.get(path)
        if found is None:
            whole = PurePath(path)
            holding = [folder for folder in self.folders if whole.is_relative_to(folder)]
            root = max(holding, key=len, default="")
            relative = whole.relative_to(root).as_posix() if root else whole.name
            found = self._places[path] = root, relative
        return found


def _too_broad(path: str) -> bool:
    """A home directory or a whole disk is no project: it is not searched."""
    folder = Path(path)
    return folder.parent == folder or folder == Path.home()
