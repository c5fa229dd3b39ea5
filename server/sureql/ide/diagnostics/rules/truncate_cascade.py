"""TRUNCATE … CASCADE.

What:
    Finds TRUNCATE with CASCADE.

Why:
    It also empties every table with a foreign key to the one that is named, and so on from there:
    tables that the statement does not show, and those that somebody adds later.

Example:
    TRUNCATE album CASCADE

Use instead:
    TRUNCATE album, track, review
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    tokens = context.tokens
    place = migrations.find(tokens, "CASCADE")
    if place < 0:
        return
    names = list(migrations.listed(context, migrations.skip(tokens, 1, "TABLE")))
    if not names or all(migrations.is_new(context, one) for one in names):
        return
    message = "CASCADE also empties every table that refers to "
    message += "this one" if len(names) == 1 else "these"
    others = _others(context, names)
    if others:
        message += f", such as `{others[0]}`"
    yield Finding(tokens[place].span, f"{message}: name the tables to be emptied.")


def _others(context: Context, names: list[migrations.Name]) -> list[str]:
    """Tables that are not named and refer to those that are."""
    known = [context.schema.find(one.parts) for one in names]
    emptied = {(one.schema, one.name) for one in known if one is not None}
    if not emptied or sum(len(one.relations) for one in context.schema.schemas.values()) > _MOST:
        return []
    return [
        one.name
        for one in context.schema.relations()
        if (one.schema, one.name) not in emptied
        and any(key.target in emptied for key in one.foreign_keys)
    ]


_MOST = 2_000
RULE = Rule("safety", "warning", check, dialects=("postgres",), kinds=("TRUNCATE",), tokens=True)
