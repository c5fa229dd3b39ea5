"""Which statements can be optimised at all."""

from __future__ import annotations

from sqlglot import exp

from sureql.equivalence import repeatable
from sureql.equivalence.repeatable import Kind
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import causes

LONGEST = 60_000
NO_QUERY = "Only queries are optimised."
# Another form of the query may rightly give something else, or do something once more.
_HINDERING = (Kind.HARMFUL, Kind.RANDOM, Kind.UNKNOWN)
_KINDS = ("SELECT", "WITH", "VALUES", "FROM", "TABLE", "(")


def refusal(context: Context) -> str:
    """Why nothing can be done about a statement, as a sentence; '' if something can."""
    if len(context.text) > LONGEST:
        return "The statement is too long to look for faster forms of it."
    tree: exp.Expr | None = context.tree
    if tree is None:
        problem = next(iter(causes.of(context)), None)
        return f"The statement does not parse{f': {problem.message}' if problem else '.'}"
    if not isinstance(tree, exp.Query) or context.kind.split(" ")[0] not in _KINDS:
        return NO_QUERY
    if context.templated:
        return "A template stands in the statement that may hold any text."
    wrong = next((one for one in causes.of(context) if one.severity == "error"), None)
    if wrong is not None:
        return f"Something is wrong with the statement: {wrong.message}"
    if any(context.all(exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Into)):
        return "The statement changes data."
    if any(context.all(exp.Lock)):
        return "The statement locks the rows that it reads."
    for obstacle in repeatable.obstacles(tree, context.dialect, context.schema):
        if obstacle.kind in _HINDERING:
            return obstacle.sentence
    return ""
