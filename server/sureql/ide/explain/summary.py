"""A query in one sentence."""

from __future__ import annotations

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.explain import conditions, grouping, naming, ordering, quoting, values
from sureql.ide.explain.wording import code, count, listed, sentence
from sureql.semantics import sources

_MOST_NAMES = 4
_MOST_TABLES = 3
_MOST_CONDITIONS = 2
_LONGEST_CONDITION = 160
_LONGEST_ASKED = 90
_MOST_TRIED = 6


def of(context: Context, query: exp.Expr) -> str:
    """The sentence about a query."""
    node = naming.bare(query)
    tail = _tail(context, query if query is not node else node) + changed_first(context, query)
    if isinstance(node, exp.Select):
        into = node.args.get("into")
        if into is not None and isinstance(into.this, exp.Table):
            made = code(quoting.name(context, into.this))
            return sentence(
                f"creates the table {made} and fills it: {_select(context, node)}{tail}"
            )
        return sentence(_select(context, node) + tail)
    return sentence(noun(context, node) + tail)


def changed_first(context: Context, tree: exp.Expr) -> str:
    """What the CTEs of a statement change, '' if they only read."""
    verbs: dict[type[exp.Expr], str] = {
        exp.Insert: "adds rows to",
        exp.Update: "updates",
        exp.Delete: "deletes from",
    }
    found = []
    for cte in naming.ctes(tree):
        if isinstance(cte.this, exp.Query):
            continue
        target = cte.this.this
        target = target.this if isinstance(target, exp.Schema) else target
        shown = code(quoting.name(context, target)) if isinstance(target, exp.Table) else "data"
        found.append(f"{verbs.get(type(cte.this), 'changes')} {shown}")
    return f"; its WITH {listed(found)}" if found else ""


def noun(context: Context, query: exp.Expr, depth: int = 0) -> str:
    """What a query gives, as a noun: `the average of x from t`."""
    node = naming.bare(query)
    if isinstance(node, exp.SetOperation):
        return _combined(context, node, depth)
    if isinstance(node, exp.Values):
        return f"{count(len(node.expressions), 'given row')}"
    if isinstance(node, exp.Table):
        return f"all of {naming.table(context, node)}"
    if not isinstance(node, exp.Select):
        return "the rows of a query"
    what = _columns(context, node, depth)
    where = _where(context, node, 1) if not depth else ""
    where = _asked(context, node) if depth else where
    group = node.args.get("group")
    each = ""
    if group is not None and not depth:
        keys = grouping.keys(context, node, group)
        each = f", for each {listed(keys)}" if 0 < len(keys) <= _MOST_NAMES else ""
    return f"{what}{_from(context, node)}{where}{each}"


def _asked(context: Context, node: exp.Select) -> str:
    """What a sub-query asks of its rows, if that is short and plain."""
    where = node.args.get("where")
    if where is None:
        return ""
    parts = conditions.junctions(where.this, exp.And)
    if len(parts) <= _MOST_CONDITIONS and where.find(exp.Query) is None:
        text = conditions.together(context, parts, inner(context))
        if len(text) <= _LONGEST_ASKED:
            return f", where {text}"
    return ", filtered"


def inner(context: Context) -> conditions.Inner:
    """How sub-queries in a condition are told: by their noun, and by no more for those in them."""

    def told(query: exp.Expr, rows: bool) -> str:
        node = naming.bare(query)
        if not rows:
            return f"what the sub-query gives ({noun(context, node, 1)})"
        if not isinstance(node, exp.Select):
            return "in what the sub-query gives"
        where = node.args.get("where")
        asked = conditions.told(context, where.this, told) if where is not None else ""
        short = asked and len(asked) <= _LONGEST_CONDITION
        which = f" where {asked}" if short else " that the sub-query asks for" if asked else ""
        return f"in{_from(context, node).removeprefix(' from')}{which}"

    return told


def branches(query: exp.Expr) -> list[exp.Expr]:
    """The queries that a set operation combines, in the order of the text."""
    if isinstance(query, exp.SetOperation):
        return [*branches(query.this), *branches(query.expression)]
    return [query]


def _combined(context: Context, node: exp.SetOperation, depth: int) -> str:
    parts = branches(node)
    if len(parts) != 2:
        words = [one.key.upper() for one in node.walk() if isinstance(one, exp.SetOperation)]
        used = listed(dict.fromkeys(words))
        return f"the rows of {len(parts)} queries, combined ({used})"
    first, second = (noun(context, one, depth) for one in parts)
    if isinstance(node, exp.Except):
        return f"{first}, without {second}"
    if isinstance(node, exp.Intersect):
        return f"what two queries have in common: {first}; {second}"
    single = "" if node.args.get("distinct") is False else ", without duplicates"
    return f"{first}, together with {second}{single}"


