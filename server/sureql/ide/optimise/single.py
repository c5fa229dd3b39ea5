"""Single rewrites of a statement that are known to return the same rows without a trial."""

from __future__ import annotations

from sureql.ide.diagnostics.context import Context
from sureql.ide.optimise import rulebook
from sureql.ide.optimise.rewrite import Step

WORTH = 1.2
"""The least speed-up, as measured, at which a rewrite is offered without asking an engine."""
MOST = 5


def proved(context: Context) -> list[tuple[str, Step]]:
    """The names and steps of rewrites that the schema proves, most worth first."""
    if context.templated:
        return []
    engine = context.dialect.name
    ranked = sorted(
        (
            (one.worth.get(engine, one.usual), name, one)
            for name, one in rulebook.REWRITES.items()
            if not one.caller and not one.enabling and one.worth.get(engine, one.usual) >= WORTH
        ),
        key=lambda entry: (-entry[0], entry[1]),
    )
    found = []
    for _, name, one in ranked:
        found += [(name, step) for step in one.find(context) if step.proved]
        if len(found) >= MOST:
            break
    return found[:MOST]
