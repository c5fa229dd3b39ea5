"""What one row of a result is. Said only where keys, GROUP BY or DISTINCT make it certain."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, multiplying
from sureql.ide.diagnostics.facts.levels import Item, Level
from sureql.ide.explain import grouping, matching, naming, quoting, values
from sureql.ide.explain.wording import code, listed

_DEEPEST = 12
_DIFFERENT = "one row per different combination of its columns"
_ONE, _AT_MOST_ONE = "exactly one row", "at most one row"


def of(context: Context, query: exp.Expr) -> str:
    """`one row per …`, without a full stop; '' if rows may repeat or nothing is certain."""
    node = naming.bare(query)
    if isinstance(node, exp.SetOperation):
        return _DIFFERENT if node.args.get("distinct") else ""
    if isinstance(node, exp.Values):
        return _ONE if len(node.expressions) == 1 else ""
    if not isinstance(node, exp.Select) or context.templated:
        return ""
    if multiplying.multiplies(context, node):
        return ""
    if _one_at_most(node):
        sure = node.args.get("from_") is None or _aggregated(node)
        cut = any(node.args.get(name) for name in ("having", "where", "limit", "offset", "qualify"))
        plain = sure and not (cut and node.args.get("from_") is None)
        limits = ("having", "limit", "offset", "qualify")
        return _ONE if plain and not any(node.args.get(one) for one in limits) else _AT_MOST_ONE
    distinct = node.args.get("distinct")
    if node.args.get("qualify") is not None and distinct is None:
        first = _first_of_each(context, node)
        if first:
            return f"one row per {first}"
    if distinct is not None:
        on = distinct.args.get("on")
        if on is None:
            names = [naming.output(one) for one in node.expressions]
            short = len(names) <= 3 and all(names) and "*" not in names
            what = listed(code(name) for name in names)
            return f"one row per different {what}" if short else _DIFFERENT
        return f"one row per {listed(values.item(context, one) for one in _listed(on))}"
    group = node.args.get("group")
    if group is not None:
        return grouping.grain(context, node, group)
    return _of_items(context, node)


def keys(context: Context, query: exp.Expr, depth: int = 0) -> list[frozenset[str]]:
    """Sets of result columns (lower case) in which the rows of a query certainly differ."""
    node = naming.bare(query)
    if depth > _DEEPEST or context.templated:
        return []
    known = _known(context)
    if (id(node), depth) not in known:
        known[id(node), depth] = _keys(context, node, depth)
    return known[id(node), depth]


@lru_cache(maxsize=8)
def _known(context: Context) -> dict[tuple[int, int], list[frozenset[str]]]:
    # CTEs that use one another twice would be looked at twice as often with each of them.
    return {}


def _keys(context: Context, node: exp.Expr, depth: int) -> list[frozenset[str]]:
    if isinstance(node, exp.SetOperation):
        names = [naming.output(one).lower() for one in naming.first(node).expressions]
        sure = node.args.get("distinct") and all(names) and "*" not in names
        return [frozenset(names)] if sure else []
    if not isinstance(node, exp.Select):
        return []
    if multiplying.multiplies(context, node):
        return []
    if _one_at_most(node):
        return [frozenset()]
    given = {naming.output(one).lower() for one in node.expressions}
    found: list[frozenset[str]] = []
    distinct, group = node.args.get("distinct"), node.args.get("group")
    if distinct is not None and distinct.args.get("on") is None and "" not in given:
        found += [frozenset(given)] if "*" not in given else []
    if group is not None:
        key = grouping.output_names(context, node, group)
        return found + ([key] if key is not None else [])
    level = levels.level(context, node)
    if level is None or not level.items or _unsure(level):
        return found
    first = _drivers(context, level, depth)
    if first is not None and len(first) == 1 and not first[0].nullable:
        for key in _item_keys(context, first[0], depth):
            names_of = _passed(context, node, level, first[0], key)
            if names_of is not None:
                found.append(names_of)
    return found


def item_keys(context: Context) -> matching.Keys:
    """The keys of items of FROM: those of tables, CTEs and derived tables."""
    return lambda item: _item_keys(context, item, 0)


def _first_of_each(context: Context, node: exp.Select) -> str:
    """The keys by which QUALIFY ROW_NUMBER() OVER (PARTITION BY …) = 1 leaves one row each."""
    for one in levels.conjuncts(node.args["qualify"].this):
        window, number = one.this, one.args.get("expression")
        if not isinstance(one, exp.EQ) or not isinstance(window, exp.Window):
            continue
        first = isinstance(number, exp.Literal) and number.name == "1"
        keys_ = window.args.get("partition_by") or ()
        if first and isinstance(window.this, exp.RowNumber) and keys_:
            return listed(values.item(context, key) for key in keys_)
    return ""


def _of_items(context: Context, node: exp.Select) -> str:
    level = levels.level(context, node)
    if level is None or not level.items or _unsure(level):
        return ""
    found = _drivers(context, level, 0)
    if found is None or len(found) > 3:
        return ""
    if not found:
        return _AT_MOST_ONE
    optional = [one for one in found if one.nullable]
    named = [_row_of(context, level, one) for one in found if not one.nullable]
    if optional:
        if len(found) != 2 or not named or not all(naming.item(one) for one in optional):
            return ""
        other = _row_of(context, level, optional[0])
        left = matching.left_by(context, level, optional[0], level.conditions)
        if left == "unmatched":
            driver = next(one for one in found if not one.nullable)
            return f"one row per {named[0]} row{_by_key(driver)} without a matching {other} row"
        alone = "" if left else " (one row if nothing matches)"
        return f"one row per {named[0]} row and matching {other} row{alone}"
    if not all(named):
        return ""
    if len(named) == 1:
        return f"one row per {named[0]} row{_by_key(found[0])}"
    natural = any(one.join is not None and one.join.args.get("method") for one in level.items)
    linked = natural or len(matching.of_level(context, level)) > 0
    return f"one row per {'matching ' if linked else ''}combination of {listed(named)} rows"


def _drivers(context: Context, level: Level, depth: int) -> list[Item] | None:
    """The fewest items (as found in one pass) that settle the rows of all others."""

    def known(item: Item) -> Iterable[frozenset[str]]:
        return _item_keys(context, item, depth)

    def covers(chosen: list[Item]) -> bool:
        return len(matching.determined(context, level, chosen, known)) == len(level.items)

    if covers([]):
        return []
    for item in level.items:
        if not item.nullable and covers([item]):
            return [item]
    chosen: list[Item] = []
    for item in level.items:
        settled = matching.determined(context, level, chosen, known)
        if not any(item is one for one in settled):
            chosen.append(item)
    for item in list(chosen):
        rest = [one for one in chosen if one is not item]
        if rest and covers(rest):
            chosen = rest
    return chosen if covers(chosen) else None


def _item_keys(context: Context, item: Item, depth: int) -> list[frozenset[str]]:
    if item.relation is not None:
        kept = item.relation.kind.endswith("table") and matching.enforced(context)
        found = item.relation.keys if kept else ()
        return [frozenset(name.lower() for name in key.columns) for key in found if key.columns]
    query = naming.definition(context, item)
    if query is None:
        return []
    return keys(context, query, depth + 1)


def _passed(
    context: Context, node: exp.Select, level: Level, item: Item, key: frozenset[str]
) -> frozenset[str] | None:
    """The names under which the columns of a key stand in the select list."""
    found: dict[str, str] = {}
    for one in node.expressions:
        plain = one.unalias()
        if isinstance(plain, exp.Star) and len(level.items) == 1:
            return key
        if isinstance(plain, exp.Column) and level.item(context.source(plain)) is item:
            found.setdefault(plain.name.lower(), one.alias_or_name.lower())
    return frozenset(found[name] for name in key) if key <= set(found) else None


def _unsure(level: Level) -> bool:
    for item in level.items:
        if item.side in ("RIGHT", "FULL") or isinstance(item.node, exp.Values):
            return True
        sampled = item.node.args.get("pivots") or item.node.args.get("laterals")
        if sampled or (item.join is not None and item.join.args.get("method") == "POSITIONAL"):
            return True
    return bool(level.select.args.get("laterals"))


def _one_at_most(node: exp.Select) -> bool:
    if node.args.get("from_") is None and node.args.get("laterals"):
        return False
    return levels.single_row(node)


def _aggregated(node: exp.Select) -> bool:
    if node.args.get("group") is not None:
        return False
    return any(True for item in node.expressions for _ in levels.aggregates(item))


def _row_of(context: Context, level: Level, item: Item) -> str:
    """What the rows of an item are called: by the table, unless that is there twice."""
    node = item.node
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        same = [one for one in level.items if one.node.name.lower() == node.name.lower()]
        if len(same) == 1:
            return code(quoting.name(context, node))
    return naming.item(item)


def _by_key(item: Item) -> str:
    key = item.relation.primary_key if item.relation is not None else ()
    return f" ({listed(code(name) for name in key)})" if key else ""


def _listed(node: exp.Expr) -> list[exp.Expr]:
    return list(node.expressions) if isinstance(node, exp.Tuple) else [node]
