"""The tree of a statement's masked text, whichever wrapper it stands in."""

from __future__ import annotations

import re

from sqlglot import exp

from sureql.syntax import parse
from sureql.syntax.dialects import Dialect

# sqlglot keeps these as opaque commands, but what follows is an ordinary statement.
_WRAPPER = re.compile(
    r"\s*(?:EXPLAIN(?:\s+QUERY\s+PLAN|\s+ANALYZE|\s+VERBOSE|\s*\([^()]*\))*"
    r"|DECLARE\s+\w+\s+(?:\w+\s+)*CURSOR\s+(?:\w+\s+HOLD\s+)?FOR"
    r"|CREATE\s+(?:OR\s+REPLACE\s+)?MATERIALIZED\s+VIEW\s+(?:IF\s+NOT\s+EXISTS\s+)?"
    r"[^\s(]+\s*(?:\([^()]*\)\s*)?(?:USING\s+\w+\s*)?(?:WITH\s*\([^()]*\)\s*)?(?:TABLESPACE\s+\w+\s*)?AS"
    r"|PREPARE\s+\w+\s*(?:\([^()]*\)\s*)?AS)\s+(?=[A-Za-z(])",
    re.IGNORECASE,
)
_TAIL = re.compile(r"\bWITH\s+(?:NO\s+)?DATA\s*\Z", re.IGNORECASE)
_REPLACE = re.compile(r"\s*REPLACE(?=\s+INTO\b)", re.IGNORECASE)


def tree(masked: str, dialect: Dialect) -> exp.Expr | None:
    """The tree of the statement, or of the query that EXPLAIN and the like wrap; offsets stay."""
    found = parse.parse(masked, dialect).tree
    if found is not None and not isinstance(found, (exp.Command, exp.Block)):
        return found
    match = _WRAPPER.match(masked)
    if match is not None:
        inner = " " * match.end() + _TAIL.sub(
            lambda tail: " " * len(tail[0]), masked[match.end() :]
        )
        return _parse(inner, dialect)
    replacing = _REPLACE.match(masked)
    if replacing is not None:
        # REPLACE INTO is INSERT OR REPLACE INTO; INSERT has one letter less.
        return _parse(" " * (replacing.end() - 6) + "INSERT" + masked[replacing.end() :], dialect)
    return None


def _parse(text: str, dialect: Dialect) -> exp.Expr | None:
    found = parse.parse(text, dialect).tree
    return None if isinstance(found, (exp.Command, exp.Block)) else found
