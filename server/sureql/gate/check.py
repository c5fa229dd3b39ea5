"""Splice, parse, resolve, judge; accept, repair, cut back or drop."""

from __future__ import annotations

from sureql.catalog import model as catalog
from sureql.gate.model import Suggestion, Verdict
from sureql.ports.judge import Judge
from sureql.syntax import dialects


def check(
    text: str,
    suggestion: Suggestion,
    schema: catalog.Catalog,
    dialect: dialects.Dialect,
    judge: Judge | None = None,
) -> Verdict:
    """The verdict on `suggestion` for the statement `text` (as the user wrote it, unmasked)."""
    raise NotImplementedError
