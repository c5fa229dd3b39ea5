"""Formatting, as editors ask for it: the worker runs the workspace's own tool."""

from __future__ import annotations

from lsprotocol import types

from sureql.lsp import to_proto
from sureql.lsp.open_document import View
from sureql.lsp.session import Session
from sureql.ports.errors import LintError, WorkerGone
from sureql.text.span import Span


async def formatted(
    session: Session, view: View, chosen: Span | None = None
) -> list[types.TextEdit]:
    """The edits that format a document, or its statements in `chosen`; what hinders is shown."""
    if view.in_host:
        return []  # The layout of a program is its own formatter's.
    from sureql.workers import requests  # At first use: `initialize` must not wait.

    configuration = session.configuration
    document = session.documents.get(view.snapshot.uri)
    root = session.schemas.scope(document).request.root if document else ""
    tool = configuration.options(view.path).lint.tool
    request = requests.FormatFile(session.schemas.sent(view), root, tool, chosen)
    try:
        edits = await session.worker.call("format_file", request, priority=0)
    except (LintError, WorkerGone) as problem:
        session.editor.warn(str(problem))
        return []
    return to_proto.Converter(view.document, session.editor.encoding).possible_edits(edits)
