"""Another source for a qualifier that is none, or the join that it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import did_you_mean, missing_joins, renamed_sources
from sureql.ide.model import Fix
from sureql.semantics.model import Problem


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """A join first where the qualifier is a table's name, or is written again and again."""
    text = problem.span.of(context.text)
    written = context.dialect.normalize(text)
    renamed = "is called" in problem.message
    wanted = missing_joins.columns_of(context, written)
    names = [name for name in problem.names if _has(context, name, wanted)]
    near = len(written) > 2 and any(did_you_mean.distance(written, one) == 1 for one in names)
    twins = list(renamed_sources.to(context, text))
    known = not renamed and context.schema.find([written]) is not None
    joins: list[Fix] = []
    if known:
        joins = list(_first(missing_joins.of_name(context, problem.span, written)))
    elif not renamed and not near:
        joins = list(missing_joins.of_alias(context, problem.span, written))
    meant = bool(joins) and (known or _uses(context, written) > 1)
    yield from twins
    if meant:
        yield from joins
    for fix in did_you_mean.names(context, problem, names or problem.names, certain=renamed):
        yield replace(fix, preferred=fix.preferred and not twins and not meant)
    if not meant:
        yield from joins


def _uses(context: Context, qualifier: str) -> int:
    """How often the statement writes the qualifier before a column."""
    key, normalize, tokens = context.schema.key, context.dialect.normalize, context.tokens
    return sum(
        following.text == "." and key(normalize(token.text)) == key(qualifier)
        for token, following in pairwise(tokens)
    )


def _first(found: Iterator[Fix]) -> Iterator[Fix]:
    """The fixes, preferred only if there is one way to join."""
    ways = list(found)
    for fix in ways:
        yield replace(fix, preferred=len(ways) == 1)


def _has(context: Context, name: str, wanted: set[str]) -> bool:
    """True if a source of that name has all the columns that the qualifier is to give."""
    key = context.schema.key
    mine = key(context.dialect.normalize(name))
    return any(
        wanted <= {key(field.name) for field in source.fields}
        for source in context.analysis.sources
        if key(source.name) == mine
    )
