"""Which queries PostgreSQL is given to run: readers only, that call nothing with an effect.

The scratch database has no functions but the server's own, so the ones to keep out are known: those
that PostgreSQL itself marks as volatile. What a query may do besides is bounded by its transaction,
which is read-only, by a role without rights, and by the statement time-out.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from sureql.oracle import growth, statements
from sureql.oracle.duckdb import admission
from sureql.syntax import dialects
from sureql.syntax.tokens import Token

VOLATILE = "SELECT DISTINCT proname FROM pg_catalog.pg_proc WHERE provolatile = 'v'"
"""Asks the server for the functions that are refused."""

_HARMLESS = frozenset(("random", "random_normal", "clock_timestamp", "timeofday", "version"))
_RULES = dialects.get("postgres")
_FIRST_WORDS = ("SELECT", "WITH", "VALUES", "TABLE")
_CHANGES = ("INSERT", "UPDATE", "DELETE", "MERGE", "INTO")
# Ways to take a sample of a table, which may well be names of columns.
_WORDS = frozenset(("system", "bernoulli"))
# They run a text, or show what is of the server and not of the tables.
_STABLE_BUT_REFUSED = frozenset(
    [
        *("query_to_xml", "query_to_xmlschema", "query_to_xml_and_xmlschema", "cursor_to_xml"),
        *("cursor_to_xmlschema", "ts_stat", "ts_rewrite", "dblink", "dblink_exec"),
    ]
)


def tokens_of(query: str, volatile: AbstractSet[str]) -> tuple[Token, ...]:
    """The tokens of a query that may be run, () for any other. `volatile` are function names."""
    tokens = statements.single(query, _RULES)
    first = next((token for token in tokens if token.text != "("), None)
    if first is None or not first.is_word(*_FIRST_WORDS):
        return ()
    if any(token.is_word(*_CHANGES) for token in tokens):
        return ()
    # Names written with escapes would be read here in another way than the server reads them.
    if any(token.text.lower().startswith('u&"') for token in tokens) or 'u&"' in query.lower():
        return ()
    # Also without parentheses: `row.name` calls a function as well.
    refused = (volatile - _HARMLESS) | _STABLE_BUT_REFUSED
    calls = list(statements.calls(tokens, _RULES))
    if (refused - _WORDS) & statements.names(tokens, _RULES):
        return ()
    if any(name in refused for _, name in calls):
        return ()
    if statements.cte_uses(tokens, _RULES) > statements.MOST_CTE_USES:
        return ()
    return tokens if admission.amplified(tokens, calls) <= growth.MOST_MADE else ()
