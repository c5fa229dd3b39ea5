"""ORDER BY, LIMIT, OFFSET, FETCH, DISTINCT."""

from __future__ import annotations

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.explain import grouping, naming, stated, values
from sureql.ide.explain.model import Fact
from sureql.ide.explain.wording import code, count, listed


def told(context: Context, query: exp.Expr, order: exp.Expr) -> str:
    """The keys of ORDER BY in words."""
    return listed(key(context, one, query) for one in order.expressions)


def key(context: Context, node: exp.Expr, query: exp.Expr | None = None) -> str:
    """One key with its direction: `total` (descending, NULLs last)."""
    inner = node.this if isinstance(node, exp.Ordered) else node
    named = _name_of(query, inner)
    if isinstance(inner, exp.Var) and inner.name.upper() == "ALL":
        named = "all result columns, from left to right"
    remarks = ["descending"] if node.args.get("desc") else []
    if _nulls_written(context, node):
        remarks.append("NULLs first" if node.args.get("nulls_first") else "NULLs last")
    shown = named or values.item(context, meant(context, query, inner))
    return f"{shown} ({', '.join(remarks)})" if remarks else shown


def facts(order: exp.Expr) -> tuple[Fact, ...]:
    """One fact for each key."""
    found = []
    for one in order.expressions:
        inner = one.this if isinstance(one, exp.Ordered) else one
        names = ", ".join(stated.columns(inner)) or ", ".join(stated.literals(inner))
        found.append(Fact("order", f"{names} {'desc' if one.args.get('desc') else 'asc'}".strip()))
    return tuple(found)


def limits(context: Context, query: exp.Expr) -> tuple[str, tuple[Fact, ...]]:
    """What LIMIT, OFFSET, FETCH and TOP leave, and its facts; '' if there is none."""
    limit, offset = query.args.get("limit"), query.args.get("offset")
    parts, found = [], []
    options = limit.args.get("limit_options") if limit is not None else None
    percent = options is not None and bool(options.args.get("percent"))
    ties = options is not None and bool(options.args.get("with_ties"))
    unit = " percent of the rows" if percent else ""
    tied = ", and those tied with the last one" if ties else ""
    if isinstance(limit, exp.Limit):
        parts.append(_most(context, limit.expression, unit) + tied)
        found.append(Fact("limit", _number(limit.expression)))
        by = limit.args.get("expressions")
        if by:
            parts[-1] += f" for each {listed(values.item(context, one) for one in by)}"
    elif isinstance(limit, exp.Fetch):
        most = limit.args.get("count")
        parts.append(_most(context, most, unit) + tied)
        found.append(Fact("limit", _number(most) if most is not None else "1"))
    if isinstance(offset, exp.Offset):
        skipped = values.of(context, offset.expression)
        rows = "row" if skipped == "1" else f"{skipped} rows"
        parts.append(f"skips the first {rows}")
        found.append(Fact("limit", f"offset {_number(offset.expression)}"))
    if len(parts) == 2:
        parts.reverse()
    return ", then ".join(parts), tuple(found)


def most(query: exp.Expr) -> str:
    """`at most 10 rows` for a plain LIMIT; '' for all else."""
    limit = query.args.get("limit")
    number = limit.expression if isinstance(limit, exp.Limit) else None
    if isinstance(limit, exp.Fetch):
        number = limit.args.get("count")
    options = limit.args.get("limit_options") if limit is not None else None
    if options is not None and (options.args.get("percent") or options.args.get("with_ties")):
        return ""
    if not isinstance(number, exp.Literal) or number.is_string or not number.name.isdigit():
        return ""
    return f"at most {count(int(number.name), 'row')}"


def distinct(context: Context, select: exp.Expr) -> tuple[str, tuple[Fact, ...]]:
    """What DISTINCT and DISTINCT ON do, and their facts."""
    node = select.args.get("distinct")
    if node is None:
        return "", ()
    on = node.args.get("on")
    if on is None:
        return "removes duplicate rows (DISTINCT)", (Fact("distinct", "distinct"),)
    keys = list(on.expressions) if isinstance(on, exp.Tuple) else [on]
    names = ", ".join(name for one in keys for name in stated.columns(one))
    which = listed(values.item(context, one) for one in keys)
    order = select.args.get("order")
    kept = "in the order below" if order is not None else "whichever the engine meets first"
    text = f"keeps the first row of each {which}, {kept} (DISTINCT ON)"
    return text, (Fact("distinct", f"on {names}"),)


def _most(context: Context, node: exp.Expr | None, unit: str) -> str:
    shown = values.of(context, node) if node is not None else "1"
    rows = unit or (" row" if shown == "1" else " rows")
    return f"keeps at most {shown}{rows}"


def _number(node: exp.Expr | None) -> str:
    if isinstance(node, exp.Literal):
        return node.name
    return "?"


def meant(context: Context, query: exp.Expr | None, node: exp.Expr) -> exp.Expr:
    """What a key of ORDER BY stands for if it is an ordinal."""
    select = naming.first(query) if query is not None else None
    if isinstance(select, exp.Select):
        return grouping.meant(context, select, node) if isinstance(node, exp.Literal) else node
    return node


def _name_of(query: exp.Expr | None, node: exp.Expr) -> str:
    """The alias of the result column that an ordinal means."""
    select = naming.first(query) if query is not None else None
    if not isinstance(select, exp.Select) or not isinstance(node, exp.Literal) or node.is_string:
        return ""
    place = int(node.name) - 1 if node.name.isdigit() else -1
    if not 0 <= place < len(select.expressions):
        return ""
    if any(one.is_star for one in select.expressions):
        return f"result column {place + 1}"
    name = naming.output(select.expressions[place])
    return code(name) if name else ""


def _nulls_written(context: Context, node: exp.Expr) -> bool:
    # sqlglot fills in each dialect's own place of NULLs: only what is written is told.
    if not isinstance(node, exp.Ordered) or node.args.get("nulls_first") is None:
        return False
    upper = [token.upper for token in context.tokens]
    return "NULLS" in upper and bool(node.args["nulls_first"]) != _usual(context, node)


def _usual(context: Context, node: exp.Expr) -> bool:
    """True if NULLs come first without a word about them."""
    large = context.dialect.name in ("postgres", "oracle", "redshift", "snowflake")
    if context.dialect.name == "duckdb":
        return False
    return bool(node.args.get("desc")) == large
