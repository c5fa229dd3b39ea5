"""Checks the style of a file with the workspace's own tool and settings."""

from __future__ import annotations

from pathlib import Path

from sureql.ide import style
from sureql.ide.model import Diagnostic
from sureql.linters import tool
from sureql.workers import documents
from sureql.workers.context import Context
from sureql.workers.requests import LintFile


def run(request: LintFile, context: Context) -> tuple[Diagnostic, ...]:
    """The tool's findings, none if the workspace has no settings for it: nobody asked then.

    Raises LintError if the tool fails.
    """
    snapshot = documents.snapshot(request.document)
    path, root = Path(snapshot.path), Path(request.root or snapshot.path)
    chosen = tool.chosen(request.tool, root, path, snapshot.script.dialect.name)
    if chosen is None or not chosen.configured:
        return ()
    seen = style.shown(snapshot.script)
    return style.diagnostics(snapshot.script, seen, tool.remarks(chosen, seen.text), chosen.name)