def _select(context: Context, node: exp.Select) -> str:
    group = node.args.get("group")
    where = _where(context, node, _MOST_CONDITIONS)
    origin = _from(context, node)
    having = node.args.get("having")
    kept = _kept(context, having, "groups in") + _kept(
        context, node.args.get("qualify"), "rows for"
    )
    if group is not None:
        keys = grouping.keys(context, node, group)
        special = grouping.special(group)
        names = listed(keys) if len(keys) <= _MOST_NAMES else count(len(keys), "column")
        if special:
            named = [leaf for _, one in special for leaf in _leaf_names(context, one)]
            names = listed(dict.fromkeys([*keys, *named]))
        head = (
            f"for each {names}" if len(keys) <= _MOST_NAMES else f"for each combination of {names}"
        )
        extra = " (with subtotals)" if special else ""
        if not any(True for one in node.expressions for _ in levels.aggregates(one)):
            return f"gives one row {head}{extra},{origin}{where}{kept}"
        return f"{head}{extra}: {_aggregates(context, node)},{origin}{where}{kept}"
    if not origin:
        return f"gives {_columns(context, node, 0)}{where}"
    first = _distinct(context, node)
    if _folded(node) or first.startswith("for"):
        return f"{_columns(context, node, 0)}{origin}{where}{kept}"
    return f"lists {_columns(context, node, 0)}{origin}{where}{kept}"


def _kept(context: Context, node: exp.Expr | None, what: str) -> str:
    """HAVING and QUALIFY: `what` is `groups in` or `rows for`."""
    if node is None:
        return ""
    parts = conditions.junctions(node.this, exp.And)
    text = conditions.together(context, parts, inner(context))
    if len(parts) <= _MOST_CONDITIONS and len(text) <= _LONGEST_CONDITION:
        return f", only {what} which {text}"
    return f", only {what.split()[0]} that meet {count(len(parts), 'condition')}"


def _leaf_names(context: Context, node: exp.Expr) -> list[str]:
    found = []
    for one in node.expressions:
        plain = one.unnest() if isinstance(one, exp.Paren) else one
        if isinstance(plain, (exp.Tuple, exp.Rollup, exp.Cube)):
            found += _leaf_names(context, plain)
        else:
            found.append(values.item(context, plain))
    return found


def _aggregates(context: Context, node: exp.Select) -> str:
    found = []
    for one in node.expressions:
        if not any(True for _ in levels.aggregates(one)):
            continue
        found.append(_item(context, one))
    return _few(found, "computed value")


def _item(context: Context, one: exp.Expr) -> str:
    plain = one.unalias()
    told = query_value(context, one) or values.item(context, plain, _alias_start(one))
    # An expression that has no plain words is better known by its name.
    long_code = len(told) > 60 or (told.startswith("`") and len(told) > 40)
    return code(naming.alias(one)) if long_code and naming.alias(one) else told


def _columns(context: Context, node: exp.Select, depth: int) -> str:
    items = node.expressions
    distinct = _distinct(context, node)
    if _folded(node):
        return _few([_item(context, one) for one in items], "computed value")
    if any(one.is_star for one in items):
        if len(items) == 1:
            return distinct + values.star(context, items[0])
        named = [_name(context, one) for one in items]
        stars = [name for name, one in zip(named, items, strict=True) if one.is_star]
        rest = [name for name, one in zip(named, items, strict=True) if not one.is_star]
        many = count(len(rest), "more column")
        return distinct + listed(named if len(named) <= _MOST_NAMES else [*stars, many])
    if len(items) == 1 and isinstance(items[0].unalias(), exp.Literal):
        return "rows" if depth else values.of(context, items[0].unalias())
    return distinct + _few([_name(context, one) for one in items], "column")


def _name(context: Context, one: exp.Expr) -> str:
    if naming.alias(one):
        return code(naming.alias(one))
    if isinstance(one, exp.Window):
        return code(quoting.exactly(context, one))
    if values.star(context, one):
        return values.star(context, one)
    return query_value(context, one) or values.item(context, one)


def _folded(node: exp.Select) -> bool:
    """True if there are only aggregates, and no groups."""
    return node.args.get("group") is None and all(
        any(True for _ in levels.aggregates(one)) for one in node.expressions
    )


def _distinct(context: Context, node: exp.Select) -> str:
    found = node.args.get("distinct")
    if found is None:
        return ""
    on = found.args.get("on")
    if on is None:
        return (
            "the different values of "
            if len(node.expressions) == 1
            else "the different combinations of "
        )
    keys = on.expressions if isinstance(on, exp.Tuple) else [on]
    return f"for the first row of each {listed(values.item(context, one) for one in keys)}: "


def _few(names: list[str], noun_: str) -> str:
    return listed(names) if len(names) <= _MOST_NAMES else count(len(names), noun_)


