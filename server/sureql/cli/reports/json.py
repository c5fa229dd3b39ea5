"""One JSON document: a list of findings."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from sureql.cli.checker import Result
from sureql.cli.files import Text
from sureql.ide.model import Diagnostic
from sureql.text.span import Span


def write(results: Sequence[Result]) -> None:
    """Print all findings, in the order of files and places."""
    found = [_finding(one.text, item) for one in results for item in one.found]
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")


def range_of(text: Text, span: Span) -> dict[str, int]:
    """A span as 1-based places; the end is the place after the last character."""
    (line, column), (end_line, end_column) = text.place(span.start), text.place(span.end)
    return {"line": line, "column": column, "endLine": end_line, "endColumn": end_column}


def _finding(text: Text, one: Diagnostic) -> dict[str, Any]:
    return {
        "path": str(text.path),
        **range_of(text, one.span),
        "severity": one.severity,
        "code": one.code,
        "message": one.message,
        "source": one.source,
        "fixes": [
            {
                "title": fix.title,
                "applicability": fix.applicability,
                "preferred": fix.preferred,
                "edits": [
                    {**range_of(text, edit.span), "newText": edit.new_text} for edit in fix.edits
                ],
            }
            for fix in one.fixes
        ],
        "related": [{**range_of(text, span), "message": note} for span, note in one.related],
    }
