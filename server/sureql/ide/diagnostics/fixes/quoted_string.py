"""A double-quoted text that SQLite reads as a string: a column with a slip, or single quotes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import did_you_mean
from sureql.ide.model import Fix
from sureql.semantics.model import Problem


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """The last of the problem's names is the string; a column may be meant if it is one slip away."""
    *columns, literal = problem.names
    written = problem.span.of(context.text)
    near = [name for name in columns if did_you_mean.distance(written, name) == 1]
    fixes = [did_you_mean.changed(problem.span, name) for name in near]
    far = [did_you_mean.changed(problem.span, name) for name in columns if name not in near]
    string = did_you_mean.changed(problem.span, literal)
    ordered = [*fixes, string, *far]
    yield replace(ordered[0], preferred=len(columns) < 2)
    yield from ordered[1:]