def query_value(context: Context, one: exp.Expr) -> str:
    """What a scalar sub-query in the select list gives; '' for all else."""
    plain = one.unalias()
    if not isinstance(plain, exp.Query):
        return ""
    return f"what the sub-query gives ({noun(context, plain, 1)})"


def _from(context: Context, node: exp.Select) -> str:
    level = levels.level(context, node)
    if level is None or not level.items:
        return ""
    names = []
    for item in level.items:
        if item.join is not None and str(item.join.args.get("kind") or "") in ("SEMI", "ANTI"):
            # Rows are only looked for there.
            continue
        if isinstance(item.node, exp.Table) and isinstance(item.node.this, exp.Identifier):
            names.append(code(quoting.name(context, item.node)))
        elif isinstance(item.node, exp.Values):
            names.append("given values")
        elif isinstance(item.node, (exp.Subquery, exp.Lateral)) and isinstance(
            item.node.this, (exp.Query, exp.Subquery)
        ):
            names.append(naming.item(item) or "a sub-query")
        else:
            names.append(naming.item(item) or "a function")
    if len(names) > _MOST_TABLES:
        return f" from {names[0]} and {len(names) - 1} others"
    return f" from {listed(dict.fromkeys(names))}{_looked_for(context, level)}"


def _looked_for(context: Context, level: levels.Level) -> str:
    """SEMI and ANTI joins."""
    found = []
    for item in level.items:
        kind = str(item.join.args.get("kind") or "") if item.join is not None else ""
        if kind in ("SEMI", "ANTI"):
            node = item.node
            named = isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier)
            name = code(quoting.name(context, node)) if named else naming.item(item)
            found.append(f"with {'no' if kind == 'ANTI' else 'a'} match in {name or 'a sub-query'}")
    return f" {listed(found)}" if found else ""


def _where(context: Context, node: exp.Select, most: int) -> str:
    where = node.args.get("where")
    if where is None:
        return ""
    parts = conditions.junctions(where.this, exp.And)
    shown = [one for one in parts if not _linking(context, one)]
    if not shown:
        return ""
    text = conditions.together(context, shown[: most + 1], inner(context))
    if len(shown) <= most and len(text) <= _LONGEST_CONDITION:
        return f", where {text}"
    told = (conditions.told(context, one, inner(context)) for one in shown[:_MOST_TRIED])
    first = next((one for one in told if len(one) <= _LONGEST_CONDITION // 2), "")
    if first and len(shown) > 1:
        rest = len(shown) - 1
        return f", where {first} and {count(rest, 'more condition holds', 'more conditions hold')}"
    return f", where {count(len(shown), 'condition holds', 'conditions hold')}"


def _linking(context: Context, node: exp.Expr) -> bool:
    """True for what only links tables: `a.x = b.y`."""
    sides = (node.this, node.expression) if isinstance(node, exp.EQ) else ()
    if not sides or not all(isinstance(one, exp.Column) for one in sides):
        return False
    known = [context.source(one) for one in sides]
    if all(one is not None for one in known):
        # What links a sub-query to the query around it is a condition of its own.
        level = levels.level(context, node.find_ancestor(exp.Select))
        here = level is None or all(level.item(one) is not None for one in known)
        return here and known[0] is not known[1]
    tables = {one.table.lower() for one in sides}
    return len(tables) == 2 and "" not in tables


def _tail(context: Context, query: exp.Expr) -> str:
    parts = []
    order = query.args.get("order")
    if order is not None and order.expressions:
        lead = order.expressions[0]
        shown = ordering.key(context, lead, query).partition(" (")[0]
        plain = lead.this if isinstance(lead, exp.Ordered) else lead
        descending = bool(lead.args.get("desc"))
        meant = ordering.meant(context, query, plain)
        if len(order.expressions) > 1:
            rest = len(order.expressions) - 2
            shown = ordering.told(context, query, order)
            if rest:
                shown = f"{ordering.key(context, lead, query)} and {rest + 1} more keys"
            parts.append(f"sorted by {shown}")
        elif _text(context, meant) or not descending:
            parts.append(f"sorted by {shown}{' (descending)' if descending else ''}")
        else:
            word = "latest" if values.timed(context, meant) else "largest"
            parts.append(f"{word} {shown.removeprefix('the ')} first")
    most = ordering.most(query)
    if most:
        parts.append(most)
    return f"; {', '.join(parts)}" if parts else ""


def _text(context: Context, node: exp.Expr) -> bool:
    return context.type_of(node).startswith(("TEXT", "VARCHAR", "CHAR", "NVARCHAR"))


def _alias_start(one: exp.Expr) -> int | None:
    alias = one.args.get("alias") if isinstance(one, exp.Alias) else None
    span = sources.span_of(alias) if isinstance(alias, exp.Expr) else None
    return span.start if span is not None else None
