"""Name resolution over a parsed statement: references, problems, output columns."""

from __future__ import annotations

from sureql.catalog import model as catalog
from sureql.semantics import model
from sureql.syntax import dialects
from sureql.text.span import Span


def analyse(
    text: str,
    schema: catalog.Catalog,
    dialect: dialects.Dialect,
    holes: tuple[Span, ...] = (),
) -> model.Analysis:
    """Analyse one statement. `text` is masked; problems that touch one of `holes` are left out."""
    raise NotImplementedError
