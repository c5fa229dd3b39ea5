"""Finds the values that a program puts into the text of its SQL."""

from __future__ import annotations

from sureql.ide.model import Diagnostic
from sureql.ide.spliced import findings
from sureql.syntax import dialects
from sureql.workers.context import Context
from sureql.workers.requests import FindSpliced as Request

__all__ = ["Request", "run"]


def run(request: Request, context: Context) -> tuple[Diagnostic, ...]:
    """What is found in the host file, with offsets in its SQL text."""
    return findings.of(request.embedding, dialects.get(request.dialect))
