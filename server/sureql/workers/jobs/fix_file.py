"""Applies all safe fixes of a file."""

from __future__ import annotations

from sureql.ide.assists import fix_all
from sureql.workers import documents
from sureql.workers.context import Context
from sureql.workers.requests import FixFile


def run(request: FixFile, context: Context) -> str:
    """The document's text after all safe fixes."""
    return fix_all.fixed(documents.snapshot(request.document))
