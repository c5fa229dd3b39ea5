"""Checks the style of a file with the workspace's own tool and settings."""

from __future__ import annotations

from pathlib import Path

from sureql.ide import style
from sureql.ide.model import Diagnostic
from sureql.linters import tool
from sureql.linters.tool import Tool
from sureql.semantics.snapshot import Snapshot
from sureql.workers import documents
from sureql.workers.context import Context
from sureql.workers.requests import LintFile as Request

__all__ = ["Request", "of_snapshot", "run", "tool_of"]


def run(request: Request, context: Context) -> tuple[Diagnostic, ...]:
    """The tool's findings. Raises LintError if the tool fails."""
    snapshot = documents.snapshot(request.document)
    return of_snapshot(snapshot, Path(request.root or snapshot.path), request.tool)


def of_snapshot(snapshot: Snapshot, root: Path, setting: str) -> tuple[Diagnostic, ...]:
    """What the tool that `setting` names finds in a document. Raises LintError if it fails."""
    dialect = snapshot.script.dialect.name
    chosen = tool_of(root, Path(snapshot.path), setting, dialect)
    if chosen is None:
        return ()
    seen = style.shown(snapshot.script)
    return style.diagnostics(snapshot.script, seen, tool.remarks(chosen, seen.text), chosen.name)


def tool_of(root: Path, path: Path, setting: str, dialect: str) -> Tool | None:
    """The tool that checks the file at `path`; None if the workspace has no settings for any,
    because nobody asked then."""
    chosen = tool.chosen(setting, root, path.absolute(), dialect)
    return chosen if chosen is not None and chosen.configured else None
