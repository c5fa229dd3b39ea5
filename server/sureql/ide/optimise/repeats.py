"""Whether a query gives the same rows each time it is run on the same data."""

from __future__ import annotations

from sqlglot import exp

from sureql.ide.diagnostics.context import Context

# Which rows these take, or in which order they see them, is not said by the data alone.
_CHOOSING = (
    exp.Limit,
    exp.Fetch,
    exp.Offset,
    exp.TableSample,
    exp.RowNumber,
    exp.Ntile,
    exp.Lag,
    exp.Lead,
    exp.FirstValue,
    exp.LastValue,
    exp.NthValue,
    exp.First,
    exp.Last,
    exp.AnyValue,
    exp.GroupConcat,
    exp.ArrayAgg,
    exp.Lock,
    exp.Anonymous,
)
_CHANGING = (exp.Insert, exp.Update, exp.Delete, exp.Merge)
_ADDING = (
    exp.Sum,
    exp.Avg,
    exp.Stddev,
    exp.StddevSamp,
    exp.StddevPop,
    exp.Variance,
    exp.VariancePop,
)
_EXACT = frozenset(
    [
        "SMALLINT",
        "INT",
        "INTEGER",
        "BIGINT",
        "INT2",
        "INT4",
        "INT8",
        "HUGEINT",
        "NUMERIC",
        "DECIMAL",
        "INTERVAL",
    ]
)


def certain(query: exp.Expr) -> bool:
    """True if it does not matter how often a query is run. Calls are not looked at: see
    `scoping.steady`."""
    if any(True for _ in query.find_all(*_CHOOSING, *_CHANGING)):
        return False
    if any(one.args.get("on") for one in query.find_all(exp.Distinct)):
        return False
    return not any(one.args.get("kind") == "ROWS" for one in query.find_all(exp.WindowSpec))


def exact(context: Context, query: exp.Expr) -> bool:
    """True if its sums come out the same in whatever order rows are added: nothing in them is a
    floating point number, as far as the types say."""
    for one in query.find_all(*_ADDING):
        kind = context.type_of(one.this)
        if context.dialect.name == "sqlite" or kind not in _EXACT:
            return False
    return True
