"""Another source for a qualifier that is none, or the join that it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sureql.ide.diagnostics import did_you_mean, missing_joins, renamed_sources
from sureql.ide.diagnostics.context import Context
from sureql.ide.model import Fix
from sureql.semantics.model import Problem


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """A join first where the qualifier is a table's name or nothing resembles it."""
    written = context.dialect.normalize(problem.span.of(context.text))
    known = context.schema.find([written]) is not None
    renamed = "is called" in problem.message
    wanted = missing_joins.columns_of(context, written)
    twins = list(renamed_sources.to(context, problem.span.of(context.text)))
    yield from twins
    if known and not renamed:
        yield from _first(missing_joins.of_name(context, problem.span, written))
    names = [name for name in problem.names if _has(context, name, wanted)]
    for fix in did_you_mean.names(context, problem, names or problem.names, certain=renamed):
        yield replace(fix, preferred=fix.preferred and not twins and not (known and not renamed))
    near = len(written) > 2 and any(did_you_mean.distance(written, one) == 1 for one in names)
    if not known and not renamed and not near:
        yield from missing_joins.of_alias(context, problem.span, written)


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
