"""Applies safe fixes to a file, and formats it: the whole of it, or an error and nothing."""

from __future__ import annotations

from dataclasses import replace

from sureql.ide.assists import fix_all
from sureql.text.edits import TextEdit, apply_edits, moved
from sureql.workers import documents, kept_engines, line_edits
from sureql.workers.context import Context
from sureql.workers.jobs import format_file
from sureql.workers.requests import FormatFile
from sureql.workers.requests import RewriteFile as Request

__all__ = ["Request", "run"]


def run(request: Request, context: Context) -> tuple[TextEdit, ...]:
    """The edits, line by line. Raises LintError if the file cannot be formatted."""
    before = text = request.document.text
    if request.fix:
        snapshot = documents.snapshot(request.document)
        judges = kept_engines.judges_of(request.engine)
        mended = fix_all.after(snapshot, judges, request.wanted, request.code)
        text, parts = mended.text, mended.script.parts
        if parts is not None and request.document.parts is not None:
            # Each string of a program by itself: no edit may reach over its end.
            pairs = zip(request.document.parts, parts, strict=True)
            return tuple(
                edit
                for old, new in pairs
                for edit in moved(line_edits.between(old.of(before), new.of(text)), old.start)
            )
    if request.layout:
        sent = replace(request.document, text=text)
        edits = format_file.run(FormatFile(sent, request.root, request.layout), context)
        text = apply_edits(text, edits)
    return line_edits.between(before, text)
