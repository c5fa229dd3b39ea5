"""Formats a file, or a part of it, with the workspace's own tool and settings."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from pathlib import Path

from sureql.ide import formatting
from sureql.linters import tool
from sureql.linters.tool import Tool
from sureql.ports.errors import LintError
from sureql.syntax import script
from sureql.text.edits import TextEdit, apply_edits
from sureql.workers import documents
from sureql.workers.context import Context
from sureql.workers.requests import FormatFile

MISSING = "No formatter is installed: `uv tool install 'sureql[lint]'` brings sqruff."

_MOST_SETTLED = 20_000
_settled: OrderedDict[tuple[str, str], None] = OrderedDict()
"""Statements, with their tool's settings, that a formatter has left as they are: the next save is
quick because it sees only the others."""


def run(request: FormatFile, context: Context) -> tuple[TextEdit, ...]:
    """The edits that format the document. Raises LintError if no tool can do it."""
    snapshot = documents.snapshot(request.document)
    path, root = Path(snapshot.path), Path(request.root or snapshot.path)
    parsed = snapshot.script
    chosen = tool.chosen(request.tool, root, path, parsed.dialect.name)
    if chosen is None:
        raise LintError(MISSING)
    key = _key(chosen)
    settled = {text for made, text in _settled if made == key}
    edits = formatting.edits(parsed, partial(tool.formatted, chosen), request.chosen, settled)
    if request.chosen is None:
        _settle(key, script.of(apply_edits(parsed.text, edits), parsed.dialect))
    return edits


def _key(chosen: Tool) -> str:
    return repr((chosen.name, chosen.dialect, chosen.sections))


def _settle(key: str, parsed: script.Script) -> None:
    for part in parsed.statements:
        _settled[key, part.text] = None
    while len(_settled) > _MOST_SETTLED:
        _settled.popitem(last=False)
