"""What a DuckDB file's own views, macros and tables bring into a statement, before it is planned there.

The file is somebody else's text as well: its macros are computed while a statement is planned, and
the engine cannot be interrupted meanwhile.
"""

from __future__ import annotations

from math import prod
from typing import Any

from sureql.oracle import growth, statements
from sureql.oracle.duckdb import admission
from sureql.oracle.planners import asked
from sureql.oracle.planners.asked import Asked
from sureql.ports.errors import PlanError
from sureql.syntax import lexer

_MACRO = "macro"
_BODIES = (
    "SELECT 'macro', function_name, macro_definition FROM duckdb_functions() "
    "WHERE NOT internal AND macro_definition IS NOT NULL UNION ALL "
    "SELECT 'view', view_name, sql FROM duckdb_views() WHERE NOT internal UNION ALL "
    "SELECT 'table', table_name, sql FROM duckdb_tables() WHERE NOT internal"
)
_MOST_BODIES = 100


Stored = dict[str, list[tuple[str, str]]]
"""By name in lower case: what has it, and its text."""


def stored(connection: Any) -> Stored:
    """The texts in a file. They take a tenth of a second."""
    found: Stored = {}
    for kind, name, body in connection.execute(_BODIES).fetchall():
        found.setdefault(str(name).lower(), []).append((kind, str(body)))
    return found


def refuse(texts: Stored, found: Asked, functions: frozenset[str]) -> None:
    """Raises PlanError if what the statement reaches may not be asked about either.

    `functions` are the engine's own table functions, in lower case.
    """
    waiting = {name.lower() for name in asked.names(found)}
    seen: set[str] = set()
    made = [_made(found)]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in texts:
            continue
        seen.add(name)
        if len(seen) > _MOST_BODIES:
            raise PlanError("It reaches too many views: it is not planned here.")
        for kind, body in texts[name]:
            part = _read(body, found, functions)
            made.append(_made(part))
            sizes = any(called in growth.MAKING for _, called in _calls(part))
            # A macro may be called on what it gave, again and again.
            if (kind == _MACRO and sizes) or growth.is_boundless(part.tokens, part.rules):
                raise PlanError(f"`{name}` may make values of any size: it is not planned here.")
            waiting |= {one.lower() for one in asked.names(part)}
    if prod(made) > growth.MOST_MADE:
        raise PlanError("Its views may make values of any size: it is not planned here.")


def _read(body: str, found: Asked, functions: frozenset[str]) -> Asked:
    text = f"SELECT {body}"
    tokens = tuple(lexer.code(text, found.rules))
    if len(text) > statements.LONGEST or not admission.may_be_asked(
        text, tokens, found.rules, functions
    ):
        raise PlanError(
            "A view or macro of the file calls what may reach outside or grow without bounds."
        )
    return Asked(text, tokens, found.tree, found.rules)


def _made(part: Asked) -> int:
    calls = [call for call in _calls(part) if call[1] in growth.MAKING]
    return admission.amplified(part.tokens, calls)


def _calls(part: Asked) -> list[tuple[int, str]]:
    return list(statements.calls(part.tokens, part.rules))
