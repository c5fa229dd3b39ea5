"""GROUP BY and HAVING."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.explain import values
from sureql.ide.explain.wording import code, listed

_SPECIAL = {exp.Rollup: "ROLLUP", exp.Cube: "CUBE", exp.GroupingSets: "GROUPING SETS"}


def plain(context: Context, select: exp.Select, group: exp.Expr) -> list[exp.Expr]:
    """The expressions of a plain GROUP BY; ordinals and aliases are what they stand for."""
    if group.args.get("all"):
        items = [one.unalias() for one in select.expressions]
        return [one for one in items if not any(True for _ in levels.aggregates(one))]
    return [meant(context, select, one) for one in group.expressions if type(one) not in _SPECIAL]


def meant(context: Context, select: exp.Select, node: exp.Expr) -> exp.Expr:
    """The result column that an ordinal or an alias stands for, else `node`."""
    items: list[exp.Expr] = select.expressions
    if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit():
        place = int(node.name) - 1
        if 0 <= place < len(items) and not any(_starred(one) for one in items):
            return items[place].unalias()
    if context.is_alias(node):
        named = [one for one in items if one.alias.lower() == node.name.lower()]
        if len(named) == 1:
            return named[0].unalias()
    return node


def special(group: exp.Expr) -> list[tuple[str, exp.Expr]]:
    """The ROLLUP, CUBE and GROUPING SETS of a GROUP BY with their words."""
    found = [one for one in group.expressions if type(one) in _SPECIAL]
    for name in ("rollup", "cube", "grouping_sets"):
        for one in group.args.get(name) or ():
            if isinstance(one, exp.Expr):
                found.append(one)
    return [(_SPECIAL.get(type(one), "GROUPING SETS"), one) for one in found]


def keys(context: Context, select: exp.Select, group: exp.Expr) -> list[str]:
    """The keys of a plain GROUP BY as one calls them: by the name they have in the result."""
    return [_named(context, select, one) for one in plain(context, select, group)]


def told(context: Context, select: exp.Select, group: exp.Expr) -> str:
    """`one group per a and b`, with what ROLLUP and its like add."""
    if group.args.get("all"):
        plain_keys = [values.item(context, one) for one in plain(context, select, group)]
    else:
        plain_keys = [
            _called(context, select, one) for one in group.expressions if type(one) not in _SPECIAL
        ]
    parts = [f"one group per {listed(plain_keys)}"] if plain_keys else []
    if group.args.get("all") and parts:
        parts[0] += " (ALL: whatever is not aggregated)"
    for word, node in special(group):
        names = listed(_key(context, select, one) for one in _leaves(node))
        if not names and plain_keys:
            # MySQL's WITH ROLLUP has no keys of its own.
            parts[-1] += f", with subtotals ({word})"
            continue
        if word == "GROUPING SETS":
            sets = "; ".join(_set(context, select, one) for one in node.expressions)
            parts.append(f"groups for each of these sets (GROUPING SETS): {sets}")
            continue
        more = {
            "ROLLUP": f"per combination of {names}, with subtotals from right to left (ROLLUP)",
            "CUBE": f"per combination of {names}, with subtotals for every selection of them (CUBE)",
        }[word]
        parts.append(f"groups {more}")
    return "; ".join(parts)


def grain(context: Context, select: exp.Select, group: exp.Expr) -> str:
    """What one row is after GROUP BY."""
    named = keys(context, select, group)
    grouped = special(group)
    if group.args.get("totals") or any(one.is_star for one in select.expressions):
        return ""
    if not grouped:
        return f"one row per {listed(named)}" if named else ""
    if group.args.get("totals") or not any(True for _, node in grouped for _ in _leaves(node)):
        return ""
    leaves = [_key(context, select, one) for _, node in grouped for one in _leaves(node)]
    names = listed(dict.fromkeys([*named, *leaves]))
    if len(grouped) == 1 and grouped[0][0] != "GROUPING SETS":
        return f"one row per {names}, plus subtotal rows"
    return f"one row per {names} in each grouping set" if len(grouped) == 1 else ""


def output_names(context: Context, select: exp.Select, group: exp.Expr) -> frozenset[str] | None:
    """The result columns (lower case) that are the keys of a plain GROUP BY, None if some are not
    in the result."""
    if special(group) or group.args.get("totals"):
        return None
    found = set()
    for key in plain(context, select, group):
        named = [one for one in select.expressions if _same(context, one.unalias(), key)]
        if not named or not named[0].alias_or_name:
            return None
        found.add(named[0].alias_or_name.lower())
    return frozenset(found)


def _key(context: Context, select: exp.Select, node: exp.Expr) -> str:
    return values.item(context, meant(context, select, node))


def _called(context: Context, select: exp.Select, node: exp.Expr) -> str:
    """A key as the user calls it; an alias with what it stands for, if that is short."""
    stands_for = meant(context, select, node)
    text = values.item(context, stands_for)
    if stands_for is node or not isinstance(node, exp.Column):
        return text
    short = len(text) <= 40 and text != code(node.name)
    return f"{code(node.name)} ({text})" if short else code(node.name)


def _set(context: Context, select: exp.Select, node: exp.Expr) -> str:
    plain_one = node.unnest() if isinstance(node, exp.Paren) else node
    leaves = [plain_one] if not isinstance(plain_one, exp.Tuple) else plain_one.expressions
    return listed(_key(context, select, one) for one in leaves) or "all rows together"


def _named(context: Context, select: exp.Select, node: exp.Expr) -> str:
    text = values.item(context, node)
    if isinstance(node, exp.Column) or not text.startswith("`"):
        return text
    for one in select.expressions:
        if one.alias and _same(context, one.unalias(), node):
            return code(one.alias)
    return text


def _leaves(node: exp.Expr) -> Iterator[exp.Expr]:
    for one in node.expressions:
        plain_one = one.unnest() if isinstance(one, exp.Paren) else one
        if isinstance(plain_one, (exp.Tuple, exp.Rollup, exp.Cube)):
            yield from _leaves(plain_one)
        else:
            yield plain_one


def _same(context: Context, one: exp.Expr, other: exp.Expr) -> bool:
    if isinstance(one, exp.Column) and isinstance(other, exp.Column):
        known = context.field(one), context.field(other)
        same_source = context.source(one) is context.source(other)
        return same_source and one.name.lower() == other.name.lower() and None not in known
    return one == other


def _starred(node: exp.Expr) -> bool:
    inner = node.unalias()
    return isinstance(inner, exp.Star) or (
        isinstance(inner, exp.Column) and isinstance(inner.this, exp.Star)
    )
