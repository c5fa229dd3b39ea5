"""Applies all safe fixes of a file."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.ide.assists import fix_all
from sureql.workers import documents
from sureql.workers.context import Context


@dataclass(frozen=True, slots=True)
class Request:
    """The document to fix."""

    document: documents.Sent


def run(request: Request, context: Context) -> str:
    """The document's text after all safe fixes."""
    return fix_all.fixed(documents.snapshot(request.document))
