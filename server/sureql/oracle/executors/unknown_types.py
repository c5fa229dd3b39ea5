"""Columns whose type an engine does not have: what reads them is not run there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sureql.oracle import statements
from sureql.ports.executor import Outcome
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Token

Unknown = frozenset[tuple[str, str]]
"""Names of relations, each with that of a column."""

OUTCOME = Outcome(error="The type of a column cannot be built in this engine.", limited=True)


def read(tokens: Sequence[Token], rules: Dialect, unknown: Iterable[tuple[str, str]]) -> bool:
    """True if a statement may read one of those columns."""
    named = statements.names(tokens, rules)
    columns = {column for relation, column in unknown if relation.lower() in named}
    return statements.may_read(tokens, rules, columns | {name.lower() for name in columns})
