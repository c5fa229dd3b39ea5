"""Is a string of a program SQL, although nothing around it says so?"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from sqlglot import exp

from sureql.catalog.model import Catalog
from sureql.semantics import parsed
from sureql.syntax import dialects, templates
from sureql.syntax.dialects import Dialect

LONGEST = 20_000
"""Characters of a string that is looked at."""
_KEPT = 4096


def accepts(schema: Catalog) -> Callable[[str], bool]:
    """A test for texts: those that parse in the schema's dialect and name one of its tables."""
    dialect = dialects.get(schema.dialect)

    @lru_cache(maxsize=_KEPT)
    def accepted(text: str) -> bool:
        return len(text) <= LONGEST and _speaks_of(text, dialect, schema)

    return accepted


def _speaks_of(text: str, dialect: Dialect, schema: Catalog) -> bool:
    masked, _ = templates.mask(text, dialect)
    tree = parsed.tree(masked, dialect)
    if tree is None:
        return False
    for table in tree.find_all(exp.Table):
        parts = [part.name for part in table.parts]
        relation = schema.find(parts)
        if relation is not None and schema.key(relation.schema) in schema.schemas:
            return True
    return False
