"""One JSON document: a list of findings."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from sureql.cli.checker import Result
from sureql.cli.files import Place, Text, Written
from sureql.ide.model import Diagnostic
from sureql.text.span import Span


def write(results: Sequence[Result]) -> None:
    """Print all findings, in the order of files and places."""
    found = [_finding(one.text, item) for one in results for item in one.found]
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")


def range_of(text: Text, span: Span) -> dict[str, int]:
    """A span as 1-based places; the end is the place after the last character."""
    return range_between(*text.between(span))


def edit_of(written: Written) -> dict[str, Any]:
    """An edit of a file, with its place."""
    start, end, new = written
    return {**range_between(start, end), "newText": new}


def range_between(start: Place, end: Place) -> dict[str, int]:
    """The same for places that are known."""
    (line, column), (end_line, end_column) = start, end
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
                "edits": [edit_of(edit) for edit in edits],
            }
            for fix in one.fixes
            if (edits := text.written(fix.edits)) is not None
        ],
        "related": [{**range_of(text, span), "message": note} for span, note in one.related],
    }
