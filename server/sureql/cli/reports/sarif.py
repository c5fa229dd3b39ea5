"""SARIF 2.1.0, which code hosts and editors read."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sureql import __version__
from sureql.cli.checker import Result
from sureql.cli.files import Text
from sureql.ide.diagnostics import pages
from sureql.ide.model import Diagnostic, Fix
from sureql.text.span import Span

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning"}


def write(results: Sequence[Result]) -> None:
    """Print one run of one tool."""
    codes = sorted({one.code for result in results for one in result.found})
    driver = {"name": "sureql", "version": __version__, "rules": [_rule(code) for code in codes]}
    here = Path.cwd().as_uri() + "/"
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"ROOT": {"uri": here}},
        "results": [
            _result(result.text, one, codes.index(one.code))
            for result in results
            for one in result.found
        ],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def _rule(code: str) -> dict[str, Any]:
    page = pages.page(code)
    if page is None:
        return {"id": code}
    lines = [line for line in page.splitlines() if line and not line.startswith("#")]
    return {
        "id": code,
        "shortDescription": {"text": lines[0] if lines else code},
        "help": {"text": page, "markdown": page},
    }


def _result(text: Text, one: Diagnostic, rule: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": rule,
        "level": _LEVELS.get(one.severity, "note"),
        "message": {"text": one.message},
        "locations": [{"physicalLocation": _location(text, one.span)}],
    }
    if one.related:
        found["relatedLocations"] = [
            {"physicalLocation": _location(text, span), "message": {"text": note}}
            for span, note in one.related
        ]
    if one.fixes:
        found["fixes"] = [_fix(text, fix) for fix in one.fixes]
    return found


def _fix(text: Text, fix: Fix) -> dict[str, Any]:
    replacements = [
        {
            "deletedRegion": _region(text, edit.span),
            "insertedContent": {"text": edit.new_text},
        }
        for edit in fix.edits
    ]
    change = {"artifactLocation": _artifact(text.path), "replacements": replacements}
    return {"description": {"text": fix.title}, "artifactChanges": [change]}


def _location(text: Text, span: Span) -> dict[str, Any]:
    return {"artifactLocation": _artifact(text.path), "region": _region(text, span)}


def _region(text: Text, span: Span) -> dict[str, int]:
    (line, column), (end_line, end_column) = text.between(span)
    return {
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
    }


def _artifact(path: Path) -> dict[str, str]:
    full, here = path.absolute(), Path.cwd()
    if not full.is_relative_to(here):
        return {"uri": full.as_uri()}
    # Relative, with what a URI may not hold escaped.
    uri = full.as_uri().removeprefix(here.as_uri()).lstrip("/")
    return {"uri": uri, "uriBaseId": "ROOT"}
