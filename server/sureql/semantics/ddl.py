"""What a DDL statement does to a catalog: pure, shared by schema files and the overlay."""

from __future__ import annotations

from sureql.catalog import model as catalog
from sureql.syntax import dialects


def apply(
    schema: catalog.Catalog,
    text: str,
    dialect: dialects.Dialect,
    path: str = "",
    start: int = 0,
    line: int = 0,
) -> catalog.Catalog:
    """`schema` after the statement `text`, which stands at offset `start`, line `line` of `path`.

    Anything that is not DDL leaves it as it is; DDL that can't be understood adds a LoadProblem and
    opens what it may have changed.
    """
    raise NotImplementedError
