"""The output columns of a query tree."""

from __future__ import annotations

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.semantics import statement
from sureql.semantics.model import Field
from sureql.syntax.dialects import Dialect


def of(
    tree: exp.Expr, schema: catalog.Catalog, dialect: Dialect, text: str = ""
) -> tuple[tuple[Field, ...], bool]:
    """The output columns of a query and whether they are all known.

    `text` is what `tree` was parsed from; with it the engine's names for unaliased expressions are
    known more often. A field whose name the engine makes up has the name ''.
    """
    body = tree.args.get("expression") if isinstance(tree, exp.Create) else tree
    if not isinstance(body, exp.Expr):
        return (), False
    try:
        _, (fields, closed) = statement.resolve(body, schema, dialect, text)
    except RecursionError:
        return (), False
    return fields, closed
