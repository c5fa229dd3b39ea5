"""Columns that a key pairs with another source in scope, where conditions are written."""

from __future__ import annotations

from itertools import permutations, product

from sureql.candidates import on_conditions, operand
from sureql.candidates.ask import Ask
from sureql.semantics.model import Source
from sureql.syntax.cursor import Clause


def of(ask: Ask) -> dict[tuple[str, str], float]:
    """(source, column) of every column that a key pairs with another source in scope; in ON those
    that meet the source being joined count more, in WHERE those that nothing connects yet."""
    if ask.clause not in (Clause.ON, Clause.WHERE):
        return {}
    if ask.context.call is not None or operand.literal_ahead(ask) is not None:
        return {}
    found: dict[tuple[str, str], float] = {}
    joined = on_conditions.joined(ask)
    for source, other in permutations(ask.scope.sources, 2):
        ways = on_conditions.keys_between(ask, source, other)
        if ask.clause is Clause.ON:
            weight = 2.5 if joined in (source, other) else 0.8
        elif any(_connected(ask, source, other, pairs) for pairs in ways):
            continue
        else:
            weight = 1.6
        for order, pairs in enumerate(ways):
            for mine, _ in pairs:
                name = (source.name.lower(), mine.lower())
                found[name] = max(found.get(name, 0.0), weight - 0.8 * min(order, 1))
    if ask.clause is Clause.WHERE and on_conditions.in_exists(ask):
        for source, other in product(ask.scope.sources, ask.scope.outer):
            for pairs in on_conditions.keys_between(ask, source, other)[:1]:
                if not _connected(ask, source, other, pairs):
                    found.update({(source.name.lower(), mine.lower()): 2.0 for mine, _ in pairs})
    return found


def _connected(ask: Ask, source: Source, other: Source, pairs: tuple[tuple[str, str], ...]) -> bool:
    """True if the columns of `pairs` are already named for both of their sources."""
    named = {
        (mention.qualifier, mention.name)
        for mention in ask.mentions
        if mention.here and mention.clause not in (Clause.FROM, Clause.JOIN)
    }
    merged = {name.lower() for name in ask.place.visible.merged}
    return all(
        mine.lower() in merged
        or (
            ((source.name.lower(), mine.lower()) in named or ("", mine.lower()) in named)
            and ((other.name.lower(), theirs.lower()) in named or ("", theirs.lower()) in named)
        )
        for mine, theirs in pairs
    )
